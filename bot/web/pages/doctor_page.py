"""The doctor's findings as a list that fills while one looks, and how to try the bot on a pull request."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, render_template, request

from bot.forges.examination import HealthCheck, examine
from bot.web.pages.site import Site, for_operators, missing, shown

Ask = Callable[[Sequence[str]], Sequence[HealthCheck]]
"""The questions there are, those about the named repositories among them."""


def doctor(site: Site, ask: Ask) -> Blueprint:
    """GET /doctor, and /doctor/N for the answer to its Nth question."""
    pages = Blueprint("doctor", __name__)

    @pages.get("/doctor")
    def overview() -> str:
        for_operators(site)
        named = [name for name in (request.args.get("repository", "").strip(),) if name]
        asked = [(number, question.about) for number, question in enumerate(ask(named))]
        return shown("doctor.html", "Doctor", site, questions=asked, repository=named[0] if named else "")

    @pages.get("/doctor/<int:number>")
    def answer(number: int) -> str:
        for_operators(site)
        named = [name for name in (request.args.get("repository", "").strip(),) if name]
        asked = ask(named)
        if number >= len(asked):
            missing()
        return render_template("symptoms.html", symptoms=list(examine([asked[number]])))

    return pages
