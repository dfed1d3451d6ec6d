"""The resource types and data sources of the local provider: plain bags of attributes, as the AWS provider names them.

An attribute is "TYPE FLAGS": TYPE is a string, bool or number, or list/set/map of one; FLAGS are r (required),
o (optional), c (computed), n (a change makes a new resource), s (sensitive).
"""

from __future__ import annotations

Attributes = dict[str, str]
ARN = {"id": "string c", "arn": "string c"}
TAGS = {"tags": "map(string) o"}

RESOURCES: dict[str, Attributes] = {
    "aws_iam_role": {
        **ARN,
        **TAGS,
        "name": "string ocn",
        "path": "string on",
        "description": "string o",
        "assume_role_policy": "string r",
        "permissions_boundary": "string o",
        "max_session_duration": "number o",
        "managed_policy_arns": "set(string) oc",
        "unique_id": "string c",
    },
    "aws_iam_policy": {**ARN, **TAGS, "name": "string ocn", "path": "string on", "policy": "string r"},
    "aws_iam_role_policy": {"id": "string c", "name": "string ocn", "role": "string rn", "policy": "string r"},
    "aws_iam_user": {**ARN, **TAGS, "name": "string rn", "path": "string o", "permissions_boundary": "string o"},
    "aws_iam_user_policy": {"id": "string c", "name": "string ocn", "user": "string rn", "policy": "string r"},
    "aws_iam_group": {**ARN, "name": "string r", "path": "string o"},
    "aws_iam_group_policy": {"id": "string c", "name": "string ocn", "group": "string rn", "policy": "string r"},
    "aws_iam_group_membership": {
        "id": "string c",
        "name": "string rn",
        "group": "string rn",
        "users": "set(string) r",
    },
    "aws_iam_role_policy_attachment": {"id": "string c", "role": "string rn", "policy_arn": "string rn"},
    "aws_iam_user_policy_attachment": {"id": "string c", "user": "string rn", "policy_arn": "string rn"},
    "aws_iam_group_policy_attachment": {"id": "string c", "group": "string rn", "policy_arn": "string rn"},
    "aws_iam_instance_profile": {**ARN, "name": "string ocn", "role": "string o"},
    "aws_iam_access_key": {"id": "string c", "user": "string rn", "status": "string o", "secret": "string cs"},
    "aws_s3_bucket": {**ARN, **TAGS, "bucket": "string ocn", "force_destroy": "bool o", "policy": "string oc"},
    "aws_s3_bucket_policy": {"id": "string c", "bucket": "string rn", "policy": "string r"},
    "aws_s3_bucket_public_access_block": {
        "id": "string c",
        "bucket": "string rn",
        "block_public_acls": "bool o",
        "block_public_policy": "bool o",
        "ignore_public_acls": "bool o",
        "restrict_public_buckets": "bool o",
    },
    "aws_kms_key": {**ARN, **TAGS, "key_id": "string c", "description": "string o", "policy": "string oc"},
    "aws_sns_topic": {**ARN, **TAGS, "name": "string ocn", "policy": "string oc"},
    "aws_sqs_queue": {**ARN, **TAGS, "name": "string ocn", "policy": "string oc", "url": "string c"},
    "aws_sqs_queue_policy": {"id": "string c", "queue_url": "string rn", "policy": "string r"},
    "aws_secretsmanager_secret": {**ARN, "name": "string ocn", "policy": "string oc"},
    "aws_db_instance": {**ARN, "identifier": "string ocn", "username": "string o", "password": "string os"},
    "aws_lambda_permission": {
        "id": "string c",
        "statement_id": "string ocn",
        "action": "string rn",
        "function_name": "string rn",
        "principal": "string rn",
        "source_arn": "string on",
        "source_account": "string on",
    },
    "aws_lambda_function": {
        **ARN,
        "function_name": "string rn",
        "role": "string r",
        "handler": "string o",
        "runtime": "string o",
        "filename": "string o",
    },
}

DATA: dict[str, Attributes] = {
    "aws_caller_identity": {"id": "string c", "account_id": "string c", "arn": "string c", "user_id": "string c"},
    "aws_partition": {"id": "string c", "partition": "string c", "dns_suffix": "string c"},
    "aws_region": {"id": "string c", "name": "string oc", "description": "string c"},
    "aws_iam_policy_document": {
        "id": "string c",
        "json": "string c",
        "policy_id": "string o",
        "version": "string o",
        "source_policy_documents": "list(string) o",
        "override_policy_documents": "list(string) o",
    },
}

_PRINCIPALS: Attributes = {"type": "string r", "identifiers": "set(string) r"}
_STATEMENT: Attributes = {
    "sid": "string o",
    "effect": "string o",
    "actions": "set(string) o",
    "not_actions": "set(string) o",
    "resources": "set(string) o",
    "not_resources": "set(string) o",
}

Block = tuple[str, Attributes, dict[str, "Block"]]
"""How it nests (list or set), its attributes, its own blocks."""

BLOCKS: dict[str, dict[str, Block]] = {
    "aws_iam_role": {"inline_policy": ("set", {"name": "string o", "policy": "string o"}, {})},
    "aws_lambda_function": {"environment": ("list", {"variables": "map(string) o"}, {})},
    "data.aws_iam_policy_document": {
        "statement": (
            "list",
            _STATEMENT,
            {
                "principals": ("set", _PRINCIPALS, {}),
                "not_principals": ("set", _PRINCIPALS, {}),
                "condition": (
                    "set",
                    {"test": "string r", "variable": "string r", "values": "list(string) r"},
                    {},
                ),
            },
        )
    },
}
