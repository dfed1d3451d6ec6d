"""What a finding grants beside what it is named after, each on its line."""

from __future__ import annotations

from bot.render.markdown import code, words
from bot.review.model import Finding, FindingGrant

MAX_FURTHER = 12
"""So many of them are listed."""


def further(finding: Finding) -> tuple[FindingGrant, ...]:
    """All but the first, which title, line and request are about; what reads alike at one place is told once."""
    told = {(grant.said, grant_place(grant)): grant for grant in reversed(finding.grants)}
    first = finding.grants[:1]
    return tuple(grant for grant in reversed(told.values()) if grant not in first)


def further_lines(finding: Finding) -> list[str]:
    """A list item for each, with its place; those past MAX_FURTHER are counted."""
    listed = [f"- {words(grant.said)} ({code(grant_place(grant))})" for grant in further(finding)[:MAX_FURTHER]]
    rest = len(further(finding)) - MAX_FURTHER
    return [*listed, f"- and {rest} more"] if rest > 0 else listed


def grant_place(grant: FindingGrant) -> str:
    """File and line; the file alone where no line is known."""
    place = grant.location
    return f"{place.file}:{place.line}" if place.line else place.file or "(unknown place)"
