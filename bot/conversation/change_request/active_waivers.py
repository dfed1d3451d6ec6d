"""Which waivers count on a change request: those declared on its base branch, and those given to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta

from bot.conversation.change_request.approvers import approves, has_a_hand
from bot.conversation.change_request.kept_reviews import KeptFindings, readable
from bot.forges.port import ChangeRef, ChangeRequest, Forge
from bot.frozen import dataclass
from bot.review.codec import decode, encode
from bot.review.identity import Fingerprint, newest_version
from bot.review.model import GRADES, Finding, GradeName, Review
from bot.review_config.approver_names import is_named
from bot.review_config.declared_waivers import declared
from bot.review_config.settings import ReviewConfig
from bot.review_config.waivers import Bound, Waiver
from bot.store.ledger import GivenWaiver, Ledger

Kept = Callable[[ChangeRef], Iterable[bytes]]
"""The reviews of a change request that are kept, as JSON, the newest first."""


@dataclass(frozen=True, slots=True)
class WaiverPlaces:
    """Where waivers are, and what they are asked by."""

    forge: Forge
    ledger: Ledger
    kept: Kept


@dataclass(frozen=True, slots=True)
class ActiveWaivers:
    """Those that may count, and of those given in a comment which one each is in the ledger."""

    every: tuple[Waiver, ...]
    given: Mapping[int, GivenWaiver]

    def bind(self, bound: Bound, ledger: Ledger) -> None:
        """Have a given waiver go for its finding as that is called now; a declared one is its file's."""
        given = self.given.get(id(bound.waiver))
        if given is not None:
            ledger.bind(given, bound.to, encode(bound.finding))


def active_waivers(
    change: ChangeRequest, review: Review, rules: ReviewConfig, places: WaiverPlaces, today: date
) -> ActiveWaivers:
    """Declared ones and given ones that `review` could need. Raises ForgeError.

    Void are those of somebody who is no approver any more, or has had a hand in the change since it was given. What a
    merge group brings may have been accepted on a change request that is in it.
    """
    ledger = places.ledger
    given = ledger.all_waivers(change.ref.repository) if change.ref.group else ledger.waivers(change.ref)
    standing = [one for one in given if one.revoked_at is None and _is_about(one, review)]
    judged = _Standpoint(change, rules, places)
    found = [(_given(one, judged.void(one), places.kept), one) for one in standing]
    every = (*declared(rules, today), *(waiver for waiver, _ in found))
    return ActiveWaivers(every, {id(waiver): one for waiver, one in found})


def _is_about(waiver: GivenWaiver, review: Review) -> bool:
    """Whether the review has what was accepted: what it has not, needs nobody asked about it."""
    if not isinstance(waiver.of, Fingerprint):
        return any(gap.id == str(waiver.of) for gap in review.gaps)
    of = waiver.of
    findings = (*review.gained, *review.undecided)
    return any(of.thread in one.identity.threads and one.identity.named_by(of) for one in findings)


class _Standpoint:
    """Whether waivers of one change request, or of those in a merge group, count; each is asked about once."""

    def __init__(self, change: ChangeRequest, rules: ReviewConfig, places: WaiverPlaces) -> None:
        self._change, self._rules, self._places = change, rules, places
        self._requests: dict[ChangeRef, ChangeRequest] = {} if change.ref.group else {change.ref: change}
        self._approvers: dict[str, bool] = {}
        self._approvals: dict[ChangeRef, frozenset[str]] = {}

    def void(self, waiver: GivenWaiver) -> str:
        """Why it does not count whatever the finding; "" if it does."""
        if self._change.ref.group and waiver.ref.number not in self._change.members:
            return "it was given on a change request that is not in this merge group"
        request = self._request(waiver.ref)
        if request.state != "open" or request.base_branch != self._change.base_branch:
            return "it was given on a change request that is not in this merge group"
        if has_a_hand(waiver.approver, request, self._places.ledger.pushers(waiver.ref)):
            return f"{waiver.approver} has a hand in the change now"
        if not self._approves(waiver.approver):
            return f"{waiver.approver} is no approver any more"
        return self._approval_ended(waiver, request) if waiver.approved else ""

    def _approval_ended(self, waiver: GivenWaiver, request: ChangeRequest) -> str:
        if not self._rules.accept_by_approval:
            return "approvals accept nothing here any more"
        if waiver.approved != request.head:
            return "it was an approval of another commit"
        if waiver.ref == self._change.ref:
            return ""  # what its own approvals accept was settled just before
        if waiver.ref not in self._approvals:
            standing = self._places.forge.approvals(waiver.ref)
            self._approvals[waiver.ref] = frozenset(one.id for one in standing)
        return "" if waiver.comment in self._approvals[waiver.ref] else "the approval was withdrawn"

    def _request(self, ref: ChangeRef) -> ChangeRequest:
        if ref not in self._requests:
            self._requests[ref] = self._places.forge.change_request(ref)
        return self._requests[ref]

    def _approves(self, login: str) -> bool:
        if login not in self._approvers:
            place, forge = self._change.ref.place, self._places.forge
            self._approvers[login] = is_named(login, self._rules) or approves(login, place, self._rules, forge)
        return self._approvers[login]


def _given(waiver: GivenWaiver, void: str, kept: Kept) -> Waiver:
    return Waiver(
        of=waiver.of,
        until=waiver.until,
        reason=waiver.reason,
        approver=waiver.approver,
        source=f"{waiver.ref.repository}#{waiver.ref.number}",
        scope=frozenset(waiver.scope),
        grade=_grade(waiver.grade),
        void=void,
        findings=tuple(_accepted(waiver, kept)),
        given_for=waiver.given_for,
        approved=waiver.approved,
    )


def _accepted(waiver: GivenWaiver, kept: Kept) -> Iterator[Finding]:
    """The finding as it was accepted; if it was not kept with the waiver, as any kept review has it.

    Which of them was looked at is not known then: what is bound must not grant more than any.
    """
    if not isinstance(waiver.of, Fingerprint) or (waiver.of.whole and waiver.of.version == newest_version()):
        return
    if waiver.finding:
        yield decode(waiver.finding, Finding)
        return
    for review in readable(kept(waiver.ref), KeptFindings):
        yield from (one for one in (*review.gained, *review.undecided) if one.identity.named_by(waiver.of))


def _grade(name: str) -> GradeName:
    return next((grade for grade in GRADES if grade == name), "none")


def day_after(last: date) -> datetime:
    """When what counts until the end of a day does so no longer, UTC."""
    return datetime.combine(last + timedelta(days=1), time(), UTC)
