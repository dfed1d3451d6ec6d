"""The access of the holders that a change concerns, before and after: cells of service and access level, and edges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal

from bot.access_diff.delta import Change, HolderDelta, PrivilegeDiff
from bot.extract.extracted import Extracted
from bot.iam.acting import acts_on
from bot.iam.arn import service_of, split_action
from bot.iam.catalog import load_catalog
from bot.iam.grant import Edge, Grant
from bot.iam.statement import Condition, Effect, PolicyKind, Statement
from bot.review.access_table import AccessCell, AccessEdge, AccessLevelName, HolderAccess
from bot.risk.wording.edges import source_words, target_words

MAX_HOLDERS = 300
MAX_EDGES = 2000
"""More of either helps no reader; the findings are complete without them."""

LEVELS: tuple[AccessLevelName, ...] = ("list", "read", "tagging", "write", "permissions", "unknown")
EVERY_SERVICE = "*"
_MAX_NAMES = 12
_MAX_RESOURCES = 6

_Place = tuple[str, AccessLevelName]
_Lines = dict[_Place, list[str]]


def holder_access(
    diff: PrivilegeDiff, base: Iterable[Extracted], head: Iterable[Extracted]
) -> tuple[HolderAccess, ...]:
    """One entry for each holder whose access differs, in the order of the difference."""
    before, after = _addresses(base), _addresses(head)
    return tuple(_holder(delta, before, after) for delta in diff.holders[:MAX_HOLDERS])


_Addresses = frozenset[tuple[str, str]]


def _addresses(side: Iterable[Extracted]) -> _Addresses:
    return frozenset((extracted.root, address) for extracted in side for address in extracted.addresses)


def access_edges(diff: PrivilegeDiff, base: Iterable[Extracted], head: Iterable[Extracted]) -> tuple[AccessEdge, ...]:
    """The edges of both sides that are within two steps of a holder whose access differs, the new ones first."""
    before, after = _edges(base), _edges(head)
    every = {**before, **after}
    near = _near(diff, every)
    found = [
        AccessEdge(source, via, target, _state((source, via, target), before, after))
        for source, via, target in every
        if source in near and target in near
    ]
    order = {"new": 0, "lost": 1, "kept": 2}
    return tuple(sorted(found, key=lambda edge: (order[edge.state], edge.source, edge.target, edge.via))[:MAX_EDGES])


def _near(diff: PrivilegeDiff, every: Iterable[tuple[str, str, str]]) -> set[str]:
    """Whose access differs, and what is within two steps of them."""
    near = {holder.address for delta in diff.holders for holder in (delta.base, delta.head) if holder}
    near |= {reach.holder.address for reach in diff.reaches}
    for _ in range(2):
        near |= {end for source, _, target in every if near & {source, target} for end in (source, target)}
    return near


_Key = tuple[str, str, str]


def _edges(side: Iterable[Extracted]) -> Mapping[_Key, Edge]:
    every = (edge for extracted in side for edge in extracted.edges)
    return {(source_words(edge.source), edge.via, target_words(edge.target)): edge for edge in every}


def _state(key: _Key, before: Mapping[_Key, Edge], after: Mapping[_Key, Edge]) -> Literal["kept", "new", "lost"]:
    if key not in before:
        return "new"
    return "kept" if key in after else "lost"


def _holder(delta: HolderDelta, base: _Addresses, head: _Addresses) -> HolderAccess:
    holder = delta.head or delta.base
    assert holder is not None
    before, after = _side(delta.base_grants), _side(delta.grants)
    gained, lost = _reached(delta.delta.gained), _reached(delta.delta.lost)
    places = sorted({*before, *after, *gained, *lost}, key=lambda place: (place[0], LEVELS.index(place[1])))
    return HolderAccess(
        kind=holder.kind,
        name=holder.name,
        address=holder.address,
        # One without any statement is not among the holders of its side, but it is there.
        before=delta.base is not None or (holder.root, holder.address) in base,
        after=delta.head is not None or (holder.root, holder.address) in head,
        cells=tuple(
            AccessCell(
                *place, tuple(before.get(place, ())), tuple(after.get(place, ())), place in gained, place in lost
            )
            for place in places
        ),
    )


def _side(grants: Iterable[Grant]) -> _Lines:
    lines: _Lines = {}
    for grant in grants:
        where = _suffix(grant.statement, grant.kind)
        for place, names in _cells(grant.statement).items():
            line = f"{_prefix(grant)}{names}{where}"
            if line not in lines.setdefault(place, []):
                lines[place].append(line)
    return lines


def _reached(changes: Iterable[Change]) -> set[_Place]:
    return {
        place for change in changes for action in change.row.actions for place in _places(action, change.row.resources)
    }


def _cells(statement: Statement) -> dict[_Place, str]:
    """What the statement names, cell by cell; `NotAction` concerns every service."""
    if statement.not_action:
        named = _shortened([str(action) for action in statement.actions], _MAX_NAMES)
        return {(EVERY_SERVICE, level): f"all but {named}" for level in LEVELS[:-1]}
    names: dict[_Place, list[str]] = {}
    resources = () if statement.not_resource else tuple(map(str, statement.resources))
    for action in statement.actions:
        for place in _places(str(action), resources):
            split = split_action(str(action))
            names.setdefault(place, []).append((split and split[1]) or "everything")
    return {place: _shortened(found, _MAX_NAMES) for place, found in names.items()}


@lru_cache(maxsize=4096)
def _places(pattern: str, resources: tuple[str, ...]) -> frozenset[_Place]:
    """The cells that a pattern of actions reaches on these resources (() is any).

    One whose service is a pattern itself reaches every service. An action that cannot act on the resources is not
    there; one that AWS has not published may be anything.
    """
    catalog = load_catalog()
    service = service_of(pattern.lower())
    every = split_action(pattern) is None or "*" in service or "?" in service
    actions = catalog.expand(pattern)
    everywhere = every or not resources
    acting = [one for one in actions if everywhere or any(acts_on(one, resource) for resource in resources)]
    levels: set[AccessLevelName] = {level.value for action in acting if (level := catalog.level(action))}
    if not actions:
        levels = {"unknown"}
    return frozenset((EVERY_SERVICE if every else service, level) for level in levels)


def _prefix(grant: Grant) -> str:
    limit = "at most " if grant.kind is PolicyKind.LIMIT else ""
    return f"{limit}Deny " if grant.statement.effect is Effect.DENY else limit


def _suffix(statement: Statement, kind: PolicyKind) -> str:
    said = ""
    if statement.principals is not None:
        named = _shortened([str(entry.identifier) for entry in statement.principals.entries], _MAX_RESOURCES)
        said += f" to {'all but ' if statement.principals.negated else ''}{named}"
    resources = [str(resource) for resource in statement.resources]
    if resources and kind is not PolicyKind.TRUST:
        said += f" on {'all but ' if statement.not_resource else ''}{_shortened(resources, _MAX_RESOURCES)}"
    conditions = list(map(_condition_words, statement.conditions))
    return f"{said} if {' and '.join(conditions)}" if conditions else said


def _condition_words(condition: Condition) -> str:
    values = _shortened([str(value) for value in condition.values], _MAX_RESOURCES)
    return f"{condition.key} {condition.operator} {values}"


def _shortened(words: list[str], most: int) -> str:
    shown = list(dict.fromkeys(words))
    more = f" and {len(shown) - most} more" if len(shown) > most else ""
    return ", ".join(shown[:most]) + more
