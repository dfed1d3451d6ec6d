"""A gained row as a reader should see it: what the head's policy says, not what is left after subtraction."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence

from bot.access_diff.delta import Change, ConditionView, PrincipalPattern, Row
from bot.evaluated.named_things import NamedThing
from bot.extract.public import in_acl
from bot.iam.grant import Grant
from bot.iam.kubernetes_access import REQUESTS, strongest
from bot.iam.policy_subject import Role, User
from bot.iam.statement import Effect, Statement
from bot.late_pattern import late_pattern
from bot.resource_types.known import RESOURCE_TYPES


def by_name(row: Row, named: Sequence[NamedThing]) -> Row:
    """The row with what data sources look up by its name in place of the block that asks for it.

    A role or user is told by an ARN of no account, anything else stays a symbol: "${aws_kms_alias alias/prod}".
    """
    known = {one.address: one for one in named}
    if not known:
        return row

    def texts(items: Iterable[str]) -> tuple[str, ...]:
        return tuple(_LOOKED_UP.sub(lambda found: _symbol(found, known), item) for item in items)

    def pattern(one: PrincipalPattern) -> PrincipalPattern:
        found = _LOOKED_UP.fullmatch(one.name)
        thing = known.get(found["address"]) if found else None
        kind = _PRINCIPALS.get(thing.kind) if thing else None
        return dataclasses.replace(one, name=f"arn:aws:iam::*:{kind}/{thing.name}") if thing and kind else one

    return dataclasses.replace(
        row,
        resources=texts(row.resources),
        except_resources=texts(row.except_resources),
        conditions=tuple(dataclasses.replace(one, values=texts(one.values)) for one in row.conditions),
        principals=tuple(map(pattern, row.principals)),
    )


_LOOKED_UP = late_pattern(r"\$\{(?P<address>(?:module\.[^.{}]+\.)*data\.\w+\.\w[\w-]*(?:\[[^\]{}]*\])?)(?:\.\w+)?\}")
_PRINCIPALS = {
    name: row.principal.kind for name, row in RESOURCE_TYPES.items() if row.principal is Role or row.principal is User
}


def _symbol(found: re.Match[str], known: Mapping[str, NamedThing]) -> str:
    thing = known.get(found["address"])
    return f"${{{thing.kind} {thing.name}}}" if thing else found[0]


def shown_row(change: Change, grants: Sequence[Grant], asked: Sequence[ConditionView] = ()) -> Row:
    """The row without exceptions that are there only because the other side allowed that much already.

    Exceptions that the policies state stay: NotAction, NotResource, NotPrincipal and what a Deny of
    `grants` names. What an ACL gives is told without conditions: none is written, they are how AWS reads ACLs.
    What Denies ask of all requests (`asked`) is said of everyone, who is let in only so far.
    """
    row, statement = _news_first(change.row, change.before), change.statement
    if row.principals and all(one.everyone for one in row.principals):
        row = dataclasses.replace(row, conditions=tuple(dict.fromkeys((*row.conditions, *asked))))
    if any(in_acl(grant.policy) for grant in grants if grant.statement == statement):
        row = dataclasses.replace(row, conditions=())
    if not (row.except_actions or row.except_resources or any(one.without for one in row.principals)):
        return row
    denies = [grant.statement for grant in grants if grant.statement.effect is Effect.DENY]
    stated = _stated(denies) | (_lower(statement.actions) if statement.not_action else set())
    stated |= _lower(statement.resources) if statement.not_resource else set()
    negated = statement.principals is not None and statement.principals.negated
    return dataclasses.replace(
        row,
        except_actions=tuple(item for item in row.except_actions if item.lower() in stated),
        except_resources=tuple(item for item in row.except_resources if item.lower() in stated),
        principals=row.principals if negated else tuple(dict.fromkeys(map(_whole, row.principals))),
    )


def _news_first(row: Row, before: Row | None) -> Row:
    """The row with those values of a condition first that it did not have, so that what is new is never "1 more"; of a
    cluster's requests those by which somebody comes to the most."""
    had: dict[str, set[str]] = {}
    for one in before.conditions if before is not None else ():
        had.setdefault(one.key.lower(), set()).update(one.values)

    def ordered(one: ConditionView) -> ConditionView:
        old = had.get(one.key.lower(), set())
        strength = strongest if one.key == REQUESTS else _alike
        return dataclasses.replace(one, values=tuple(sorted(one.values, key=lambda it: (it in old, strength(it)))))

    return dataclasses.replace(row, conditions=tuple(map(ordered, row.conditions)))


def _alike(_: str) -> int:
    return 0


def _stated(denies: Iterable[Statement]) -> set[str]:
    return {item for deny in denies for item in _lower((*deny.actions, *deny.resources))}


def _lower(texts: Iterable[object]) -> set[str]:
    return {str(text).lower() for text in texts}


def _whole(principal: PrincipalPattern) -> PrincipalPattern:
    return dataclasses.replace(principal, without=())
