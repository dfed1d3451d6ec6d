"""Which waivers count on a change request: those declared on its base branch, and those given to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from bot.conversation.change_request.kept_reviews import readable
from bot.forges.port import ChangeRef, ChangeRequest
from bot.frozen import dataclass
from bot.review.codec import decode, encode
from bot.review.identity import Fingerprint, newest_version
from bot.review.model import GRADES, Finding, GradeName
from bot.review_config.settings import ReviewConfig
from bot.review_config.waivers import Bound, Waiver, declared
from bot.store.ledger import GivenWaiver, Ledger

Kept = Callable[[ChangeRef], Iterable[bytes]]
"""The reviews of a change request that are kept, as JSON, the newest first."""


@dataclass(frozen=True, slots=True)
class ActiveWaivers:
    """Those that may count, and of those given in a comment which one each is in the ledger."""

    every: tuple[Waiver, ...]
    given: Mapping[int, GivenWaiver]

    def bind(self, bound: Bound, ledger: Ledger) -> None:
        """Have a given waiver go for its finding as that is called now; a declared one is its file's."""
        given = self.given.get(id(bound.waiver))
        if given is not None:
            ledger.bind(given, bound.finding.identity.newest, encode(bound.finding))


def active_waivers(
    change: ChangeRequest, rules: ReviewConfig, ledger: Ledger, today: date, kept: Kept
) -> ActiveWaivers:
    """Declared ones and given ones; those of somebody who has had a hand in the change since are void.

    What a merge group brings may have been accepted on any of the change requests in it.
    """
    given = ledger.all_waivers(change.ref.repository) if change.ref.group else ledger.waivers(change.ref)
    standing = (one for one in given if one.revoked_at is None)
    hands = () if change.ref.group else (change.author, *change.contributors, *ledger.pushers(change.ref))
    found = [(_given(one, hands, kept), one) for one in standing]
    every = (*declared(rules, today), *(waiver for waiver, _ in found))
    return ActiveWaivers(every, {id(waiver): one for waiver, one in found})


def _given(waiver: GivenWaiver, hands: Iterable[str], kept: Kept) -> Waiver:
    pushed = waiver.approver.casefold() in {hand.casefold() for hand in hands}
    return Waiver(
        of=waiver.of,
        until=waiver.until,
        reason=waiver.reason,
        approver=waiver.approver,
        source=f"{waiver.ref.repository}#{waiver.ref.number}",
        scope=frozenset(waiver.scope),
        grade=_grade(waiver.grade),
        void=f"{waiver.approver} has a hand in the change now" if pushed else "",
        findings=tuple(_accepted(waiver, kept)),
        given_for=waiver.given_for,
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
    for review in readable(kept(waiver.ref), _KeptFindings):
        yield from (one for one in (*review.gained, *review.undecided) if one.identity.named_by(waiver.of))


class _KeptFindings(msgspec.Struct):
    """As much of a kept review as can be accepted."""

    gained: tuple[Finding, ...] = ()
    undecided: tuple[Finding, ...] = ()


def _grade(name: str) -> GradeName:
    return next((grade for grade in GRADES if grade == name), "none")


def day_after(last: date) -> datetime:
    """When what counts until the end of a day does so no longer, UTC."""
    return datetime.combine(last + timedelta(days=1), time(), UTC)
