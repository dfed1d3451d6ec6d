"""For those who run the bot: what waits, was given up and can be replayed, what arrived last, how old the data is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from bot.forges.port import ChangeRef
from bot.frozen import dataclass
from bot.iam.packaged import OLD_DAYS, DataSet
from bot.review.prose import counted
from bot.store.port import Backlog, Store
from bot.store.work_items import ReviewChange, WorkItem
from bot.web.pages.site import Site, for_operators, shown

_DEAD = 100
_ARRIVALS = 20
_LATE = timedelta(minutes=5)


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
        for_operators(site)
        now = site.now()
        backlog = operations.store.backlog()
        waited = timedelta() if backlog.oldest is None else now - backlog.oldest
        data = [(one, (now.date() - one.day).days) for one in operations.data]
        budgets = operations.budgets()
        scarce = [one for one in budgets if one[1] * 10 < one[2]]
        values: dict[str, Any] = {
            "backlog": backlog,
            "waited": _duration(waited),
            "late": waited > _LATE,
            "dead": operations.store.dead(_DEAD),
            "arrivals": operations.store.arrivals(_ARRIVALS),
            "to_do": [
                *(said for problem in operations.problems if (said := problem())),
                *_to_do(backlog, waited),
                *(f"{one[0]} has {one[1]} of {one[2]} requests left: reviews will wait." for one in scarce),
                *(f"{one.name}, {days} days old: update iam-review." for one, days in data if days > OLD_DAYS),
            ],
            "data": data,
            "old": OLD_DAYS,
            "budgets": budgets,
            "scarce": scarce,
            "replayed": request.args.get("replayed", ""),
        }
        return shown("operators.html", "Operators", site, **values)

    @pages.post("/operators/replay")
    def replay() -> Response:
        for_operators(site)
        ref = _named(request.form)
        if ref is None or not operations.store.replay(ref, site.now()):
            return redirect("/operators?replayed=no", code=303)
        operations.notify(ReviewChange(ref))
        return redirect("/operators?replayed=yes", code=303)

    return pages


def _to_do(backlog: Backlog, waited: timedelta) -> Iterator[str]:
    """What somebody has to do about the work, in sentences."""
    if waited > _LATE:
        yield f"The oldest work has waited for {_duration(waited)}: do workers run? The doctor looks."
    if backlog.dead:
        yield f"{counted(backlog.dead, 'change request')} given up: mend why, then replay below."


def _duration(time: timedelta) -> str:
    seconds = int(time.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


def _named(form: Mapping[str, str]) -> ChangeRef | None:
    """The change request that a form names, if it can be one."""
    number = form.get("number", "")
    if not number.isdecimal() or int(number) < 1:
        return None
    return ChangeRef(form.get("forge", ""), form.get("repository", ""), int(number))
