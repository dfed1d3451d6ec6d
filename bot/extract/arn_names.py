"""What blocks are called in ARNs, of the types whose blocks are recognised under another name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.evaluated.config import ResourceInstance
from bot.evaluated.document import Text
from bot.extract.argument_reading import argument, string
from bot.iam.arn import Arn
from bot.resource_types.known import RESOURCE_TYPES

PARTS = {
    "aws_cloudwatch_log_group": (":",), "aws_dynamodb_table": ("/",), "aws_ecr_repository": (), "aws_iam_role": (),
    "aws_iam_user": (), "aws_lambda_function": (":",), "aws_s3_bucket": ("/",), "aws_sns_topic": (":",),
    "aws_secretsmanager_secret": ("-??????",), "aws_sqs_queue": (), "aws_ssm_parameter": (),
}  # fmt: skip
"""Types of which a block that is called otherwise is another thing to AWS, and the same one to its users: what an ARN
goes on with that names the thing's own parts. Of a repository `app` and a parameter `/app`, `app/more` is another."""

RELABELLED = frozenset({"aws_cloudwatch_log_group", "aws_iam_role", "aws_iam_user", "aws_sns_topic", "aws_sqs_queue"})
"""Those of which the only one that comes is the only one that goes, whatever its label: what others keep is read."""

_RANDOM = {
    "aws_secretsmanager_secret": "secretsmanager:{region}:{account}:secret:{name}",
    "aws_ssm_parameter": "ssm:{region}:{account}:parameter/{name}",
}
"""How policies write the name of what has no ARN that follows from its arguments alone."""


def arn_names(instances: Iterable[ResourceInstance]) -> Iterator[tuple[str, Arn]]:
    """The address of each such block or look-up, and its ARN in whatever partition, region and account."""
    for one in instances:
        found = _arn(one) if one.type in PARTS and one.mode in ("managed", "data") else None
        if found is not None:
            yield one.address, found


def _arn(one: ResourceInstance) -> Arn | None:
    row = RESOURCE_TYPES.get(one.type)
    shape = row.arn if row is not None else None
    template, required = (shape.arn, shape.required) if shape is not None else (_RANDOM.get(one.type, ""), ("name",))
    named = {name: string(argument(one, name)) for name in required}
    if not template or not all(map(_is_name, named.values())):
        return None
    path = string(argument(one, "path"))
    fields = {"region": "*", "account": "*", "path": "/" if path is None else str(path)}
    fields |= {
        name: str(value).removeprefix("/" if one.type == "aws_ssm_parameter" else "") for name, value in named.items()
    }
    return Arn.parse(f"arn:*:{template.format_map(fields)}")


_PATTERN = frozenset("*?$")


def _is_name(written: Text | None) -> bool:
    """Whether a text is a name and no pattern: AWS takes none of these signs, and to a policy they mean many things."""
    return written is not None and not any(_PATTERN & set(one) for one in written.parts if isinstance(one, str))
