"""Applies waivers to a review: what someone accepted does not count, as long and as far as they accepted it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.review.model import GRADES, AppliedWaiver, Finding, Gap, GapCause, GradeName, Review
from bot.review_config.settings import RULES_FILE, DeclaredWaiver, ReviewConfig
from bot.risk.fingerprint import identity
from bot.risk.verdict import with_verdict


@dataclass(frozen=True, slots=True)
class Waiver:
    """An accepted finding, until the end of the day `until`.

    `fingerprint` is the whole one, or what was kept of it before whole ones were: what people are shown.
    `scope` are the addresses it was accepted for (None: any), `grade` the worst grade it was accepted with (None:
    any), `source` where it was given, and `void` why it does not count whatever the finding, if it does not. That roots
    are not reviewed is accepted by the id of a gap, for the one commit in `scope` (`of_commit`).
    """

    fingerprint: str
    until: date
    reason: str
    approver: str
    source: str
    scope: frozenset[str] | None = None
    grade: GradeName | None = None
    void: str = ""


@dataclass(frozen=True, slots=True)
class Waived:
    """The review with waivers applied, and the last day on which all of these still count (None: none applied)."""

    review: Review
    until: date | None


def declared(rules: ReviewConfig, today: date) -> tuple[Waiver, ...]:
    """The waivers that the rules' file declares."""
    return tuple(_declared(waiver, rules, today) for waiver in rules.waivers)


def _declared(waiver: DeclaredWaiver, rules: ReviewConfig, today: date) -> Waiver:
    try:
        until, void = date.fromisoformat(waiver.until), ""
    except ValueError:
        until, void = date.min, f"{waiver.until!r} is not a date such as 2026-12-31"
    if until > today + timedelta(days=rules.max_waiver_days):
        void = f"it is for longer than the {rules.max_waiver_days} days that are allowed"
    return Waiver(
        fingerprint=waiver.fingerprint,
        until=until,
        reason=waiver.reason,
        approver=waiver.approver,
        source=RULES_FILE,
        scope=frozenset(waiver.scope) or None,
        void=void,
    )


def waive(review: Review, waivers: Iterable[Waiver], rules: ReviewConfig, today: date) -> Waived:
    """Set the waiver of each finding that one covers, and judge again; why others do not count goes to the notes."""
    by_fingerprint: dict[str, list[Waiver]] = {}
    for waiver in waivers:
        by_fingerprint.setdefault(waiver.fingerprint, []).append(waiver)
    notes: list[str] = []
    last: list[date] = []

    def applied(finding: Finding) -> Finding:
        objections = []
        names = dict.fromkeys((identity(finding), finding.fingerprint))
        for waiver in (waiver for name in names for waiver in by_fingerprint.get(name, ())):
            objection = _objection(waiver, finding, today)
            if not objection:
                last.append(waiver.until)
                return dataclasses.replace(finding, waiver=_shown(waiver))
            objections.append(f"the waiver of {finding.fingerprint}{_by(waiver)} does not count: {objection}")
        notes.extend(objections)
        return finding

    ids = _ids(review)

    def passed_over(gap: Gap) -> Gap:
        for waiver in (waiver for name in ids[gap.same] for waiver in by_fingerprint.get(name, ())):
            objection = _objection_for_head(waiver, review.head, today)
            if not objection:
                last.append(waiver.until)
                return dataclasses.replace(gap, waiver=_shown(waiver))
            notes.append(f"the waiver of {waiver.fingerprint}{_by(waiver)} does not count: {objection}")
        return gap

    found = dataclasses.replace(
        review,
        gained=tuple(map(applied, review.gained)),
        undecided=tuple(map(applied, review.undecided)),
        gaps=tuple(passed_over(gap) if gap.ours else gap for gap in review.gaps),
    )
    found = dataclasses.replace(found, notes=(*found.notes, *dict.fromkeys(notes)))
    return Waived(with_verdict(found, rules), min(last, default=None))


def of_commit(head: str) -> str:
    """What the acceptance of roots that are not reviewed is bound to: one commit."""
    return f"commit {head}"


def _ids(review: Review) -> dict[tuple[GapCause, tuple[str, ...]], tuple[str, ...]]:
    """The ids by which gaps of ours may have been accepted, those together that keep the same roots from review."""
    ids: dict[tuple[GapCause, tuple[str, ...]], tuple[str, ...]] = {}
    for gap in review.gaps:
        if gap.ours:
            ids[gap.same] = tuple(dict.fromkeys((*ids.get(gap.same, ()), gap.id)))
    return ids


def _objection_for_head(waiver: Waiver, head: str, today: date) -> str:
    """Why the waiver does not cover that roots are not reviewed at `head`; "" if it does."""
    if waiver.void:
        return waiver.void
    if waiver.until < today:
        return f"it ran out on {waiver.until.isoformat()}"
    return "" if of_commit(head) in (waiver.scope or ()) else "it was given for another commit"


def subjects(finding: Finding) -> frozenset[str]:
    """The addresses a finding is about: what its waiver is bound to besides the fingerprint."""
    return frozenset((*finding.principals, *finding.instances))


def _objection(waiver: Waiver, finding: Finding, today: date) -> str:
    """Why the waiver does not cover the finding; "" if it does."""
    return next(_objections(waiver, finding, today), "")


def _objections(waiver: Waiver, finding: Finding, today: date) -> Iterator[str]:
    if waiver.void:
        yield waiver.void
    if waiver.until < today:
        yield f"it ran out on {waiver.until.isoformat()}"
    beyond = sorted(subjects(finding) - waiver.scope) if waiver.scope is not None else []
    if beyond:
        yield f"it was not given for {', '.join(beyond[:3])}{f' and {len(beyond) - 3} more' if len(beyond) > 3 else ''}"
    if waiver.grade is not None and GRADES.index(finding.grade) > GRADES.index(waiver.grade):
        yield f"it was given for grade {waiver.grade}"


def _shown(waiver: Waiver) -> AppliedWaiver:
    return AppliedWaiver(waiver.reason, waiver.approver, waiver.until.isoformat(), waiver.source)


def _by(waiver: Waiver) -> str:
    return f" by {waiver.approver}" if waiver.approver else ""
