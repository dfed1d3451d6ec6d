"""What a Terraform unknown can be, as far as its name tells: `aws_s3_bucket.b.arn` is an ARN of S3."""

from __future__ import annotations

from functools import lru_cache

from bot.iam.pattern import ANY, SEGMENT_STAR, STAR
from bot.late_pattern import late_pattern

_ARN_OF = late_pattern(r"(?:.*\.)?aws_([a-z0-9_]+)\..*\.arn")
_SERVICES = {
    "acm_certificate": "acm",
    "alb": "elasticloadbalancing",
    "athena": "athena",
    "autoscaling_group": "autoscaling",
    "backup": "backup",
    "cloudfront": "cloudfront",
    "cloudtrail": "cloudtrail",
    "cloudwatch_composite_alarm": "cloudwatch",
    "cloudwatch_event": "events",
    "cloudwatch_log": "logs",
    "cloudwatch_metric": "cloudwatch",
    "codebuild": "codebuild",
    "codepipeline": "codepipeline",
    "db": "rds",
    "dynamodb": "dynamodb",
    "ebs_volume": "ec2",
    "ecr": "ecr",
    "ecs": "ecs",
    "efs": "elasticfilesystem",
    "eks": "eks",
    "iam": "iam",
    "instance": "ec2",
    "kinesis_analytics": "kinesisanalytics",
    "kinesis_firehose": "firehose",
    "kinesis_stream": "kinesis",
    "kinesis_video": "kinesisvideo",
    "kms": "kms",
    "lambda": "lambda",
    "launch_template": "ec2",
    "lb": "elasticloadbalancing",
    "organizations": "organizations",
    "rds": "rds",
    "route53_zone": "route53",
    "s3": "s3",
    "secretsmanager": "secretsmanager",
    "security_group": "ec2",
    "sfn": "states",
    "sns": "sns",
    "sqs": "sqs",
    "ssm": "ssm",
    "subnet": "ec2",
    "vpc": "ec2",
    "wafv2": "wafv2",
}
"""The service in the ARNs of resource types that begin so."""

_NAMES = {
    "dynamodb_table": "table/*",
    "ecr_repository": "repository/*",
    "ecs_cluster": "cluster/*",
    "ecs_task_definition": "task-definition/*",
    "iam_group": "group/*",
    "iam_instance_profile": "instance-profile/*",
    "iam_openid_connect_provider": "oidc-provider/*",
    "iam_policy": "policy/*",
    "iam_role": "role/*",
    "iam_user": "user/*",
    "instance": "instance/*",
    "kms_key": "key/*",
    "lambda_function": "function:*",
    "secretsmanager_secret": "secret:*",
    "cloudwatch_log_group": "log-group:*",
    "sfn_state_machine": "stateMachine:*",
    "ssm_parameter": "parameter/*",
}
"""How the resource part of the ARNs of these types begins."""

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
    words = match[1].split("_")
    begins = ("_".join(words[:length]) for length in range(len(words), 0, -1))
    service = next((_SERVICES[one] for one in begins if one in _SERVICES), SEGMENT_STAR)
    return f"arn:{SEGMENT_STAR}:{service}:{SEGMENT_STAR}:{SEGMENT_STAR}:{_NAMES.get(match[1], STAR)}"


_OF_CLUSTER = " oidc_provider of cluster "


def cluster_provider(module: str, cluster: str) -> str:
    """The name of the identity provider that a call looks up for a cluster which it is given by name."""
    return f"{module}{_OF_CLUSTER}{cluster}"


def cluster_of(provider: str) -> str:
    """The cluster of such a provider, as principals print it (`${...}`); "" of any other."""
    _, _, cluster = provider.partition(_OF_CLUSTER)
    return cluster.removesuffix("}")
