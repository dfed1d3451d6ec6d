"""Random policies out of few words, so that statements often overlap."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from bot.access_diff.delta import PolicySet
from bot.evaluated.document import from_json
from bot.iam.policy import parse_policy
from bot.iam.statement import PolicyKind

ACTIONS = (
    "*",
    "s3:*",
    "s3:Get*",
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "s3:GetObjec?",
    "sqs:*",
    "sqs:SendMessage",
    "ec2:DescribeInstances",
)
RESOURCES = (
    "*",
    "arn:aws:s3:::b",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/x",
    "arn:aws:s3:::*/x",
    "arn:aws:s3:::b/?",
    "arn:aws:sqs:*:*:q",
    "arn:aws:sqs:eu-west-1:111122223333:*",
)
CONDITIONS: tuple[dict[str, dict[str, Any]], ...] = (
    {"StringEquals": {"aws:PrincipalTag/t": "a"}},
    {"StringLike": {"aws:PrincipalTag/t": ["a*", "b"]}},
    {"StringNotEquals": {"aws:PrincipalTag/t": "a"}},
    {"StringEqualsIfExists": {"aws:PrincipalTag/t": "A"}},
    {"StringEqualsIgnoreCase": {"aws:PrincipalTag/t": "A"}},
    {"Null": {"aws:PrincipalTag/t": "true"}},
    {"Bool": {"aws:SecureTransport": "true"}},
    {"BoolIfExists": {"aws:SecureTransport": "false"}},
    {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
    {"NotIpAddress": {"aws:SourceIp": ["10.1.0.0/16", "10.2.0.0/16"]}},
    {"NumericLessThan": {"s3:max-keys": "5"}},
    {"NumericGreaterThanEquals": {"s3:max-keys": "5"}},
    {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}},
    {"ForAnyValue:StringLike": {"aws:TagKeys": "a*"}},
)


def chosen(words: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), min_size=1, max_size=3, unique=True)


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    effect = draw(st.sampled_from(("Allow", "Allow", "Deny")))
    action = draw(st.sampled_from(("Action", "Action", "Action", "NotAction")))
    resource = draw(st.sampled_from(("Resource", "Resource", "Resource", "NotResource")))
    statement: dict[str, Any] = {"Effect": effect, action: draw(chosen(ACTIONS)), resource: draw(chosen(RESOURCES))}
    conditions = draw(st.lists(st.sampled_from(CONDITIONS), max_size=2, unique_by=lambda one: next(iter(one))))
    if conditions:
        statement["Condition"] = {key: value for one in conditions for key, value in one.items()}
    return statement


POLICIES = st.lists(statements(), max_size=4)


def policy_set(statements: list[dict[str, Any]]) -> PolicySet:
    document = {"Version": "2012-10-17", "Statement": statements}
    return PolicySet(PolicyKind.IDENTITY, parse_policy(from_json(document), PolicyKind.IDENTITY).statements)
