"""Where a rule's page is read."""

from __future__ import annotations

PAGES = "docs/rules/"
"""From the top of this project; rules with `help_pages` name an address in its place."""


def help_page(rule: str, pages: str = "") -> str:
    """The page of a rule; `pages` is an address under which they are published."""
    return f"{pages.rstrip('/') + '/' if pages else PAGES}{rule}.md"
