"""Where a rule's page is read."""

from __future__ import annotations

PAGES = "docs/rules/"
"""From the top of this project; an installation that serves the pages puts an address here."""


def help_page(rule: str) -> str:
    """The page of a rule."""
    return f"{PAGES}{rule}.md"
