"""Which waivers count on a change request: those declared on its base branch, and those given to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from bot.forges.port import ChangeRequest
from bot.review.model import GRADES, GradeName
from bot.review_config.settings import ReviewConfig
from bot.review_config.waivers import Waiver, declared
from bot.store.ledger import GivenWaiver, Ledger


def waivers_for(change: ChangeRequest, rules: ReviewConfig, ledger: Ledger, today: date) -> tuple[Waiver, ...]:
    """Declared ones and given ones; those of somebody who has had a hand in the change since are void.

    What a merge group brings may have been accepted on any of the change requests in it.
    """
    given = ledger.all_waivers(change.ref.repository) if change.ref.group else ledger.waivers(change.ref)
    standing = (one for one in given if one.revoked_at is None)
    hands = () if change.ref.group else (change.author, *change.contributors, *ledger.pushers(change.ref))
    return (*declared(rules, today), *(_given(one, hands) for one in standing))


def _given(waiver: GivenWaiver, hands: Iterable[str]) -> Waiver:
    pushed = waiver.approver.casefold() in {hand.casefold() for hand in hands}
    return Waiver(
        fingerprint=waiver.fingerprint,
        until=waiver.until,
        reason=waiver.reason,
        approver=waiver.approver,
        source=f"{waiver.ref.repository}#{waiver.ref.number}",
        scope=frozenset(waiver.scope),
        grade=_grade(waiver.grade),
        void=f"{waiver.approver} has a hand in the change now" if pushed else "",
    )


def _grade(name: str) -> GradeName:
    return next((grade for grade in GRADES if grade == name), "none")


def day_after(last: date) -> datetime:
    """When what counts until the end of a day does so no longer, UTC."""
    return datetime.combine(last + timedelta(days=1), time(), UTC)
