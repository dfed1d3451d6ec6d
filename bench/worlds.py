"""The small worlds of random policies and requests: few actions, resources, keys, principals, so that patterns meet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from bot.iam.statement import PolicyKind

ACCOUNT = "111122223333"
PRINCIPAL = f"arn:aws:iam::{ACCOUNT}:role/app"
OTHERS = (
    "arn:aws:iam::444455556666:role/app",
    "arn:aws:iam::444455556666:user/alice",
    "arn:aws:iam::777788889999:role/app",
)

ACTIONS = {
    "s3:GetObject": ("arn:aws:s3:::b/x", "arn:aws:s3:::b/y/z", "arn:aws:s3:::bb/x", "arn:aws:s3:::logs-1/alice/x"),
    "s3:PutObject": ("arn:aws:s3:::b/x", "arn:aws:s3:::b/y/z", "arn:aws:s3:::logs-1/bob/y"),
    "s3:GetObjectAcl": ("arn:aws:s3:::b/x", "arn:aws:s3:::bb/x"),
    "s3:ListBucket": ("arn:aws:s3:::b", "arn:aws:s3:::bb", "arn:aws:s3:::logs-1"),
    "s3:ListAllMyBuckets": ("*",),
    "sqs:SendMessage": ("arn:aws:sqs:eu-west-1:111122223333:q", "arn:aws:sqs:us-east-1:111122223333:qq"),
    "sqs:ReceiveMessage": ("arn:aws:sqs:eu-west-1:111122223333:q", "arn:aws:sqs:eu-west-1:444455556666:q"),
    "dynamodb:GetItem": (
        "arn:aws:dynamodb:eu-west-1:111122223333:table/t",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/tt",
    ),
    "iam:PassRole": ("arn:aws:iam::111122223333:role/app", "arn:aws:iam::111122223333:role/path/admin"),
    "iam:CreateUser": ("arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/bob"),
    "ec2:DescribeInstances": ("*",),
    "ec2:StartInstances": (
        "arn:aws:ec2:eu-west-1:111122223333:instance/i-1",
        "arn:aws:ec2:us-east-1:111122223333:instance/i-2",
    ),
    "lambda:InvokeFunction": (
        "arn:aws:lambda:eu-west-1:111122223333:function:f",
        "arn:aws:lambda:eu-west-1:111122223333:function:g:1",
    ),
}
"""Actions and some ARNs each can act on."""

ACTION_PATTERNS = (
    *ACTIONS,
    "*",
    "s3:*",
    "s3:Get*",
    "s3:*Object",
    "s3:GetObj?ct",
    "S3:getobject",
    "s3:G*t*A*l",
    "s3:List*",
    "sqs:*",
    "sqs:*Message",
    "sqs:?e*",
    "dynamodb:*",
    "iam:*",
    "iam:Pass*",
    "iam:?assRole",
    "ec2:*",
    "ec2:Describe*",
    "ec2:St*",
    "lambda:Invoke*",
    "lambda:*",
)

RESOURCE_PATTERNS = (
    *sorted({arn for arns in ACTIONS.values() for arn in arns}),
    "*",
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b*",
    "arn:aws:s3:::?",
    "arn:aws:s3:::?/*",
    "arn:aws:s3:::b/?",
    "arn:aws:s3:::*/x",
    "arn:aws:s3:::b/*/z",
    "arn:aws:s3:::B/x",
    "arn:aws:s3:::logs-1/${aws:username}/*",
    "arn:aws:s3:::logs-1/${aws:PrincipalTag/team, 'bob'}/*",
    "arn:aws:s3:::logs-1/${aws:PrincipalTag/team}/?",
    "arn:aws:s3:::logs-?/*",
    "arn:aws:sqs:*:*:*",
    "arn:aws:sqs:*:111122223333:q",
    "arn:aws:sqs:eu-*:111122223333:*",
    "arn:aws:sqs:eu-west-1:1111222233?3:q*",
    "arn:aws:dynamodb:*:*:table/*",
    "arn:aws:dynamodb:eu-west-1:111122223333:table/t*",
    "arn:aws:dynamodb:eu-west-1:111122223333:table/t?",
    "arn:aws:iam::*:role/*",
    "arn:aws:iam::111122223333:role/*",
    "arn:aws:iam::111122223333:role/*admin",
    "arn:aws:iam::111122223333:user/${aws:username}",
    "arn:aws:iam::111122223333:*",
    "arn:aws:ec2:*:*:instance/*",
    "arn:aws:ec2:eu-west-1:*:*",
    "arn:aws:lambda:*:*:function:*",
    "arn:aws:lambda:eu-west-1:111122223333:function:g:*",
    "arn:aws:lambda:eu-west-1:111122223333:function:?",
)


@dataclass(frozen=True, slots=True)
class Key:
    """A condition key: which operators read it, values for policies and for requests; `many` if it has several."""

    operators: tuple[str, ...]
    policy: tuple[str, ...]
    request: tuple[str, ...]
    many: bool = False


_STRINGS = (
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
)
_NUMBERS = tuple(
    f"Numeric{name}"
    for name in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
)
_DATES = tuple(name.replace("Numeric", "Date") for name in _NUMBERS)
_ARNS = ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike")
_TAGS = ("alice", "bob", "Alice", "a*", "*", "?ob", "${aws:username}", "${aws:username}*", "")
_CIDRS = ("10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32", "8.0.0.0/5", "2001:db8::/32", "2001:db8:1::/48")

KEYS: dict[str, Key] = {
    "aws:PrincipalTag/team": Key(_STRINGS, _TAGS, ("alice", "bob", "Alice", "ab", "x", "rob")),
    "aws:SourceVpc": Key(
        _STRINGS, ("vpc-1", "vpc-2", "vpc-*", "VPC-1", "vpc-?"), ("vpc-1", "vpc-2", "VPC-1", "vpc-", "vpc-11")
    ),
    "aws:RequestedRegion": Key(
        _STRINGS, ("eu-west-1", "eu-*", "us-east-1", "*-1"), ("eu-west-1", "us-east-1", "eu-west-2")
    ),
    "aws:PrincipalArn": Key(
        (*_ARNS, "StringLike", "StringEquals"),
        (
            "arn:aws:iam::111122223333:role/app",
            "arn:aws:iam::*:role/*",
            "arn:aws:iam::111122223333:*",
            "arn:aws:iam::111122223333:role/ap?",
        ),
        (
            "arn:aws:iam::111122223333:role/app",
            "arn:aws:iam::111122223333:user/alice",
            "arn:aws:iam::444455556666:role/app",
        ),
    ),
    "aws:SecureTransport": Key(("Bool",), ("true", "false"), ("true", "false")),
    "aws:MultiFactorAuthPresent": Key(("Bool",), ("true", "false"), ("true", "false")),
    "aws:MultiFactorAuthAge": Key(_NUMBERS, ("300", "3600", "0", "300.5"), ("299", "300", "301", "3600", "0", "300.5")),
    "aws:CurrentTime": Key(
        _DATES,
        ("2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-06-01"),
        (
            "2025-12-31T23:59:59Z",
            "2026-01-01T00:00:00Z",
            "2026-03-01T12:00:00Z",
            "2026-06-01T00:00:00Z",
            "2027-01-01T00:00:00Z",
        ),
    ),
    "aws:SourceIp": Key(
        ("IpAddress", "NotIpAddress"), _CIDRS, ("10.0.0.1", "10.1.2.3", "11.0.0.1", "2001:db8:1::5", "2001:db9::1")
    ),
    "aws:TagKeys": Key(
        tuple(f"{quantifier}:{name}" for quantifier in ("ForAllValues", "ForAnyValue") for name in _STRINGS),
        ("team", "cost", "t*", "Team"),
        ("team", "cost", "Team", "tt", "owner"),
        many=True,
    ),
    "s3:prefix": Key(
        _STRINGS, ("home/", "home/*", "${aws:username}/*", ""), ("home/", "home/x", "alice/", "alice/x", "")
    ),
}

TRUST_KEYS: dict[str, Key] = {
    **{key: KEYS[key] for key in ("aws:SourceIp", "aws:PrincipalArn", "aws:MultiFactorAuthPresent", "aws:CurrentTime")},
    "sts:ExternalId": Key(_STRINGS, ("x1", "x2", "x*", "X1", "${aws:username}"), ("x1", "x2", "X1", "x", "bob")),
    "sts:RoleSessionName": Key(_STRINGS, ("ci", "ci-*", "${aws:username}"), ("ci", "ci-1", "alice")),
    "aws:PrincipalOrgID": Key(_STRINGS, ("o-1", "o-2", "o-*"), ("o-1", "o-2")),
    "aws:PrincipalTag/team": KEYS["aws:PrincipalTag/team"],
}

PRINCIPALS: tuple[tuple[str, str], ...] = (
    ("*", "*"),
    ("AWS", "*"),
    ("AWS", "444455556666"),
    ("AWS", "arn:aws:iam::444455556666:root"),
    ("AWS", "777788889999"),
    *(("AWS", arn) for arn in OTHERS),
    ("Service", "sns.amazonaws.com"),
)
"""Entries of a Principal element."""


@dataclass(frozen=True, slots=True)
class World:
    """What policies of one kind are made of.

    `callers` make requests: ARNs, or names of services. `bounded`: a policy comes with a permissions boundary, in its
    member "Boundary".
    """

    kind: PolicyKind
    actions: dict[str, tuple[str, ...]]
    action_patterns: tuple[str, ...]
    resource_patterns: tuple[str, ...]
    keys: dict[str, Key]
    callers: tuple[str, ...]
    principals: tuple[tuple[str, str], ...] = ()
    bounded: bool = False


@cache
def worlds() -> dict[str, World]:
    """Policies of a role, with a boundary or without, and policies on resources and roles that others call."""
    identity = World(PolicyKind.IDENTITY, ACTIONS, ACTION_PATTERNS, RESOURCE_PATTERNS, KEYS, (PRINCIPAL,))
    held = {name: arns for name, arns in ACTIONS.items() if name.startswith(("s3:", "sqs:")) and arns != ("*",)}
    resource = World(
        PolicyKind.RESOURCE,
        held,
        tuple(name for name in ACTION_PATTERNS if name in held or name.startswith(("s3:", "S3:", "sqs:", "*"))),
        tuple(arn for arn in RESOURCE_PATTERNS if arn == "*" or arn.startswith(("arn:aws:s3", "arn:aws:sqs"))),
        KEYS,
        (*OTHERS, "sns.amazonaws.com"),
        PRINCIPALS,
    )
    trust = World(
        PolicyKind.TRUST,
        {"sts:AssumeRole": (PRINCIPAL,)},
        ("sts:AssumeRole", "sts:AssumeRole*", "sts:*", "sts:TagSession"),
        (),
        TRUST_KEYS,
        OTHERS,
        PRINCIPALS,
    )
    return {"identity": identity, "resource": resource, "trust": trust, "bounded": replace(identity, bounded=True)}
