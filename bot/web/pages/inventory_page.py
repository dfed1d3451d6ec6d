"""What every principal of a repository's main branch holds now, and who can do what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template, request

from bot.forges.port import ChangeRef
from bot.frozen import dataclass
from bot.review.inventory.access_query import AccessPath, who_can
from bot.review.inventory.model import HolderInventory
from bot.store.found import Place
from bot.web.pages.completion import action_completions, named_actions, named_resources, resource_completions
from bot.web.pages.inventory_rows import SORTS, InventoryRow, inventory_rows, sorted_rows
from bot.web.pages.site import Site, csv_file, finding_path, missing, shown

_SHOWN = 200
_WAYS = 100
_LOOKED_THROUGH = 5000
_COLUMNS = (
    *("root", "kind", "name", "address", "grade", "worst", "marks", "let in", "used by", "not known"),
    *("gained last", "in change", "accepted until"),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """The inventory of a commit; `wrong` says why there is none. Neither: it is being taken."""

    commit: str = ""
    holders: tuple[HolderInventory, ...] | None = None
    wrong: str = ""


Stocktaker = Callable[[ChangeRef], Taken]
"""Gives the inventory of the base branch of a change request's repository, or begins to take it."""


def inventory(site: Site, taken: Stocktaker) -> Blueprint:
    """GET /inventory/FORGE/REPOSITORY: all as a table, or as CSV (`format=csv`).

    `action` and `resource` search, `name` and `mark` filter, `sort` sorts, `holder` shows one whole; `complete` gives
    what the field of that name can be completed to.
    """
    pages = Blueprint("inventory", __name__)

    @pages.get("/inventory/<forge>/<path:repository>")
    def overview(forge: str, repository: str) -> Any:
        if not site.gate.reads(site.visitor(), forge, repository):
            missing()
        newest = site.archive.reviews(forge, repository, limit=1)
        if not newest:
            missing()
        found = taken(newest[0].ref)
        asked = {key: request.args.get(key, "").strip() for key in ("action", "resource", "name", "mark", "sort")}
        every = found.holders or ()
        if request.args.get("complete"):
            return render_template("completions.html", completions=_completions(every, asked))
        rows = _rows(site, (forge, repository), every)
        chosen = sorted_rows(_chosen(rows, asked["name"], asked["mark"]), asked["sort"])
        if request.args.get("format") == "csv":
            return csv_file(f"inventory-{repository.rpartition('/')[2]}", _COLUMNS, map(_cells, chosen))
        ways = _ways(chosen, asked["action"], asked["resource"])
        values = {
            "taken": found,
            "asked": asked,
            "ways": None if ways is None else ways[:_WAYS],
            "way_count": len(ways or ()),
            "rows": chosen[:_SHOWN],
            "more": max(len(chosen) - _SHOWN, 0),
            "whole": [one.holder for one in chosen if one.key == request.args.get("holder")],
            "marks": sorted({mark for one in rows for mark in one.marks}),
            "sorts": SORTS,
            "actions": action_completions("", named_actions(every)),
            "resources": resource_completions("", named_resources(every)),
            "finding_path": finding_path,
        }
        return shown("inventory.html", f"{repository}: who holds what", site, **values)

    return pages


def _rows(site: Site, place: Place, holders: Sequence[HolderInventory]) -> list[InventoryRow]:
    waivers = (one for one in site.ledger.all_waivers(place[1]) if one.ref.forge == place[0])
    return inventory_rows(holders, site.findings.gained_in(place, _LOOKED_THROUGH), waivers, site.now().date())


def _completions(holders: Sequence[HolderInventory], asked: Mapping[str, str]) -> list[str]:
    if request.args["complete"] == "action":
        return action_completions(asked["action"], named_actions(holders))
    return resource_completions(asked["resource"], named_resources(holders))


def _ways(rows: Sequence[InventoryRow], action: str, resource: str) -> list[AccessPath] | None:
    """Who can, those who surely can first; None if nothing is asked."""
    if not action:
        return None
    order = ("can", "perhaps", "denied")
    return sorted(who_can([one.holder for one in rows], action, resource), key=lambda way: order.index(way.access))


def _chosen(rows: Sequence[InventoryRow], name: str, mark: str) -> list[InventoryRow]:
    wanted = name.lower()
    named = (one for one in rows if wanted in f"{one.holder.root}/{one.holder.address} {one.holder.name}".lower())
    return [one for one in named if not mark or mark in one.marks]


def _cells(row: InventoryRow) -> tuple[object, ...]:
    one, last = row.holder, row.last
    lists = ("; ".join(each) for each in (row.marks, row.let_in, one.used_by, one.unread))
    gained = (last.at.date(), last.ref.number) if last else ("", "")
    accepted = row.waiver.until if row.waiver else ""
    return (one.root, one.kind, one.name, one.address, one.grade, one.worst, *lists, *gained, accepted)
