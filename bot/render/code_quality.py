"""A review as GitLab's code quality report, which a merge request shows beside its changed lines."""

from __future__ import annotations

from bot.render.markdown import visible
from bot.render.plain import plain
from bot.review.codec import indented
from bot.review.model import Finding, GradeName, Review

_SEVERITIES: dict[GradeName, str] = {
    "none": "info", "low": "info", "medium": "minor", "high": "critical", "critical": "blocker"
}  # fmt: skip


def write(review: Review) -> str:
    """New privileges that nobody has accepted, as issues; GitLab's documentation, "Code Quality", has the format."""
    issues = [_issue(finding) for finding in review.gained if finding.waiver is None]
    return indented(issues)


def _issue(finding: Finding) -> dict[str, object]:
    where = finding.location
    return {
        "description": visible(f"{plain(finding.title)}. {plain(finding.fix)}".strip()),
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.grade],
        "location": {"path": where.file, "lines": {"begin": where.line, "end": where.end_line}},
    }
