"""The global condition keys and what kind of value each has, as the IAM User Guide lists them; some of services too."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

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
