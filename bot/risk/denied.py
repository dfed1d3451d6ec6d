"""Conditions that a Deny puts on everyone: "Deny unless the caller is of the organisation" limits as an Allow would."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from bot.access_diff.delta import ConditionView, Row
from bot.iam.grant import Grant
from bot.iam.statement import Condition, Effect, Principals, Statement

_NEGATED = re.compile(r"(?i)\A(?:ForAllValues:)?(String|Arn)Not(Equals|Like|EqualsIgnoreCase)(?:IfExists)?\Z")
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
