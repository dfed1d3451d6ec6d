"""What to do about each finding, as Markdown: of those that weigh, or of the first, in plain sight, of every one in its
details."""

from __future__ import annotations

from collections.abc import Sequence

from bot.render.markdown import clipped, fence, words
from bot.render.phrases import place_words
from bot.review.model import Finding, GradeName
from bot.review.prose import Prose, first_few
from bot.review_config.settings import ReviewConfig
from bot.review_config.thresholds import fails

WEIGHTY: frozenset[GradeName] = frozenset(("medium", "high", "critical"))

MAX_PLACES = 5
"""So many places of one remedy are named."""

LONGEST_SUGGESTION = 2000
"""In characters; what is longer loses its middle."""


def remedies(findings: Sequence[Finding], rules: ReviewConfig, shown: int) -> str:
    """A line each for what to do about findings that weigh or fail the check, else about the first; "" for none.

    Findings with the same remedy have one line, with their places.
    """
    places: dict[Prose, list[str]] = {}
    for one in _told(findings, rules):
        places.setdefault(one.fix, []).append(place_words(one.location))
    if not places or not shown:
        return ""
    if len(places) == 1:
        return "\n".join(f"**Next step** ({_places(where)}): {words(fix)}" for fix, where in places.items())
    lines = [f"- {_places(where)}: {words(fix)}" for fix, where in list(places.items())[:shown]]
    rest = len(places) - shown
    return "\n".join(("**Next steps:**", "", *lines, *([f"- … and {rest} more"] if rest > 0 else [])))


def _told(findings: Sequence[Finding], rules: ReviewConfig) -> list[Finding]:
    told = [one for one in findings if one.fix and one.waiver is None]
    return [one for one in told if one.grade in WEIGHTY or fails(one, rules)] or told[:1]


def remedy_lines(finding: Finding) -> tuple[str, str]:
    """The remedy as a list item, and the paragraphs with the lines that are suggested; "" for what there is none of."""
    fix = f"- next step: {words(finding.fix)}" if finding.fix else ""
    suggested = (finding.suggestion or "").strip("\n")
    if not suggested.strip():
        return fix, ""
    how = "To put back" if finding.restores or finding.location.side == "base" else "To write"
    return fix, f"{how} at {place_words(finding.location)}:\n\n{fence(clipped(suggested, LONGEST_SUGGESTION))}"


def _places(where: list[str]) -> str:
    return first_few(list(dict.fromkeys(where)), MAX_PLACES)
