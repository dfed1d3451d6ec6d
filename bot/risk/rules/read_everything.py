"""A policy that reads nearly everything, of which some answers are credentials: AWS's ReadOnlyAccess and its like."""

from __future__ import annotations

from functools import lru_cache

from bot.iam.action_kind import ActionKind, kind_of
from bot.iam.arn import service_of, split_action
from bot.iam.catalog import load_catalog
from bot.late_pattern import late_pattern
from bot.review.prose import counted
from bot.risk.advice.steps import always
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule

_READS = late_pattern(
    r"(?:Batch)?(?:Check|Describe|Detect|Discover|Estimate|Filter|Get|List|Lookup|Preview|Query|Read|Receive|Retrieve|Scan|Search|"
    r"Select|Simulate|Test|Validate|Verify|View)"
)
_READING = 0.95
"""So large a part of the actions must be named as reading ones: a few refresh a check, or say Detect and mean Start."""

_SERVICES = 10
"""Of so many services data must be read."""


def _matches(grant: GradedGrant) -> bool:
    row = grant.row
    return not grant.on_resource and "*" in row.resources and len(row.actions) > _SERVICES and _reads(row.actions)


@lru_cache(maxsize=256)
def _reads(actions: tuple[str, ...]) -> bool:
    split = filter(None, map(split_action, actions))
    named = sum(bool(_READS.match(name)) for _, name in split)
    if named < _READING * len(actions):
        return False
    names = (name for action in actions for name in load_catalog().expand(action))
    read = {service_of(name) for name in names if kind_of(name) is ActionKind.READ_DATA}
    return len(read) >= _SERVICES


def _says(grant: GradedGrant, shown: int) -> str:
    services = len({service_of(action).lower() for action in grant.row.actions})
    return f"read nearly everything, data and some credentials included: {counted(services, 'service')} on *"


RULE = access_rule(
    "read-everything",
    _matches,
    _says,
    always("Take ViewOnlyAccess or SecurityAudit, which read no data, or name what is to be read"),
)
