"""A review as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from bot import __version__
from bot.render.gap_words import gap_words
from bot.render.markdown import visible
from bot.render.phrases import state_names
from bot.render.plain import plain
from bot.review.codec import indented
from bot.review.model import Finding, Gap, GradeName, Location, Review
from bot.risk.rules.help_page import rule_page

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: dict[GradeName, str] = {
    "none": "none", "low": "note", "medium": "warning", "high": "error", "critical": "error"
}  # fmt: skip
_SEVERITY: dict[GradeName, str] = {"none": "0.0", "low": "2.0", "medium": "5.0", "high": "8.0", "critical": "9.5"}


def write(review: Review) -> str:
    """The review's new privileges as results, what is undecided as open ones, gaps as notifications."""
    findings = (*review.gained, *review.undecided)
    driver = {"name": "iam-review", "version": __version__, "rules": _rules(findings)}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [*map(_result, review.gained), *map(_open, review.undecided)],
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": [*map(_gap, review.gaps)]}],
        "properties": {"grade": review.grade, "score": review.score, "complete": review.complete},
    }
    content = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return indented(content)


def _rules(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    rules: dict[str, dict[str, Any]] = {}
    for finding in findings:
        rule = rules.setdefault(finding.rule, _rule(finding))
        if finding.help.startswith("https://"):
            rule["helpUri"] = finding.help
        # Findings come worst first, so the first decides.
        rule.setdefault("properties", {"security-severity": _SEVERITY[finding.grade], "tags": ["security"]})
    return list(rules.values())


def _rule(finding: Finding) -> dict[str, Any]:
    """A rule with what its page says."""
    text = plain(finding.fix) or finding.rule
    page = rule_page(finding.rule)
    if page is None:
        return {"id": finding.rule, "help": {"text": text}}
    return {
        "id": finding.rule,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.means},
        "help": {"text": f"{text}\n\n{page.todo}", "markdown": page.text},
    }


def _message(finding: Finding) -> str:
    was, now = (name.capitalize() for name in state_names(finding))
    return f"{plain(finding.title)}. {was}: {plain(finding.before)}. {now}: {plain(finding.after)}."


def _result(finding: Finding) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.grade],
        "message": {"text": visible(_message(finding))},
        "partialFingerprints": {f"iamReview/v{one.version}": one.shown for one in finding.identity.every},
        "properties": {
            "grade": finding.grade,
            "points": finding.points,
            "arithmetic": [visible(line) for line in finding.arithmetic],
            "side": finding.location.side,
        },
    }
    if finding.location.file:
        result["locations"] = [{"physicalLocation": _place(finding.location)}]
    if finding.trail:
        steps = [Location(step.file, step.line, step.line, step.side) for step in finding.trail if step.file]
        result["relatedLocations"] = [{"physicalLocation": _place(step)} for step in steps]
    if finding.waiver is not None:
        words = f"{finding.waiver.reason} ({finding.waiver.approver}, until {finding.waiver.until})"
        result["suppressions"] = [{"kind": "external", "justification": visible(words)}]
    return result


def _open(finding: Finding) -> dict[str, Any]:
    return {**_result(finding), "kind": "open", "level": "none"}


def _gap(gap: Gap) -> dict[str, Any]:
    notification: dict[str, Any] = {
        "level": "warning" if gap.changed else "note",
        "message": {"text": visible(f"not analysed: {gap_words(gap)}")},
        "descriptor": {"id": gap.kind or "gap"},
    }
    if gap.file:
        place = Location(gap.file, gap.line, gap.line, gap.side)
        notification["locations"] = [{"physicalLocation": _place(place)}]
    return notification


def _place(location: Location) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(location.file)}}
    if location.line > 0:
        place["region"] = {"startLine": location.line, "endLine": max(location.line, location.end_line)}
    return place
