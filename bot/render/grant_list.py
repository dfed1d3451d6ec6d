"""What a finding grants beside what it is named after, each on its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import starmap

from bot.render.markdown import code, words
from bot.render.phrases import place_text
from bot.review.model import Finding, FindingGrant

MAX_FURTHER = 12
"""So many of them are listed; of those after them the places."""


def further(finding: Finding) -> tuple[FindingGrant, ...]:
    """All but the first, which title, line and request are about; what reads alike at one place is told once."""
    told = {(grant.said, place_text(grant.location)): grant for grant in reversed(finding.grants)}
    first = finding.grants[:1]
    return tuple(grant for grant in reversed(told.values()) if grant not in first)


def further_lines(finding: Finding) -> list[str]:
    """A list item for each, with its place; those past MAX_FURTHER are counted by their places."""
    every = further(finding)
    listed = [f"- {words(grant.said)} ({code(place_text(grant.location))})" for grant in every[:MAX_FURTHER]]
    rest = ", ".join(map(code, places_of_others(every)))
    return [*listed, f"- and {len(every) - MAX_FURTHER} more: {rest}"] if rest else listed


def places_of_others(every: Sequence[FindingGrant]) -> list[str]:
    """Where those are that are not listed, file by file: `roles.tf:9 (16 times), 12, 30`."""
    lines: dict[str, Counter[int]] = {}
    for grant in every[MAX_FURTHER:]:
        lines.setdefault(grant.location.file, Counter())[grant.location.line] += 1
    return [f"{file}:{', '.join(starmap(_line, sorted(found.items())))}" for file, found in lines.items()]


def _line(number: int, times: int) -> str:
    return f"{number} ({times} times)" if times > 1 else str(number)
