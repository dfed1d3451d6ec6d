"""Conditions that a Deny puts on everyone: "Deny unless the caller is of the organisation" limits as an Allow would."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from bot.access_diff.delta import Change, ConditionView, Row
from bot.access_diff.rows import views
from bot.iam.grant import Grant
from bot.iam.statement import Condition, Effect, PolicyKind, Principals, Statement
from bot.late_pattern import late_pattern

_NEGATED = late_pattern(r"(?i)\A(?:ForAllValues:)?(String|Arn)Not(Equals|Like|EqualsIgnoreCase)(?:IfExists)?\Z")
"""They hold, and deny, where the key is missing; what is not denied has the key and one of the values."""

_EXEMPTS_SERVICES = "aws:principalisawsservice"


def demanded(row: Row, grants: Iterable[Grant]) -> tuple[ConditionView, ...]:
    """The conditions that Deny statements of `grants` put on every request of the row."""
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
    return any(set(before.conditions) == set(_views(one.conditions)) and _is_row_of(before, one) for one in allowed)


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
    return tuple(_views(new[0].conditions)) if len(new) == 1 else ()


def under(row: Row, conditions: tuple[ConditionView, ...] | None) -> Row:
    """The row under further conditions."""
    return dataclasses.replace(row, conditions=(*row.conditions, *conditions)) if conditions else row


def _views(conditions: Iterable[Condition]) -> Iterator[ConditionView]:
    return iter(views(tuple(conditions)))
