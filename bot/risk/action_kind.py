"""What an action lets its holder do, as the score's table distinguishes it; AWS's access level alone misleads."""

from __future__ import annotations

import enum
from functools import cache

from bot.iam.catalog import AccessLevel, load_catalog


class ActionKind(enum.IntEnum):
    """The rows of the score's table, harmless first."""

    LIST = 0
    READ = 1
    WRITE = 2
    PERMISSIONS = 3
    ADMINISTER = 4


KIND_WORDS = {
    ActionKind.LIST: "listing, tagging, reading metadata",
    ActionKind.READ: "reading data",
    ActionKind.WRITE: "writing and deleting",
    ActionKind.PERMISSIONS: "managing permissions, credentials and roles",
    ActionKind.ADMINISTER: "administering",
}

ESCALATING = frozenset(
    f"iam:{name}"
    for name in [
        "addusertogroup",
        "attachgrouppolicy",
        "attachrolepolicy",
        "attachuserpolicy",
        "createaccesskey",
        "createloginprofile",
        "createpolicyversion",
        "deleterolepermissionsboundary",
        "deleteuserpermissionsboundary",
        "putgrouppolicy",
        "putrolepolicy",
        "putuserpolicy",
        "setdefaultpolicyversion",
        "updateassumerolepolicy",
        "updateloginprofile",
    ]
)
"""One call with one of these makes its caller as strong as the principal or policy it is called on."""

CREDENTIALS = frozenset(
    [
        "iam:createaccesskey",
        "iam:createloginprofile",
        "iam:createservicespecificcredential",
        "iam:resetservicespecificcredential",
        "iam:updateloginprofile",
        "lightsail:downloaddefaultkeypair",
        "lightsail:getinstanceaccessdetails",
        "rds-db:connect",
        "redshift:getclustercredentials",
        "redshift:getclustercredentialswithiam",
        "redshift-serverless:getcredentials",
        "sso:getrolecredentials",
        "sts:getfederationtoken",
    ]
)
"""Their answer is a credential of an AWS principal, an instance or a database."""

BECOMES_ROLE = frozenset(("iam:passrole", "sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity"))
"""These hand a role to a service or to the caller. AWS lists them as writes."""

DATA_READS = frozenset(
    [
        "athena:getqueryresults",
        "cassandra:select",
        "codeartifact:readfromrepository",
        "codecommit:getblob",
        "codecommit:getfile",
        "codecommit:gitpull",
        "cognito-idp:admingetuser",
        "cognito-idp:listusers",
        "dynamodb:batchgetitem",
        "dynamodb:getitem",
        "dynamodb:getrecords",
        "dynamodb:partiqlselect",
        "dynamodb:query",
        "dynamodb:scan",
        "ebs:getsnapshotblock",
        "ec2:getconsoleoutput",
        "ec2:getconsolescreenshot",
        "ecr:batchgetimage",
        "ecr:getdownloadurlforlayer",
        "elasticfilesystem:clientmount",
        "es:eshttpget",
        "glacier:getjoboutput",
        "kinesis:getrecords",
        "kms:decrypt",
        "kms:reencryptfrom",
        "lambda:getfunction",
        "logs:filterlogevents",
        "logs:getlogevents",
        "logs:getqueryresults",
        "logs:startquery",
        "logs:unmask",
        "neptune-db:readdataviaquery",
        "redshift-data:getstatementresult",
        "s3:getobject",
        "s3:getobjecttorrent",
        "s3:getobjectversion",
        "s3express:createsession",
        "secretsmanager:batchgetsecretvalue",
        "secretsmanager:getsecretvalue",
        "sqs:receivemessage",
        "ssm:getparameter",
        "ssm:getparameterhistory",
        "ssm:getparameters",
        "ssm:getparametersbypath",
        "states:getexecutionhistory",
        "support:describecommunications",
        "timestream:select",
    ]
)
"""What they return is the account's content, not a description of its resources."""

ROUTINE = frozenset(
    [
        "cloudwatch:putmetricdata",
        "ec2:assignprivateipaddresses",
        "ec2:createnetworkinterface",
        "ec2:deletenetworkinterface",
        "ec2:unassignprivateipaddresses",
        "ecr:getauthorizationtoken",
        "logs:createloggroup",
        "logs:createlogstream",
        "logs:putlogevents",
        "ssm:putcomplianceitems",
        "ssm:putinventory",
        "ssm:updateinstanceassociationstatus",
        "ssm:updateinstanceinformation",
        "sts:getcalleridentity",
        "sts:getsessiontoken",
        "sts:setsourceidentity",
        "sts:tagsession",
        "xray:puttelemetryrecords",
        "xray:puttracesegments",
    ]
)
"""Every function, task and agent has these: they write the caller's own traces and change nobody's data."""

ROUTINE_SERVICES = frozenset(("ec2messages", "ssmmessages"))
"""The Systems Manager agent's own channel."""

_ASKS = ("get", "list", "describe")

_BY_LEVEL = {
    AccessLevel.LIST: ActionKind.LIST,
    AccessLevel.READ: ActionKind.LIST,
    AccessLevel.TAGGING: ActionKind.LIST,
    AccessLevel.WRITE: ActionKind.WRITE,
    AccessLevel.PERMISSIONS: ActionKind.PERMISSIONS,
}


@cache
def kind_of(action: str) -> ActionKind:
    """The kind of one action ("s3:GetObject", any case); one that AWS has not published counts as a write."""
    name = action.lower()
    if name in ROUTINE or name.partition(":")[0] in ROUTINE_SERVICES:
        return ActionKind.LIST
    if name in ESCALATING or name in CREDENTIALS or name in BECOMES_ROLE:
        return ActionKind.PERMISSIONS
    if name in DATA_READS:
        return ActionKind.READ
    if name.partition(":")[2].startswith(_ASKS):
        # Whatever level AWS gives it: a question changes nothing.
        return ActionKind.LIST
    info = load_catalog().info(name)
    return ActionKind.WRITE if info is None else _BY_LEVEL[info.level]
