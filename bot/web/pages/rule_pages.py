"""The pages of the rules, for whoever was told of a finding: nothing on them is of any repository."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint
from markdown_it import MarkdownIt
from markupsafe import Markup

from bot.risk.rules.help_page import rule_page
from bot.web.pages.site import Site, missing, shown

_BESIDE = re.compile(r"\]\(([a-z-]+)\.md\)")
_ELSEWHERE = re.compile(r"\[([^\]]*)\]\(\.\.[^)]*\)")
"""A link to another document of the project, which the server does not have."""


def rule_pages(site: Site) -> Blueprint:
    """`/rules/ID`, for anybody: people come from comments, signed in or not."""
    pages = Blueprint("rule_pages", __name__)

    @pages.get("/rules/<rule>")
    def one(rule: str) -> Any:
        page = rule_page(rule.removesuffix(".md"))
        if page is None:
            return missing()
        text = _ELSEWHERE.sub(r"\1", _BESIDE.sub(r"](\1)", page.text))
        made = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
        return shown("rule.html", page.title, site, body=Markup(made))

    return pages
