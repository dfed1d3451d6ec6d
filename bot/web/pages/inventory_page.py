"""What every principal of a repository's main branch holds now, and who can do what."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, request

from bot.forges.port import ChangeRef
from bot.frozen import dataclass
from bot.review.inventory.access_query import who_can
from bot.review.inventory.model import HolderInventory
from bot.web.pages.site import Site, missing, shown

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Taken:
    """The inventory of a commit; `wrong` says why there is none. Neither: it is being taken."""

    commit: str = ""
    holders: tuple[HolderInventory, ...] | None = None
    wrong: str = ""


Stocktaker = Callable[[ChangeRef], Taken]
"""Gives the inventory of the base branch of a change request's repository, or begins to take it."""


def inventory(site: Site, taken: Stocktaker) -> Blueprint:
    """GET /inventory/FORGE/REPOSITORY, with `action` and `resource` to search, `name` to filter."""
    pages = Blueprint("inventory", __name__)

    @pages.get("/inventory/<forge>/<path:repository>")
    def overview(forge: str, repository: str) -> str:
        if not site.gate.reads(site.visitor(), forge, repository):
            missing()
        newest = site.archive.reviews(forge, repository, limit=1)
        if not newest:
            missing()
        found = taken(newest[0].ref)
        action, resource, name = (request.args.get(key, "").strip() for key in ("action", "resource", "name"))
        holders = _named(found.holders or (), name)
        values = {
            "forge": forge,
            "repository": repository,
            "taken": found,
            "action": action,
            "resource": resource,
            "name": name,
            "ways": list(who_can(holders, action, resource)) if action else None,
            "holders": holders[:_SHOWN],
            "more": max(len(holders) - _SHOWN, 0),
        }
        return shown("inventory.html", f"{repository}: who holds what", site, **values)

    return pages


def _named(holders: Sequence[HolderInventory], name: str) -> list[HolderInventory]:
    wanted = name.lower()
    return [one for one in holders if wanted in f"{one.root}/{one.address} {one.name}".lower()]
