"""What blocks are called in ARNs, of the types whose blocks are recognised under another name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.evaluated.config import ResourceInstance
from bot.extract.argument_reading import argument, string
from bot.iam.arn import Arn
from bot.resource_types.known import RESOURCE_TYPES

NAMED_ANEW = frozenset({"aws_cloudwatch_log_group", "aws_iam_role", "aws_iam_user", "aws_sns_topic", "aws_sqs_queue"})
"""Types of which a block that is called otherwise is another thing to AWS, and the same one to its users."""


def arn_names(instances: Iterable[ResourceInstance]) -> Iterator[tuple[str, Arn]]:
    """The address of each such block, and its ARN in whatever partition, region and account."""
    for one in instances:
        row = RESOURCE_TYPES.get(one.type) if one.mode == "managed" and one.type in NAMED_ANEW else None
        name = string(argument(one, "name"))
        if row is None or row.arn is None or name is None:
            continue
        path = string(argument(one, "path"))
        fields = {"region": "*", "account": "*", "path": "/" if path is None else str(path), "name": str(name)}
        found = Arn.parse(f"arn:*:{row.arn.arn.format_map(fields)}")
        if found is not None:
            yield one.address, found
