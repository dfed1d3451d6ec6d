"""The manual and the pages of the rules, for anybody: nothing on them is of any repository."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request
from markupsafe import Markup

from bot.render import manual
from bot.risk.rules.help_page import rule_page
from bot.web.pages.site import missing


def manual_pages(shown: Callable[[str, Markup], str]) -> Blueprint:
    """`/rules/ID`, to which comments lead, and `/docs/PAGE.md`, as the files of docs/ are called; `shown` puts a title
    and a body into the server's layout."""
    pages = Blueprint("manual_pages", __name__)

    @pages.get("/rules/<rule>")
    def of_rule(rule: str) -> Any:
        name = rule.removesuffix(".md")
        return missing() if rule_page(name) is None else redirect(f"/docs/rules/{name}.md")

    @pages.get("/docs/")
    def first() -> Any:
        return redirect(f"/docs/{manual.HOME}")

    @pages.get(f"/docs/{manual.SEARCH}")
    def search() -> Any:
        page = manual.search_page(request.args.get("words", ""))
        return shown(page.title, manual.body(page))

    @pages.get("/docs/<path:name>")
    def one(name: str) -> Any:
        page = manual.manual_page(name) if name.endswith(".md") else None
        if page is None:
            return missing()
        return shown(page.title, manual.body(page))

    return pages
