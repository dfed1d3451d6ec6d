"""The holders of an inventory beside what the store knows of them: the last change that gave them access, waivers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from bot.frozen import dataclass
from bot.render.inventory_csv import let_in
from bot.review.inventory.model import HolderInventory
from bot.review.model import GRADES
from bot.store.found import TrackedFinding, roots_of
from bot.store.ledger import GivenWaiver

_About = TypeVar("_About")

WAIVER = "waiver"

SORTS = (("", "the worst first"), ("name", "by name"), ("last", "gained last first"))


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """A holder; `last` is what it gained last in a change that was reviewed, `waiver` one in force about it."""

    holder: HolderInventory
    last: TrackedFinding | None = None
    waiver: GivenWaiver | None = None

    @property
    def marks(self) -> tuple[str, ...]:
        """What sets it apart."""
        return (*self.holder.marks, *((WAIVER,) if self.waiver else ()))

    @property
    def key(self) -> str:
        """What names it in an address."""
        return f"{self.holder.root}/{self.holder.kind}/{self.holder.address}"

    @property
    def let_in(self) -> tuple[str, ...]:
        """Who may become a role, or is let in by a resource's own policy."""
        return let_in(self.holder)


def inventory_rows(
    holders: Iterable[HolderInventory],
    gained: Iterable[TrackedFinding],
    waivers: Iterable[GivenWaiver],
    today: date,
) -> list[InventoryRow]:
    """Each holder with the first of `gained` and of `waivers` that is about it; ended waivers are about nobody."""
    found = _by_address((one, one.addresses, one.roots) for one in gained)
    standing = (one for one in waivers if one.revoked_at is None and one.until >= today)
    accepted = _by_address((one, one.scope, roots_of(one.finding)) for one in standing)
    return [InventoryRow(one, _about(one, found), _about(one, accepted)) for one in holders]


def sorted_rows(rows: Sequence[InventoryRow], by: str) -> list[InventoryRow]:
    """In one of SORTS; what ranks alike by name."""
    named = sorted(rows, key=lambda one: (one.holder.called, one.holder.root))
    if by == "last":
        return sorted(named, key=lambda one: one.last.at.timestamp() if one.last else 0.0, reverse=True)
    return (
        named
        if by == "name"
        else sorted(named, key=lambda one: (-GRADES.index(one.holder.grade), one.holder.is_unread))
    )


def _by_address(
    every: Iterable[tuple[_About, Sequence[str], Sequence[str]]],
) -> Mapping[str, list[tuple[_About, Sequence[str]]]]:
    found: dict[str, list[tuple[_About, Sequence[str]]]] = {}
    for one, addresses, roots in every:
        for address in addresses:
            found.setdefault(address, []).append((one, roots))
    return found


def _about(holder: HolderInventory, found: Mapping[str, list[tuple[_About, Sequence[str]]]]) -> _About | None:
    """The first about its address in its root, or in roots that are not known."""
    here = holder.root or "."
    return next((one for one, roots in found.get(holder.address, ()) if not roots or here in roots), None)
