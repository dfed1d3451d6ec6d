"""Applies waivers to a review: what someone accepted does not count, as long and as far as they accepted it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import field
from datetime import date

from msgspec import UNSET

from bot.frozen import dataclass
from bot.review.identity import OF_COMMIT, Accepted, Fingerprint, ThreadKey
from bot.review.model import GRADES, AppliedWaiver, Finding, FindingCondition, Gap, GapCause, GradeName, Review
from bot.review.prose import first_few
from bot.review_config.settings import RULES_FILE, ReviewConfig
from bot.risk.verdict import with_verdict


@dataclass(frozen=True, slots=True)
class Waiver:
    """An accepted finding, until the end of the day `until`.

    `of` is what was accepted: a fingerprint may be short, as people are shown it and release 0.1.0 kept it.
    `scope` are the addresses it was accepted for (None: any), `grade` the worst grade it was accepted with (None:
    any), `source` where it was given, and `void` why it does not count whatever the finding, if it does not. That
    something is not looked at is accepted by the id of a gap, for the one commit in `scope` (`of_commit`).
    `findings` are the finding as it was accepted, as far as that is known: as kept with the waiver, or as every kept
    review has it.
    `given_for` is what it was given for, if it was bound to `of` since; `approved` the commit whose approval gave it.
    """

    of: Accepted
    until: date
    reason: str
    approver: str
    source: str
    scope: frozenset[str] | None = None
    grade: GradeName | None = None
    void: str = ""
    findings: tuple[Finding, ...] = ()
    given_for: Fingerprint | None = None
    approved: str = ""

    def objection(self, today: date) -> str:
        """Why it counts for nothing on that day, whatever is found; "" if it may."""
        return self.void or ran_out(self.until, today)


def ran_out(until: date, today: date) -> str:
    """That the last day `until` is over; "" if it is not."""
    return f"it ran out on {until.isoformat()}" if until < today else ""


@dataclass(frozen=True, slots=True)
class Bound:
    """A waiver that counts for a finding it was not given for by a whole and newest fingerprint: `to` is one.

    `finding` is what it goes for from now on.
    """

    waiver: Waiver
    finding: Finding
    to: Fingerprint


@dataclass(frozen=True, slots=True)
class Waived:
    """The review with waivers applied, and the last day on which all of these still count (None: none applied).

    `bound` are those that are to be bound to the finding's newest fingerprint.
    """

    review: Review
    until: date | None
    bound: tuple[Bound, ...] = ()


def waive(review: Review, waivers: Iterable[Waiver], rules: ReviewConfig, today: date) -> Waived:
    """Set the waiver of each finding that one covers, and judge again; why others do not count goes to the notes."""
    given = _GivenWaivers.of(waivers, today)
    found = dataclasses.replace(
        review,
        gained=tuple(map(given.applied, review.gained)),
        undecided=tuple(map(given.applied, review.undecided)),
    )
    ids = _ids(review)
    gaps = (given.passed_over(gap, ids[gap.same], review.head) if gap.is_open else gap for gap in review.gaps)
    found = dataclasses.replace(found, gaps=tuple(gaps))
    found = with_verdict(found, rules)
    hints = given.of_nothing_here() if "gained" in found.blocked_by else ()
    found = dataclasses.replace(found, notes=(*found.notes, *dict.fromkeys(given.notes), *hints))
    return Waived(found, min(given.last, default=None), tuple(given.bound))


TELLING_DIGITS = 6
"""With fewer, a waiver of no whole ID may have been meant for anything."""


@dataclass(frozen=True, slots=True)
class _GivenWaivers:
    """The waivers there are, and what came of them so far."""

    today: date
    by_thread: dict[ThreadKey, list[Waiver]] = field(default_factory=dict)
    by_id: dict[str, list[Waiver]] = field(default_factory=dict)
    misnamed: list[Waiver] = field(default_factory=list)
    met: list[Waiver] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    last: list[date] = field(default_factory=list)
    bound: list[Bound] = field(default_factory=list)

    @classmethod
    def of(cls, waivers: Iterable[Waiver], today: date) -> _GivenWaivers:
        given = cls(today)
        for waiver in waivers:
            given.by_id.setdefault(str(waiver.of), []).append(waiver)
            if isinstance(waiver.of, Fingerprint):
                given.by_thread.setdefault(waiver.of.thread, []).append(waiver)
            elif waiver.void and len(str(waiver.of)) >= TELLING_DIGITS:
                given.misnamed.append(waiver)
        return given

    def applied(self, finding: Finding) -> Finding:
        """The finding, with the first waiver that covers it: those given for it as it is called now come first."""
        objections = []
        for waiver in sorted(self._named(finding), key=lambda one: one.of != finding.identity.newest):
            self.met.append(waiver)
            objection = next(_objections(waiver, finding, self.today), "")
            to = _goes_for(waiver, finding)
            ended = "" if objection else _ended(waiver, finding, to)
            if not objection and not ended:
                self.last.append(waiver.until)
                binds = waiver.of != to and bool(waiver.findings)
                if binds:
                    accepted = finding if to == finding.identity.newest else waiver.findings[0]
                    self.bound.append(Bound(waiver, accepted, to))
                return dataclasses.replace(finding, waiver=_shown(waiver, binds))
            objections.append(f"the waiver of {_called(waiver)} {ended or f'does not count: {objection}'}")
        self.notes.extend(objections or self._outgrown(finding))
        return finding

    def _outgrown(self, finding: Finding) -> Iterator[str]:
        """What the finding has beyond one that was accepted of the same principal, rule and statement."""
        keys = set(finding.thread_keys)
        for waiver in (one for some in self.by_thread.values() for one in some):
            accepted = next((one for one in waiver.findings if not keys.isdisjoint(one.thread_keys)), None)
            more = wider(finding, accepted) if accepted is not None and not waiver.objection(self.today) else ""
            if more:
                self.met.append(waiver)
                yield f"the waiver of {_called(waiver)} does not cover {finding.fingerprint}: {more}"

    def of_nothing_here(self) -> Iterator[str]:
        """That waivers which the rules declare cover nothing that is found; nothing where each of them does."""
        every = (one for some in self.by_thread.values() for one in some)
        left = [
            one for one in every if one.source == RULES_FILE and not one.objection(self.today) and one not in self.met
        ]
        if left:
            named = first_few(list(map(_called, left)), 3)
            yield f"the waiver of {named} is of nothing found here; what gains more than was accepted has another ID"

    def _named(self, finding: Finding) -> Iterator[Waiver]:
        """Those given for it, and those that only begin as it does, which count for nothing but are told."""
        for waiver in self.misnamed:
            if finding.identity.begins(str(waiver.of)):
                yield waiver
        for thread in finding.identity.threads:
            for waiver in self.by_thread.get(thread, ()):
                if isinstance(waiver.of, Fingerprint) and finding.identity.named_by(waiver.of):
                    yield waiver

    def passed_over(self, gap: Gap, ids: Iterable[str], head: str) -> Gap:
        """The gap, with the first waiver that covers it for this head."""
        for waiver in (waiver for name in ids for waiver in self.by_id.get(name, ())):
            objection = _objection_for_head(waiver, head, self.today)
            if not objection:
                self.last.append(waiver.until)
                return dataclasses.replace(gap, waiver=_shown(waiver, False))
            self.notes.append(f"the waiver of {waiver.of}{_by(waiver)} does not count: {objection}")
        return gap


def _goes_for(waiver: Waiver, finding: Finding) -> Fingerprint:
    """The whole fingerprint it covers the finding by: that of a bigger one that this is a part of, or its own newest.

    A waiver of the bigger one goes on for all its parts, as long as it is there as it was.
    """
    named = finding.identity.named_by(waiver.of) if isinstance(waiver.of, Fingerprint) else None
    return named if named is not None and named in finding.identity.wholes else finding.identity.newest


def _ended(waiver: Waiver, finding: Finding, to: Fingerprint) -> str:
    """Why a waiver that is not of the whole fingerprint `to` cannot be bound to it; "" if it can.

    A short one of the same version goes on as it was where it is not known what was accepted: nothing says otherwise.
    """
    newest = finding.identity.newest
    if waiver.of == to or (to.version == _version(waiver.of) and not waiver.findings):
        return ""
    declared_one = waiver.source == RULES_FILE
    instead = f"; it is called {newest} now" if declared_one else f"; accept {newest.shown} if it is meant"
    if not waiver.findings:
        return f"ends: what was accepted is not kept, so it cannot be compared with what is found now{instead}"
    more = next(filter(None, (wider(finding, accepted) for accepted in waiver.findings)), "")
    return f"ends: {more}{instead}" if more else ""


def _version(of: Accepted) -> int:
    return of.version if isinstance(of, Fingerprint) else 0


def _called(waiver: Waiver) -> str:
    shown = waiver.of.shown if isinstance(waiver.of, Fingerprint) else waiver.of
    return f"{shown}{_by(waiver)}"


def of_commit(head: str) -> str:
    """What the acceptance of roots that are not reviewed is bound to: one commit."""
    return f"{OF_COMMIT}{head}"


def _ids(review: Review) -> dict[tuple[GapCause, tuple[str, ...]], tuple[str, ...]]:
    """The ids by which gaps may have been accepted, those together that are accepted together."""
    ids: dict[tuple[GapCause, tuple[str, ...]], tuple[str, ...]] = {}
    for gap in review.gaps:
        if gap.is_open:
            ids[gap.same] = tuple(dict.fromkeys((*ids.get(gap.same, ()), gap.id)))
    return ids


def _objection_for_head(waiver: Waiver, head: str, today: date) -> str:
    """Why the waiver does not cover that roots are not reviewed at `head`; "" if it does."""
    if objection := waiver.objection(today):
        return objection
    return "" if of_commit(head) in (waiver.scope or ()) else "it was given for another commit"


def subjects(finding: Finding) -> frozenset[str]:
    """The addresses a finding is about: what its waiver is bound to besides the fingerprint."""
    return frozenset((*finding.principals, *finding.instances))


def _objections(waiver: Waiver, finding: Finding, today: date) -> Iterator[str]:
    """Why the waiver does not cover the finding; nothing if it does."""
    if objection := waiver.objection(today):
        yield objection
    beyond = sorted(subjects(finding) - waiver.scope) if waiver.scope is not None else []
    if beyond:
        yield f"it was not given for {first_few(beyond, 3)}"
    if waiver.grade is not None and GRADES.index(finding.grade) > GRADES.index(waiver.grade):
        yield f"it was given for grade {waiver.grade}"


def _shown(waiver: Waiver, binds: bool) -> AppliedWaiver:
    given_for = waiver.of if binds else waiver.given_for
    named = str(given_for) if given_for else UNSET
    approved = waiver.approved or UNSET
    return AppliedWaiver(waiver.reason, waiver.approver, waiver.until.isoformat(), waiver.source, named, approved)


def _by(waiver: Waiver) -> str:
    return f" by {waiver.approver}" if waiver.approver else ""


CUT = 200
"""Lists of a finding are no longer than this: what stands at the end of one that long is not known."""


def wider(found: Finding, accepted: Finding) -> str:
    """What `found` grants beyond `accepted`, as a sentence's second half; "" if nothing.

    What is compared is what the JSON contract holds, word by word: docs/decisions/0008-identity.md says why that is
    enough.
    """
    return next(_wider(found, accepted), "")


def _wider(found: Finding, accepted: Finding) -> Iterator[str]:
    if found.kind != accepted.kind:
        yield f"it was given for a finding of kind {accepted.kind}, not {found.kind}"
    for what, now, then in _lists(found, accepted):
        if now != then and len(now) >= CUT:
            yield f"there are too many {what} to compare them all"
        for one in _beyond(now, then):
            yield f"{one} is not among the {what} that were accepted"
    if not set(found.who) <= set(accepted.who):
        yield "others are let in than those that were accepted"
    for what, now, then in _exceptions(found, accepted):
        for one in _beyond(then, now):
            yield f"{one} is no exception of the {what} any more"
    yield from _conditions_gone(found, accepted)


def _conditions_gone(found: Finding, accepted: Finding) -> Iterator[str]:
    held = set(map(_same_condition, found.conditions))
    for condition in accepted.conditions:
        if _same_condition(condition) not in held:
            yield f"the condition on {condition.key} is not as it was"


Compared = tuple[str, tuple[str, ...], tuple[str, ...]]


def _lists(found: Finding, accepted: Finding) -> Iterator[Compared]:
    """What grants more the more is in it, now and then; what loosens was not kept in release 0.1.0."""
    yield "actions", _lower(found.actions), _lower(accepted.actions)
    yield "resources", found.resources, accepted.resources
    if accepted.full_fingerprint:
        yield "settings", found.loosens, accepted.loosens


def _exceptions(found: Finding, accepted: Finding) -> Iterator[Compared]:
    """What grants less the more is in it."""
    yield "actions", _lower(found.except_actions), _lower(accepted.except_actions)
    yield "resources", found.except_resources, accepted.except_resources


def _lower(actions: Iterable[str]) -> tuple[str, ...]:
    return tuple(action.lower() for action in actions)


def _beyond(these: tuple[str, ...], those: tuple[str, ...]) -> Iterator[str]:
    return (one for one in these if one not in those)


def _same_condition(condition: FindingCondition) -> tuple[str, str, frozenset[str]]:
    return condition.operator.lower(), condition.key.lower(), frozenset(condition.values)
