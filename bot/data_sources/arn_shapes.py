"""Resource types whose ARN and id follow from their arguments, as a table."""

from __future__ import annotations

from collections.abc import Mapping

from bot.data_sources.arn import Shape, shape

_IAM = "iam::{account}:"
_HERE = "{region}:{account}:"

SHAPES: Mapping[str, Shape] = {
    "aws_athena_workgroup": shape(f"athena:{_HERE}workgroup/{{name}}", "name", id="{name}"),
    "aws_backup_vault": shape(f"backup:{_HERE}backup-vault:{{name}}", "name", id="{name}"),
    "aws_cloudtrail": shape(f"cloudtrail:{_HERE}trail/{{name}}", "name"),
    "aws_cloudwatch_event_bus": shape(f"events:{_HERE}event-bus/{{name}}", "name", id="{name}"),
    "aws_cloudwatch_log_group": shape(f"logs:{_HERE}log-group:{{name}}", "name", id="{name}"),
    "aws_cloudwatch_metric_alarm": shape(f"cloudwatch:{_HERE}alarm:{{alarm_name}}", "alarm_name", id="{alarm_name}"),
    "aws_codeartifact_domain": shape(f"codeartifact:{_HERE}domain/{{domain}}", "domain"),
    "aws_codebuild_project": shape(f"codebuild:{_HERE}project/{{name}}", "name"),
    "aws_codecommit_repository": shape(f"codecommit:{_HERE}{{repository_name}}", "repository_name"),
    "aws_codedeploy_app": shape(f"codedeploy:{_HERE}application:{{name}}", "name"),
    "aws_codepipeline": shape(f"codepipeline:{_HERE}{{name}}", "name"),
    "aws_db_instance": shape(f"rds:{_HERE}db:{{identifier}}", "identifier"),
    "aws_dynamodb_table": shape(f"dynamodb:{_HERE}table/{{name}}", "name", id="{name}"),
    "aws_ecr_repository": shape(
        f"ecr:{_HERE}repository/{{name}}",
        "name",
        id="{name}",
        registry_id="{account}",
        repository_url="{account}.dkr.ecr.{region}.{suffix}/{name}",
    ),
    "aws_ecs_cluster": shape(
        f"ecs:{_HERE}cluster/{{name}}", "name", id=f"arn:{{partition}}:ecs:{_HERE}cluster/{{name}}"
    ),
    "aws_eks_cluster": shape(f"eks:{_HERE}cluster/{{name}}", "name", id="{name}"),
    "aws_elasticsearch_domain": shape(f"es:{_HERE}domain/{{domain_name}}", "domain_name"),
    "aws_glue_catalog_database": shape(f"glue:{_HERE}database/{{name}}", "name"),
    "aws_glue_job": shape(f"glue:{_HERE}job/{{name}}", "name", id="{name}"),
    "aws_iam_group": shape(f"{_IAM}group{{path}}{{name}}", "name", id="{name}"),
    "aws_iam_instance_profile": shape(f"{_IAM}instance-profile{{path}}{{name}}", "name", id="{name}"),
    "aws_iam_policy": shape(
        f"{_IAM}policy{{path}}{{name}}", "name", id=f"arn:{{partition}}:{_IAM}policy{{path}}{{name}}"
    ),
    "aws_iam_role": shape(f"{_IAM}role{{path}}{{name}}", "name", id="{name}"),
    "aws_iam_saml_provider": shape(f"{_IAM}saml-provider/{{name}}", "name"),
    "aws_iam_user": shape(f"{_IAM}user{{path}}{{name}}", "name", id="{name}"),
    "aws_kinesis_firehose_delivery_stream": shape(f"firehose:{_HERE}deliverystream/{{name}}", "name"),
    "aws_kinesis_stream": shape(f"kinesis:{_HERE}stream/{{name}}", "name"),
    "aws_kms_alias": shape(f"kms:{_HERE}{{name}}", "name", id="{name}"),
    "aws_lambda_function": shape(f"lambda:{_HERE}function:{{function_name}}", "function_name", id="{function_name}"),
    "aws_opensearch_domain": shape(f"es:{_HERE}domain/{{domain_name}}", "domain_name"),
    "aws_rds_cluster": shape(
        f"rds:{_HERE}cluster:{{cluster_identifier}}", "cluster_identifier", id="{cluster_identifier}"
    ),
    "aws_s3_bucket": shape(
        "s3:::{bucket}",
        "bucket",
        id="{bucket}",
        bucket_domain_name="{bucket}.s3.{suffix}",
        bucket_regional_domain_name="{bucket}.s3.{region}.{suffix}",
    ),
    "aws_sfn_state_machine": shape(
        f"states:{_HERE}stateMachine:{{name}}", "name", id=f"arn:{{partition}}:states:{_HERE}stateMachine:{{name}}"
    ),
    "aws_sns_topic": shape(f"sns:{_HERE}{{name}}", "name", id=f"arn:{{partition}}:sns:{_HERE}{{name}}"),
    "aws_sqs_queue": shape(
        f"sqs:{_HERE}{{name}}",
        "name",
        id="https://sqs.{region}.{suffix}/{account}/{name}",
        url="https://sqs.{region}.{suffix}/{account}/{name}",
    ),
}
"""Managed resources. What has a random part (KMS keys, secrets, user pools) is not here: it stays a symbol."""

LOOKUPS: Mapping[str, Shape] = {
    "aws_cloudwatch_log_group": SHAPES["aws_cloudwatch_log_group"],
    "aws_dynamodb_table": SHAPES["aws_dynamodb_table"],
    "aws_ecr_repository": SHAPES["aws_ecr_repository"],
    "aws_eks_cluster": SHAPES["aws_eks_cluster"],
    "aws_kinesis_stream": SHAPES["aws_kinesis_stream"],
    "aws_kms_alias": SHAPES["aws_kms_alias"],
    "aws_lambda_function": SHAPES["aws_lambda_function"],
    "aws_s3_bucket": SHAPES["aws_s3_bucket"],
    "aws_sfn_state_machine": SHAPES["aws_sfn_state_machine"],
    "aws_sns_topic": SHAPES["aws_sns_topic"],
    "aws_sqs_queue": SHAPES["aws_sqs_queue"],
}
"""Data sources that look a thing up by the name its ARN is made of."""
