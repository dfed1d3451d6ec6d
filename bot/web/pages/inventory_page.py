"""What every principal of a repository's main branch holds now, and who can do what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from flask import Blueprint, Response, render_template, request

from bot.errors import UsageError
from bot.forges.port import ChangeRef
from bot.frozen import dataclass
from bot.iam.catalog import load_catalog
from bot.render.inventory_csv import HOLDER_COLUMNS, PATH_COLUMNS, holder_cells, path_cells
from bot.render.inventory_words import doubt_words
from bot.review.inventory.access_query import AccessAnswer, answered
from bot.review.inventory.access_question import question
from bot.review.inventory.model import HolderInventory
from bot.store.found import Place
from bot.web.pages.inventory_rows import SORTS, InventoryRow, inventory_rows, sorted_rows
from bot.web.pages.site import Site, csv_file, finding_path, missing, shown

_SHOWN = 200
_WAYS = 100
_LOOKED_THROUGH = 5000
_NOT_READ = 50
_COLUMNS = (*HOLDER_COLUMNS, "gained last", "in change", "accepted until")


@dataclass(frozen=True, slots=True)
class Taken:
    """The inventory of a commit; `wrong` says why there is none. Neither: it is being taken.

    `notes` are what is to be known of the rules that it was taken by.
    """

    commit: str = ""
    holders: tuple[HolderInventory, ...] | None = None
    wrong: str = ""
    notes: tuple[str, ...] = ()


Stocktaker = Callable[[ChangeRef], Taken]
"""Gives the inventory of the base branch of a change request's repository, or begins to take it."""


def inventory(site: Site, taken: Stocktaker) -> Blueprint:
    """GET /inventory/FORGE/REPOSITORY: all as a table, or what is asked; either as CSV (`format=csv`).

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
        answer, refused = _answer(chosen, asked["action"], asked["resource"])
        if request.args.get("format") == "csv" and not refused:
            return _csv(repository, chosen, answer)
        unread = [one.holder for one in chosen if one.holder.is_unread] if answer is None else answer.not_read
        values = {
            "taken": found,
            "asked": asked,
            "refused": refused,
            "answer": answer,
            "ways": None if answer is None else answer.paths[:_WAYS],
            "unread": unread[:_NOT_READ],
            "unread_count": len(unread),
            "doubt_words": doubt_words,
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


def _answer(rows: Sequence[InventoryRow], action: str, resource: str) -> tuple[AccessAnswer | None, str]:
    """Who can, None if nothing is asked, and why it cannot be asked so."""
    if not action and not resource:
        return None, ""
    try:
        return answered([one.holder for one in rows], question(action, resource)), ""
    except UsageError as error:
        return None, str(error)


def _csv(repository: str, rows: Sequence[InventoryRow], answer: AccessAnswer | None) -> Response:
    """What the page shows: the answer to what was asked, else the holders."""
    name = repository.rpartition("/")[2]
    if answer is not None:
        return csv_file(f"who-can-{name}", PATH_COLUMNS, path_cells(answer))
    return csv_file(f"inventory-{name}", _COLUMNS, map(_cells, rows))


def _chosen(rows: Sequence[InventoryRow], name: str, mark: str) -> list[InventoryRow]:
    wanted = name.lower()
    named = (one for one in rows if wanted in f"{one.holder.root}/{one.holder.address} {one.holder.name}".lower())
    return [one for one in named if not mark or mark in one.marks]


def _cells(row: InventoryRow) -> tuple[object, ...]:
    last = row.last
    gained = (last.at.date(), last.ref.number) if last else ("", "")
    return (*holder_cells(row.holder, row.marks), *gained, row.waiver.until if row.waiver else "")


SHOWN = 40
_LONGEST = 100


def named_actions(holders: Iterable[HolderInventory]) -> list[str]:
    """What the statements name, in order."""
    return sorted({action for holder in holders for one in holder.statements for action in one.actions})


def named_resources(holders: Iterable[HolderInventory]) -> list[str]:
    """What the statements are about, in order; what only Terraform knows stands in it as `${...}`."""
    return sorted({resource for holder in holders for one in holder.statements for resource in one.resources})


def action_completions(typed: str, named: Sequence[str]) -> list[str]:
    """Those in policies that hold what is typed, then AWS's that begin with it, then those that hold it."""
    typed = typed[:_LONGEST].lower()
    begin = (name for lowered, name in _known() if lowered.startswith(typed))
    hold = (name for lowered, name in _known() if typed in lowered)
    return _first(_holding(typed, named), begin, hold)


def resource_completions(typed: str, named: Sequence[str]) -> list[str]:
    """Those in policies that hold what is typed."""
    return _first(_holding(typed[:_LONGEST].lower(), named))


@cache
def _known() -> tuple[tuple[str, str], ...]:
    """AWS's actions in small letters, and as they are written."""
    return tuple((name.lower(), name) for name in load_catalog().expand("*"))


def _holding(typed: str, named: Sequence[str]) -> Iterator[str]:
    return (one for one in named if typed in one.lower())


def _first(*each: Iterable[str]) -> list[str]:
    once: dict[str, None] = {}
    for one in chain.from_iterable(each):
        once[one] = None
        if len(once) == SHOWN:
            break
    return list(once)
