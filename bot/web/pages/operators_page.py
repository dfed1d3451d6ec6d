"""For those who run the bot: what waits, was given up and can be replayed, what arrived last, how old the data is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from bot.forges.port import ChangeRef
from bot.frozen import dataclass
from bot.iam.packaged import OLD_DAYS, DataSet
from bot.store.port import Store
from bot.store.work_items import ReviewChange, WorkItem
from bot.web.pages.site import Site, missing, shown

_DEAD = 100
_ARRIVALS = 20


@dataclass(frozen=True, slots=True)
class Operations:
    """What this page needs besides the site. `budgets` are (whose, requests left, of how many) per installation."""

    store: Store
    notify: Callable[[WorkItem], None]
    problems: Sequence[Callable[[], str]]
    data: Sequence[DataSet]
    budgets: Callable[[], Sequence[tuple[str, int, int]]]


def operators(site: Site, operations: Operations) -> Blueprint:
    """GET /operators, POST /operators/replay with `forge`, `repository`, `number`."""
    pages = Blueprint("operators", __name__)

    @pages.get("/operators")
    def overview() -> str:
        _allowed(site)
        now = site.now()
        backlog = operations.store.backlog()
        values: dict[str, Any] = {
            "backlog": backlog,
            "waiting": None if backlog.oldest is None else now - backlog.oldest,
            "late": backlog.oldest is not None and now - backlog.oldest > timedelta(minutes=5),
            "dead": operations.store.dead(_DEAD),
            "arrivals": operations.store.arrivals(_ARRIVALS),
            "wrong": [said for problem in operations.problems if (said := problem())],
            "data": [(one, (now.date() - one.day).days) for one in operations.data],
            "old": OLD_DAYS,
            "budgets": operations.budgets(),
            "replayed": request.args.get("replayed", ""),
        }
        return shown("operators.html", "Operators", site, **values)

    @pages.post("/operators/replay")
    def replay() -> Response:
        _allowed(site)
        ref = _named(request.form)
        if ref is None or not operations.store.replay(ref, site.now()):
            return redirect("/operators?replayed=no", code=303)
        operations.notify(ReviewChange(ref))
        return redirect("/operators?replayed=yes", code=303)

    return pages


def _named(form: Mapping[str, str]) -> ChangeRef | None:
    """The change request that a form names, if it can be one."""
    number = form.get("number", "")
    if not number.isdecimal() or int(number) < 1:
        return None
    return ChangeRef(form.get("forge", ""), form.get("repository", ""), int(number))


def _allowed(site: Site) -> None:
    if not site.gate.operates(site.visitor()):
        missing()
