"""Which of several actions of the same weight a reader must know first."""

from __future__ import annotations

from functools import lru_cache

from bot.iam.action_glob import names_action

_FIRST: tuple[tuple[str, ...], ...] = (
    # somebody else's rights
    (
        "iam:PassRole",
        "sts:AssumeRole*",
        "iam:*Policy",
        "iam:*PolicyVersion",
        "iam:CreateAccessKey",
        "iam:*LoginProfile",
    ),
    # secrets, keys and who may use them
    (
        "secretsmanager:GetSecretValue",
        "secretsmanager:BatchGetSecretValue",
        "kms:PutKeyPolicy",
        "kms:CreateGrant",
        "kms:ScheduleKeyDeletion",
    ),
    # what may be secret or not
    ("ssm:GetParameter*",),
    # what people store
    (
        "s3:GetObject",
        "s3:PutBucketPolicy",
        "s3:PutObject",
        "s3:DeleteObject",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
        "rds-data:ExecuteStatement",
        "rds-db:connect",
        "ecr:PutImage",
        "lambda:UpdateFunctionCode",
    ),
    # what is passed on, and what is of use with other data only
    ("sqs:ReceiveMessage", "kms:Decrypt"),
    # what no list of the same weight shows otherwise
    ("iam:CreateServiceLinkedRole",),
)
_LAST = ("rds:Download*LogFile*", "ssm:GetAutomationExecution", "ssm:GetCommandInvocation", "*:Tag*", "*:Untag*")
"""What a list of the same weight ends with: logs, output of commands, tags."""

_KEY_USE = (
    "kms:Decrypt",
    "kms:DeriveSharedSecret",
    "kms:Encrypt",
    "kms:GenerateDataKey*",
    "kms:GenerateMac",
    "kms:ReEncrypt*",
)

ORDINARY = len(_FIRST)
"""The place of what is in no group of the table."""


@lru_cache(maxsize=16384)
def place_of(name: str) -> int:
    """Which group of the table it is of; those that are in none stand between the first ones and the last."""
    if any(names_action(glob, name) for glob in _LAST):
        return ORDINARY + 1
    groups = (place for place, globs in enumerate(_FIRST) if any(names_action(glob, name) for glob in globs))
    return next(groups, ORDINARY)


@lru_cache(maxsize=16384)
def uses_key(name: str) -> bool:
    """Whether it locks or unlocks with a key what somebody must have beside it: what gives that is told before."""
    return any(names_action(glob, name) for glob in _KEY_USE)
