"""What a Terraform unknown can be, as far as its name tells: `aws_s3_bucket.b.arn` is an ARN of S3."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.iam.pattern import ANY, SEGMENT_STAR, STAR

_ARN_OF = re.compile(r"(?:.*\.)?aws_([a-z0-9]+)_?([a-z0-9_]*)\..*\.arn")
_SERVICE = {
    "cloudwatch": "*",
    "cloudwatch_log": "logs",
    "cloudwatch_event": "events",
    "db": "rds",
    "instance": "ec2",
    "lb": "elasticloadbalancing",
    "alb": "elasticloadbalancing",
    "sfn": "states",
    "efs": "elasticfilesystem",
    "secretsmanager": "secretsmanager",
}
_SAME_NAME = frozenset(
    ("s3", "sqs", "sns", "iam", "dynamodb", "lambda", "kms", "ecr", "ecs", "ssm", "kinesis", "secretsmanager", "rds")
)
_SHAPES = {"account_id": ANY * 12, "partition": SEGMENT_STAR, "region": SEGMENT_STAR}


@lru_cache(maxsize=4096)
def shape(name: str) -> str:
    """A pattern for what a Terraform unknown of this name can be."""
    attribute = name.rpartition(".")[2]
    if attribute in _SHAPES:
        return _SHAPES[attribute]
    match = _ARN_OF.fullmatch(name)
    if match is None:
        return STAR
    family = match[1]
    longer = f"{family}_{match[2].split('_')[0]}"
    service = _SERVICE.get(longer) or _SERVICE.get(family) or (family if family in _SAME_NAME else STAR)
    service = SEGMENT_STAR if service == STAR else service
    return f"arn:{SEGMENT_STAR}:{service}:{SEGMENT_STAR}:{SEGMENT_STAR}:{STAR}"
