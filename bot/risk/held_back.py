"""What held a gain back before it was there, conditions, Denies and limits, and what of them holds it back still."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from bot.access_diff.delta import Change, ConditionView, HolderDelta, Row
from bot.access_diff.rows import views, within
from bot.evaluated.diagnostic import Trail
from bot.iam.grant import Grant
from bot.iam.statement import Condition, Effect, PolicyKind, Principals, Statement
from bot.late_pattern import late_pattern

_NEGATED = late_pattern(r"(?i)\A(?:ForAllValues:)?(String|Arn)Not(Equals|Like|EqualsIgnoreCase)(?:IfExists)?\Z")
"""They hold, and deny, where the key is missing; what is not denied has the key and one of the values."""

_EXEMPTS_SERVICES = "aws:principalisawsservice"


def demanded(row: Row, grants: Iterable[Grant]) -> tuple[ConditionView, ...]:
    """The conditions that Deny statements of `grants` put on every request of the row.

    "Deny unless the caller is of the organisation" limits as an Allow would that says so.
    """
    return tuple(
        view
        for grant in grants
        if grant.statement.effect is Effect.DENY and not grant.guards and _of_all(grant.statement, row)
        for view in _turned(grant.statement.conditions)
    )


def _turned(conditions: tuple[Condition, ...]) -> Iterator[ConditionView]:
    asked = [one for one in conditions if one.key.lower() != _EXEMPTS_SERVICES]
    if len(asked) != 1:
        return
    match = _NEGATED.match(asked[0].operator)
    if match:
        yield ConditionView(f"{match[1]}{match[2]}", asked[0].key, tuple(map(str, asked[0].values)))


def _of_all(statement: Statement, row: Row) -> bool:
    """Whether the Deny speaks of everyone and of all of the row."""
    who = statement.principals
    if not _is_everyone(who) or statement.not_action or statement.not_resource:
        return False
    resources = [str(one) for one in statement.resources] or ["*"]
    actions = [str(one).lower() for one in statement.actions]
    return _all_in(row.resources, resources) and _all_in([one.lower() for one in row.actions], actions)


def _is_everyone(who: Principals | None) -> bool:
    return who is not None and not who.negated and any(one.is_anyone for one in who.entries)


def _all_in(items: Iterable[str], patterns: list[str]) -> bool:
    return all(any(item == pattern or fnmatchcase(item, pattern) for pattern in patterns) for item in items)


def is_about_transport(denying: Grant) -> bool:
    """Whether it is about how a request comes, whoever asks."""
    keys = {condition.key.lower() for condition in denying.statement.conditions}
    return bool(keys) and keys <= {"aws:securetransport", "s3:tlsversion", "s3:signatureversion"}


def stands_still(before: Row | None, grants: Iterable[Grant]) -> bool:
    """Whether what access was held under before is still allowed so, beside what is new: no condition is gone."""
    if before is None or not before.conditions:
        return False
    allowed = (grant.statement for grant in grants if grant.statement.effect is Effect.ALLOW)
    return any(set(before.conditions) == set(views(one.conditions)) and _is_row_of(before, one) for one in allowed)


def _is_row_of(row: Row, statement: Statement) -> bool:
    return set(row.actions) == set(map(str, statement.actions)) and set(row.resources) == set(
        map(str, statement.resources)
    )


def let_through(change: Change, grants: Iterable[Grant]) -> tuple[ConditionView, ...] | None:
    """The conditions under which a limit that is there still lets through what it held back; None if none is there."""
    limits = [grant.statement for grant in grants if grant.kind is PolicyKind.LIMIT]
    new = [one for one in limits if one.effect is Effect.ALLOW and one.trail and one.trail in change.causes]
    if not limits:
        return None
    return views(new[0].conditions) if len(new) == 1 else ()


def under(row: Row, conditions: tuple[ConditionView, ...] | None) -> Row:
    """The row under further conditions."""
    return dataclasses.replace(row, conditions=(*row.conditions, *conditions)) if conditions else row


def are_conditions_lost(change: Change) -> bool:
    """Whether the same access was held before, under other conditions."""
    before, row = change.before, change.row
    if before is None or not before.conditions or before.conditions == row.conditions:
        return False
    # The conditions are what is new if before, without them, had all of this.
    same_people = set(row.principals) <= set(before.principals)
    return same_people and within(row.actions, before.actions) and within(row.resources, before.resources)


def lifted_denies(change: Change, delta: HolderDelta) -> tuple[Grant, ...]:
    """The Denies of base that the change does away with, as a whole or in part."""
    return tuple(_removed_from(change, (one for one in delta.base_grants if one.statement.effect is Effect.DENY)))


def is_limit_lost(change: Change, delta: HolderDelta) -> bool:
    """Whether a policy that only limits is gone, or something in it, that held back what is gained."""
    limits = [grant for grant in delta.base_grants if grant.kind is PolicyKind.LIMIT]
    if not limits:
        return False
    if any(_removed_from(change, limits)):
        return True
    held = {grant.statement for grant in delta.base_grants if grant.kind is not PolicyKind.LIMIT}
    return change.statement in held and not any(grant.kind is PolicyKind.LIMIT for grant in delta.grants)


def limit_stays_otherwise(delta: HolderDelta) -> bool:
    """Whether a policy that only limited limits still, on conditions that the difference does not depend on."""
    limits = ((one.policy, one.guards) for one in delta.grants if one.kind is PolicyKind.LIMIT)
    left = {policy for policy, guards in limits if not set(guards) <= set(delta.guards)}
    return any(one.policy in left for one in delta.base_grants if one.kind is PolicyKind.LIMIT)


def _removed_from(change: Change, grants: Iterable[Grant]) -> Iterator[Grant]:
    """Those of the grants in which something stood whose absence matters, or which it put in force."""
    removed = frozenset(change.removed)
    return (grant for grant in grants if removed and not removed.isdisjoint(_trails(grant)))


def _trails(grant: Grant) -> Iterator[Trail]:
    statement = grant.statement
    yield statement.trail
    yield grant.attachment
    yield from (text.trail for text in (*statement.actions, *statement.resources))
    for condition in statement.conditions:
        yield condition.trail
        yield from (value.trail for value in condition.values)
    if statement.principals:
        yield statement.principals.trail
        yield from (entry.identifier.trail for entry in statement.principals.entries)
