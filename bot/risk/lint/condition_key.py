"""A condition key that AWS lists for no action of the statement: the condition may never be met, or always be."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.iam.arn import service_of
from bot.iam.catalog import load_catalog
from bot.iam.grant import Grant
from bot.iam.policy import PolicyProblem
from bot.risk.lint.problem import probable_mistake, reference_page

_PREFIX = ("aws:",)
"""Keys every request can carry; whether it does depends on more than the action."""


_KEYS_PAGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"


def unknown_condition_key(grant: Grant) -> Iterator[PolicyProblem]:
    """Keys that begin with `aws:` and are none: `aws:region`."""
    for condition in grant.statement.conditions:
        key = condition.key
        if not key.lower().startswith(_PREFIX) or "${" in key:
            continue
        exists, meant = global_key(key)
        if not exists:
            hint = f", did you mean {meant}?" if meant else "."
            title = f"AWS had no condition key {key} on {DATE}{hint} It may never have a value"
            yield probable_mistake(DiagnosticKind.UNKNOWN_CONDITION_KEY, title, condition.trail, _KEYS_PAGE)


def condition_key_not_supported(grant: Grant) -> Iterator[PolicyProblem]:
    """Keys of a service that none of the statement's single actions supports."""
    statement = grant.statement
    known = [info for text in statement.actions if (info := load_catalog().info(text.literal or ""))]
    if statement.not_action or not known or len(known) < len(statement.actions):
        return
    for condition in statement.conditions:
        key = condition.key.lower()
        if key.startswith(_PREFIX) or load_catalog().service(service_of(key)) is None:
            continue
        if not any(info.knows(key) for info in known):
            names = ", ".join(map(str, known[:3]))
            title = f"AWS lists no condition key {condition.key} for {names}: it may never have a value there"
            yield probable_mistake(
                DiagnosticKind.CONDITION_KEY_NOT_SUPPORTED, title, condition.trail, reference_page(str(known[0]))
            )


DATE = "2026-11-25"
"""When the table was last held against "AWS global condition context keys"."""

_GLOBAL: Mapping[str, str] = {
    "string": "AssumedRoot CalledVia CalledViaFirst CalledViaLast ChatbotSourceArn FederatedProvider ManagedInstance "
    "PrincipalAccount PrincipalOrgID PrincipalOrgPaths PrincipalServiceName PrincipalServiceNamesList "
    "PrincipalTag PrincipalType RequestTag RequestedRegion ResourceAccount ResourceOrgID ResourceOrgPaths ResourceTag "
    "SourceAccount SourceIdentity SourceOrgID SourceOrgPaths SourceVpc SourceVpce TagKeys UserAgent VpceAccount "
    "VpceOrgID VpceOrgPaths referer userid username SourceVpcArn Ec2InstanceSourceVpc SignInSessionArn SourceOwner",
    "ARN": "SourceArn PrincipalArn Ec2InstanceSourceARN",
    "IP address": "SourceIp VpcSourceIp Ec2InstanceSourcePrivateIPv4",
    "date": "CurrentTime EpochTime TokenIssueTime",
    "number": "MultiFactorAuthAge",
    "boolean": "MultiFactorAuthPresent PrincipalIsAWSService SecureTransport ViaAWSService IsMcpServiceAction "
    "ViaAWSMCPService",
}

_OF_SERVICES: Mapping[str, str] = {
    "ec2:instanceprofile": "ARN",
    "ec2:sourceinstancearn": "ARN",
    "ec2:encrypted": "boolean",
    "ec2:ebsoptimized": "boolean",
    "ec2:volumesize": "number",
    "ec2:metadatahttpputresponsehoplimit": "number",
    "iam:passedtoservice": "string",
    "iam:permissionsboundary": "string",
    "iam:policyarn": "ARN",
    "iam:associatedresourcearn": "ARN",
    "kms:bypasspolicylockoutsafetycheck": "boolean",
    "kms:grantisforawsresource": "boolean",
    "kms:viaservice": "string",
    "lambda:functionarn": "ARN",
    "rds:storageencrypted": "boolean",
    "s3:max-keys": "number",
    "s3:tlsversion": "number",
    "s3:prefix": "string",
    "s3:delimiter": "string",
    "s3:object-lock-remaining-retention-days": "number",
    "s3:signatureage": "number",
    "secretsmanager:recoverywindowindays": "number",
    "sts:externalid": "string",
    "sts:rolesessionname": "string",
}

TYPES: Mapping[str, str] = {
    **{f"aws:{name.lower()}": kind for kind, names in _GLOBAL.items() for name in names.split()},
    **_OF_SERVICES,
}
_SPELLING = {f"aws:{name.lower()}": f"aws:{name}" for names in _GLOBAL.values() for name in names.split()}
_MEANT = {"aws:region": "aws:RequestedRegion", "aws:account": "aws:PrincipalAccount", "aws:vpc": "aws:SourceVpc"}

OPERATORS: Mapping[str, tuple[str, ...]] = {
    "string": ("string",),
    "ARN": ("arn", "string"),
    "IP address": ("ipaddress", "notipaddress"),
    "date": ("date", "numeric"),
    "number": ("numeric",),
    "boolean": ("bool", "string"),
}
"""How the operators begin that compare values of each kind. A string operator also works on ARNs and booleans."""


def type_of(key: str) -> str:
    """What kind of value a key has; "" if it is not known. Keys with a tag's name are strings."""
    base = key.lower().partition("/")[0]
    return TYPES.get(base, "")


def global_key(key: str) -> tuple[bool, str]:
    """Whether an `aws:` key exists, and which one was probably meant if not."""
    base, _, _ = key.lower().partition("/")
    if base in _SPELLING:
        return True, ""
    near = difflib.get_close_matches(base, _SPELLING, 1, 0.75)
    return False, _MEANT.get(base) or (_SPELLING[near[0]] if near else "")
