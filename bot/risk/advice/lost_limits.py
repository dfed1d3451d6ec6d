"""What to do where a condition, a Deny, a boundary or another limit is gone or wider: each in its own terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.access_diff.delta import ConditionView
from bot.iam.arn import is_everything, service_of, tag_in
from bot.iam.catalog import load_catalog
from bot.iam.policy_subject import Group, Organization, Resource, RoleTrust
from bot.iam.statement import PolicyKind
from bot.late_pattern import late_pattern
from bot.risk.advice.action_facts import knows, services_of
from bot.risk.advice.letting_in import subjects
from bot.risk.advice.narrowing import narrower
from bot.risk.advice.steps import Advice, KeepLimit, Limit, NewValues, PutBack, Step, WriteLimit
from bot.risk.exposure import PrincipalExposure
from bot.risk.grading import GradedGrant

_SUBJECT = ":sub"


def keep_limit(grant: GradedGrant) -> Advice:
    """What held the access back stays."""
    row = grant.shown
    if grant.kind is PolicyKind.LIMIT:
        everything = any(map(is_everything, row.actions))
        return (WriteLimit(_policy(grant), row.actions, everything),)
    if grant.limit_lost:
        kind, by = _LIMITS.get(type(grant.holder), Limit.BOUNDARY), tuple(one.key for one in grant.let_through or ())
        return (KeepLimit(kind, row.actions, wider=grant.let_through is not None, by=by),)
    limit = Limit.FACTOR if grant.factor_lost else Limit.DENY
    return (KeepLimit(limit, row.actions),)


_LIMITS = {Group: Limit.SESSION, Resource: Limit.OTHER, RoleTrust: Limit.OTHER}


def _policy(grant: GradedGrant) -> Limit:
    if isinstance(grant.holder, Organization):
        return Limit.CONTROL_POLICY
    return Limit.ENDPOINT if "aws_vpc_endpoint" in grant.holder.address else Limit.OTHER


def keep_conditions(grant: GradedGrant) -> Advice:
    """The conditions that were there, or what is new among their values; how to narrow a new statement beside."""
    if grant.conditions_stand:
        return narrower(grant)
    before = grant.held
    was, now = _by_key(before.conditions if before else ()), _by_key(grant.shown.conditions)
    was = {key: one for key, one in was.items() if key in now or not _never_held(key, grant.shown.actions)}
    told = tuple(_changed(grant, was, now)) or tuple(_gone(was, now))
    return told[:1] or (narrower(grant) if before and not was else (PutBack("", ()),))


def _never_held(key: str, actions: Iterable[str]) -> bool:
    """Whether no request for the actions has a key (lower case) of another service, but for where it comes from.

    A token's `iss` is its own provider's whatever is asked.
    """
    if key.endswith(":iss"):
        return True
    services, of = set(services_of(actions)), service_of(key)
    if of in services or "*" in services or "source" in key or of in ("aws", "sts"):
        return False
    return any(knows(name, key) for name in load_catalog().expand(f"{of}:*")) if "/" not in key else tag_in(key) != ""


def _by_key(conditions: Iterable[ConditionView]) -> dict[str, ConditionView]:
    found: dict[str, ConditionView] = {}
    for one in conditions:
        found.setdefault(one.key.lower(), one)
    return found


def _gone(was: dict[str, ConditionView], now: dict[str, ConditionView]) -> Iterator[Step]:
    by = tuple(one.key for key, one in now.items() if key not in was)
    for key, one in was.items():
        if key not in now:
            yield PutBack(one.key, one.values, by)
    for key, one in was.items():
        if key in now and one.operator.lower() != now[key].operator.lower():
            yield PutBack(f"{one.operator} {one.key}", one.values, (f"{now[key].operator} {one.key}",))


def _changed(grant: GradedGrant, was: dict[str, ConditionView], now: dict[str, ConditionView]) -> Iterator[Step]:
    """What is new among the values of conditions that are all there still."""
    if was.keys() <= now.keys():
        for key, before in was.items():
            yield from _new_values(grant, before, now[key])


def _new_values(grant: GradedGrant, was: ConditionView, now: ConditionView) -> Iterator[Step]:
    new = tuple(value for value in now.values if value not in was.values)
    if new and now.key.lower().endswith(_SUBJECT) and _wild(new):
        yield from subjects(grant, PrincipalExposure.SUBJECT_PATTERN)
    elif new:
        old = tuple(value for value in was.values if value not in now.values)
        yield NewValues(now.key, new, old, wider=_wild(new) > _wild(old or was.values))


def _wild(values: Iterable[str]) -> int:
    """How many wildcards the widest has; what is written inside of an unknown is none."""
    written = (_UNKNOWN.sub("", value) for value in values)
    return max((value.count("*") + value.count("?") for value in written), default=0)


_UNKNOWN = late_pattern(r"\$\{(?:[^{}]|\{[^{}]*\})*\}")
