"""A rule's page: where it is read, and what stands on it."""

from __future__ import annotations

import re
from functools import cache

from bot.frozen import dataclass
from bot.late_pattern import late_pattern
from bot.manual_files import manual_file, manual_names

PAGES = "docs/rules/"
"""From the top of this project; rules with `help_pages` name an address in its place."""

_HEADING = late_pattern(r"^## (.+)$", re.MULTILINE)
_LINK = late_pattern(r"\[([^\]]*)\]\([^)]*\)")
_SLUG = late_pattern(r"[a-z]+(?:-[a-z]+)*")


@dataclass(frozen=True, slots=True)
class RulePage:
    """A page as Markdown, and its sections without targets of links: what it means, what to do, when it is silent."""

    rule: str
    title: str
    text: str
    means: str
    todo: str
    silent: str


def help_page(rule: str, pages: str = "") -> str:
    """The page of a rule; `pages` is an address under which they are published."""
    return f"{pages.rstrip('/') + '/' if pages else PAGES}{rule}.md"


def rule_page(rule: str) -> RulePage | None:
    """What the page of a rule says; None for what is no rule."""
    return _page(rule) if _SLUG.fullmatch(rule) and f"rules/{rule}.md" in manual_names() else None


@cache
def _page(rule: str) -> RulePage:
    return _read(rule, manual_file(f"rules/{rule}.md").read_text(encoding="utf-8"))


def _read(rule: str, text: str) -> RulePage:
    first, *rest = _HEADING.split(text)
    sections = {name: _LINK.sub(r"\1", said).strip() for name, said in zip(rest[::2], rest[1::2], strict=True)}
    means, todo, silent = (sections.get(name, "") for name in ("What it means", "What to do", "When it is silent"))
    return RulePage(rule, first.partition("\n")[0].removeprefix("# "), text, means, todo, silent)
