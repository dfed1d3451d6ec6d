"""What every principal of a repository's main branch holds now, and who can do what."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask import Blueprint, request

from bot.forges.port import ChangeRef
from bot.frozen import dataclass
from bot.render.csv_cells import cell
from bot.review.inventory.access_query import who_can
from bot.review.inventory.model import HolderInventory
from bot.review.model import GRADES
from bot.web.pages.site import Site, csv_file, missing, shown

_SHOWN = 200
_SUGGESTED = 500
_COLUMNS = ("root", "kind", "name", "address", "grade", "worst", "marks", "let in", "used by", "not known")


@dataclass(frozen=True, slots=True)
class Taken:
    """The inventory of a commit; `wrong` says why there is none. Neither: it is being taken."""

    commit: str = ""
    holders: tuple[HolderInventory, ...] | None = None
    wrong: str = ""


Stocktaker = Callable[[ChangeRef], Taken]
"""Gives the inventory of the base branch of a change request's repository, or begins to take it."""


def inventory(site: Site, taken: Stocktaker) -> Blueprint:
    """GET /inventory/FORGE/REPOSITORY: all as a table, the worst first, or as CSV (`format=csv`).

    `action` and `resource` search, `name` and `mark` filter, `sort=name` sorts by name, `holder` shows one whole.
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
        holders = _sorted(_chosen(every, asked["name"], asked["mark"]), asked["sort"])
        if request.args.get("format") == "csv":
            return csv_file(_csv(holders), f"inventory-{repository.rpartition('/')[2]}")
        action = asked["action"]
        values = {
            "taken": found,
            "asked": asked,
            "ways": list(who_can(holders, action, asked["resource"])) if action else None,
            "holders": holders[:_SHOWN],
            "more": max(len(holders) - _SHOWN, 0),
            "whole": [one for one in holders if _id(one) == request.args.get("holder")],
            "id_of": _id,
            "let_in": _let_in,
            "marks": sorted({mark for one in every for mark in one.marks}),
            "actions": _named(every),
        }
        return shown("inventory.html", f"{repository}: who holds what", site, **values)

    return pages


def _chosen(holders: Sequence[HolderInventory], name: str, mark: str) -> list[HolderInventory]:
    wanted = name.lower()
    named = (one for one in holders if wanted in f"{one.root}/{one.address} {one.name}".lower())
    return [one for one in named if not mark or mark in one.marks]


def _sorted(holders: Iterable[HolderInventory], by: str) -> list[HolderInventory]:
    """The worst first, or by name."""
    named = sorted(holders, key=lambda one: (one.name or one.address, one.root))
    return named if by == "name" else sorted(named, key=lambda one: -GRADES.index(one.grade))


def _id(holder: HolderInventory) -> str:
    return f"{holder.root}/{holder.kind}/{holder.address}"


def _let_in(holder: HolderInventory) -> list[str]:
    """Who may become a role, or is let in by a resource's own policy."""
    allowing = (one for one in (*holder.trust, *holder.statements) if one.effect == "Allow")
    return list(dict.fromkeys(name for one in allowing for name in one.principals))


def _named(holders: Iterable[HolderInventory]) -> list[str]:
    """The actions that the statements name: what the field for one can be completed to."""
    named = {action for holder in holders for one in holder.statements for action in one.actions}
    return sorted(named)[:_SUGGESTED]


def _csv(holders: Iterable[HolderInventory]) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for one in holders:
        lists = (one.marks, _let_in(one), one.used_by, one.unread)
        words = (one.root, one.kind, one.name, one.address, one.grade, one.worst, *map(", ".join, lists))
        rows.writerow(map(cell, words))
    return text.getvalue()
