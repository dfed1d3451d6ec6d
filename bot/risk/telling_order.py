"""What of a list a reader must know first: the worst actions, the widest resources, and what is in production."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import lru_cache

from bot.access_diff.delta import Row
from bot.evaluated.production import is_production
from bot.iam.acting import unlikeliness
from bot.iam.arn import is_everything, service_of
from bot.iam.catalog import load_catalog
from bot.risk.action_order import ORDINARY, place_of, uses_key
from bot.risk.lead import TELLING, is_public
from bot.risk.resource_scope import pattern_width, width_of
from bot.risk.score_components import ALL_SERVICES, ScoreComponent
from bot.risk.score_table import TableRow, row_of


def worst_first(row: Row, cells: Sequence[ScoreComponent]) -> Row:
    """The row with its lists in the order of what a reader must know; `cells` are the row's."""
    graded = {cell.key: (cell.rank, place, cell.action) for place, cell in enumerate(cells)}
    widest = max(row.resources, key=pattern_width, default="*")
    known = _place if len(row.actions) > MANY else _nowhere
    actions = tuple(sorted(row.actions, key=lambda action: (known(action), *_order(action, widest, graded))))
    first = _names(actions[0])[:1] if actions and len(_names(actions[0])) == 1 else ()

    def place(resource: str) -> tuple[int, bool, int, bool]:
        unlikely = max((unlikeliness(name, resource) for name in first), default=0)
        public = any(is_public(name, resource) for name in first)
        return unlikely, public, -pattern_width(resource), not is_production(resource)

    return dataclasses.replace(row, actions=actions, resources=tuple(sorted(row.resources, key=place)))


MANY = 100
"""A list that is longer is told by actions that a reader knows, whatever there is in it of the same weight or more."""


def _place(pattern: str) -> int:
    """Its place for what it does beside listing."""
    return min((place_of(name) for name in _names(pattern) if _kind(name, "*") > TableRow.LIST), default=ORDINARY)


def _nowhere(_: str) -> int:
    return 0


_Graded = Mapping[tuple[str, TableRow], tuple[int, int, str]]
"""Of each cell its grade as a number, its place among them and the action that it is named after."""

_UNWEIGHED = (0, 0, "")


def _order(pattern: str, resource: str, graded: _Graded) -> tuple[int, ...]:
    """Smaller for what is told earlier: by grade, then how strong it is, then what it is about."""
    if is_everything(pattern):
        return (-max(rank for rank, _, _ in graded.values()), -1)
    return min(_order_of_one(name, resource, graded) for name in _names(pattern))


@lru_cache(maxsize=16384)
def _names(pattern: str) -> tuple[str, ...]:
    return tuple(load_catalog().expand(pattern)) or (pattern,)


def _order_of_one(name: str, resource: str, graded: _Graded) -> tuple[int, ...]:
    kind, service = _kind(name, resource), service_of(name).lower()
    rank, cell, leading = graded.get((service, kind)) or graded.get((ALL_SERVICES, kind)) or _UNWEIGHED
    place = place_of(name)
    telling = service in TELLING and kind < TableRow.PERMISSIONS
    after = 2 if kind is TableRow.LIST else int(uses_key(name))
    return (-rank, telling, place > ORDINARY, after, -kind, place, cell, name.lower() != leading.lower())


@lru_cache(maxsize=16384)
def _kind(name: str, resource: str) -> TableRow:
    return row_of(name, width_of(resource, name))
