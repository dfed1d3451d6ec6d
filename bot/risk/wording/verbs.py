"""What somebody does who may use actions that write: not all of them delete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.access_diff.delta import Row
from bot.iam.acting import acts_on
from bot.iam.action_glob import names_action
from bot.iam.action_kind import ActionKind, kind_of
from bot.iam.arn import service_of
from bot.iam.catalog import load_catalog

_VERBS = (
    (
        "invoke functions and APIs",
        (
            "lambda:Invoke*",
            "execute-api:Invoke",
            "appsync:GraphQL",
            "sagemaker:InvokeEndpoint*",
            "bedrock:InvokeAgent*",
        ),
    ),
    (
        "start workflows and jobs",
        ("states:Start*Execution", "codebuild:Start*", "batch:SubmitJob", "codepipeline:StartPipelineExecution"),
    ),
    ("send mail", ("ses:Send*",)),
    (
        "send messages and events",
        (
            "sqs:SendMessage*",
            "sns:Publish*",
            "events:PutEvents",
            "kinesis:PutRecord*",
            "firehose:PutRecord*",
            "iot:Publish",
        ),
    ),
)


def verb_words(actions: Iterable[str]) -> str:
    """What all actions that write have in common: "send mail"; "write or delete" where they have nothing."""
    return _in_common(_writing(actions), _VERBS) or "write or delete"


_OPERATES = (
    ("set up where logs are delivered", ("logs:*LogDelivery", "logs:*ResourcePolicy")),
    ("make copies and backups", ("*:Copy*", "*:*Backup*", "*:*Snapshot*", "ec2:CreateImage", "rds:StartExportTask")),
    ("use keys to encrypt", ("kms:*",)),
    (
        "make new things",
        (
            "*:CreateBucket",
            "*:CreateCluster",
            "*:CreateDatabase",
            "*:CreateEventBus",
            "*:CreateQueue",
            "*:CreateRepository",
            "*:CreateStream",
            "*:CreateTable",
            "*:CreateTopic",
        ),
    ),
)


def operating_words(actions: Iterable[str]) -> str:
    """The same of what neither writes nor reads: "run jobs and the like" where it has nothing in common."""
    return _in_common(_of_kind(actions, ActionKind.OPERATE), _OPERATES) or "run jobs and the like"


_PERMITS = (
    (
        "change who signs in to an application",
        (
            "appstream:*User*",
            "cognito-idp:Admin*SignUp",
            "cognito-idp:AdminEnableUser",
            "cognito-idp:AdminSetUser*",
            "cognito-idp:*IdentityProvider",
            "cognito-idp:*UserPoolClient",
            "cognito-idp:SetUserPoolMfaConfig",
            "grafana:UpdateWorkspaceAuthentication",
        ),
    ),
    ("change who attaches network interfaces", ("ec2:*NetworkInterfacePermission",)),
    ("change who may become a role", ("iam:UpdateAssumeRolePolicy",)),
)
"""What is said more exactly than that permissions change. Who is in a user pool's group is not: it may have a role."""

_OBJECT_ACLS = ("s3:PutObject*Acl",)


def permitting_words(row: Row) -> str:
    """What all of a row that says who may do what has in common: "change permissions" where it has nothing."""
    permitting = _permitting(row)
    if not permitting or not all(_is_named(name, _OBJECT_ACLS) for name in permitting):
        return _in_common(permitting, _PERMITS) or "change permissions"
    writes = any(names_action(action, "s3:PutObject") for action in row.actions)
    return "write objects and their ACLs" if writes else "change the ACLs of objects"


def _permitting(row: Row) -> list[str]:
    """What of its actions says who may do what, and can act on what it is of."""
    names = [name for kind in _PERMITTING for name in _of_kind(row.actions, kind)]
    return [name for name in names if any(acts_on(name, one) for one in row.resources)] or names


_PERMITTING = (ActionKind.PERMISSIONS, ActionKind.ADMINISTERS)


def written_service(actions: Sequence[str]) -> str:
    """The one service in which actions write, where they read in many others besides; "" otherwise."""
    services = {service_of(name) for name in _writing(actions)}
    others = {service_of(action) for action in actions} - services
    return services.pop() if len(services) == 1 and len(others) >= MANY else ""


MANY = 3
"""So many services besides are told by "anywhere"."""


def _writing(actions: Iterable[str]) -> list[str]:
    return _of_kind(actions, ActionKind.WRITE)


def _in_common(names: Iterable[str], table: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    """The words that a table has for all of the actions; "" if it has none, or several."""
    said = {next((words for words, globs in table if _is_named(name, globs)), "") for name in names}
    return said.pop() if len(said) == 1 else ""


def _of_kind(actions: Iterable[str], kind: ActionKind) -> list[str]:
    names = (name for action in actions for name in load_catalog().expand(action) or (action,))
    return [name for name in names if kind_of(name) is kind]


def _is_named(name: str, globs: Iterable[str]) -> bool:
    return any(names_action(glob, name) for glob in globs)
