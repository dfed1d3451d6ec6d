"""A finding in full, as Markdown: what it means, grants and rests on, how to try and narrow it, who may accept it."""

from __future__ import annotations

from bot.render.accepting import acceptor_words
from bot.render.exact import exact_lines
from bot.render.markdown import code, fence, words
from bot.render.phrases import GRADE_SIGNS, ended, help_link, place_words, state_names
from bot.render.tried import has_unknown_names, simulation
from bot.review.model import Finding
from bot.risk.rules.help_page import rule_page

MAX_STEPS = 20

LONGEST_LINE = 8000
"""A longer command is not given: nobody reads it, and shells refuse some."""


def explained(findings: tuple[Finding, ...], room: int, accepting: str = "") -> str:
    """All of them, in at most `room` characters; "" if there is none. `accepting` says who may accept one."""
    parts: list[str] = []
    for number, finding in enumerate(findings):
        text = _explained(finding, accepting)
        if sum(map(len, parts)) + len(text) > room:
            parts.append(f"… and {len(findings) - number} more: {code('/iam explain ID')} shows one of them.\n")
            break
        parts.append(text)
    return "\n\n---\n\n".join(parts)


def _explained(finding: Finding, accepting: str) -> str:
    was, now = state_names(finding)
    parts = (
        f"{GRADE_SIGNS[finding.grade]} **{finding.grade.capitalize()}**: {ended(words(finding.title))}",
        _meaning(finding),
        f"- {was}: {words(finding.before)}\n- **{now}**: {words(finding.after)}",
        f"**What exactly**\n\n{exact_lines(finding)}",
        _way(finding),
        _score(finding),
        _trying(finding),
        _narrowing(finding),
        accepting if finding.waiver is None and finding.kind != "guardrail" else "",
        _waiver(finding),
        f"Rule: {help_link(finding)} · {code(finding.fingerprint)}",
    )
    return "\n\n".join(part for part in parts if part)


def _meaning(finding: Finding) -> str:
    """For somebody who does not know IAM: the rule's page in short, which is text of ours."""
    page = rule_page(finding.rule)
    return f"**What this means**: {page.means}" if page is not None and page.means else ""


def _trying(finding: Finding) -> str:
    line = simulation(finding)
    if not line or len(line) > LONGEST_LINE:
        return ""
    real = " Put real names in place of those in `${...}` first." if has_unknown_names(line) else ""
    return f"**To try it** (IAM's simulator answers `allowed`; it changes nothing).{real}\n\n{fence(line, 'sh')}"


def _narrowing(finding: Finding) -> str:
    page = rule_page(finding.rule)
    how = f"\n\n{page.todo}" if page is not None and page.todo else ""
    return f"**Next step**: {words(finding.fix)}{how}" if finding.fix else ""


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
    return f"Accepted by {acceptor_words(waiver)} until {code(waiver.until)}: {words(waiver.reason)}"
