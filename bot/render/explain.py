"""A finding in full, as Markdown: what it grants, the request that proves it, its way there, its score, its rule."""

from __future__ import annotations

from bot.render.exact import exact_lines
from bot.render.markdown import code, words
from bot.render.phrases import GRADE_SIGNS, help_link, place_words
from bot.review.model import Finding

MAX_STEPS = 20


def explained(findings: tuple[Finding, ...], room: int) -> str:
    """All of them, in at most `room` characters; "" if there is none."""
    parts: list[str] = []
    for number, finding in enumerate(findings):
        text = _explained(finding)
        if sum(map(len, parts)) + len(text) > room:
            parts.append(f"… and {len(findings) - number} more: {code('/iam explain ID')} shows one of them.\n")
            break
        parts.append(text)
    return "\n\n---\n\n".join(parts)


def _explained(finding: Finding) -> str:
    parts = (
        f"{GRADE_SIGNS[finding.grade]} **{finding.grade.capitalize()}**: {words(finding.title)}.",
        f"- before: {words(finding.before)}\n- after: {words(finding.after)}",
        f"**What exactly**\n\n{exact_lines(finding)}",
        _way(finding),
        _score(finding),
        f"**Instead**: {words(finding.fix)}" if finding.fix else "",
        _waiver(finding),
        f"Rule: {help_link(finding)} · {code(finding.fingerprint)}",
    )
    return "\n\n".join(part for part in parts if part)


def _way(finding: Finding) -> str:
    steps = [f"- {words(step.what)}: {code(f'{step.file}:{step.line}')}" for step in finding.trail[:MAX_STEPS]]
    hops = [f"- {code(hop.source)} {words(hop.via)} {code(hop.to)}" for hop in finding.path[:MAX_STEPS]]
    return "\n".join((f"**Where it comes from**: {place_words(finding.location)}\n", *steps, *hops)).rstrip("\n")


def _score(finding: Finding) -> str:
    lines = [f"- {words(line)}" for line in finding.arithmetic[:MAX_STEPS]]
    return "\n".join((f"**Its score**: {finding.points} points\n", *lines)).rstrip("\n")


def _waiver(finding: Finding) -> str:
    if finding.waiver is None:
        return ""
    waiver = finding.waiver
    return f"Accepted by {code(waiver.approver or waiver.source)} until {code(waiver.until)}: {words(waiver.reason)}"
