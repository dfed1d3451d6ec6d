"""What became of findings: fixed, accepted, merged, taken away by a later merge; on both databases."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.forges.event import Closed, ReviewWanted
from bot.forges.port import ChangeRef
from bot.render import json as contract
from bot.review.identity import Fingerprint
from bot.review.model import AppliedWaiver, Finding, Review
from bot.store.database import Engines
from bot.store.finding_outcomes import FindingOutcome
from bot.store.port import Delivery, StoredReview
from bot.store.sql import SqlStore
from bot.store.sql_ledger import SqlLedger
from bot.store.sql_outcomes import SqlOutcomes
from bot.store.work_items import ReviewChange
from tests.fakes.reviews import finding, review
from tests.store.databases import address, engines

__all__ = ["address", "engines"]

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
EVERY = frozenset(("low", "medium", "high", "critical"))
WAIVED = AppliedWaiver("known", "grace", "2026-03-20")


def whole(digit: str, **other: Any) -> Finding:
    return finding(digit * 16, full_fingerprint=digit * 64, owners=("acme/iam", "ada"), **other)


def keep(engines: Engines, number: int, day: int, content: Review, fixed: str = "") -> None:
    """A review of a change request on that day, which showed that the findings with these digits are fixed."""
    store, at, ref = SqlStore(engines), NOW + day * DAY, _ref(number)
    wanted = ReviewWanted(ref, f"{number:020x}{day:020x}", "pushed")
    store.accept(Delivery("github", f"{number} {day}", "x", at, b"{}"), wanted)
    lease = store.claim(ReviewChange(ref), at, 60)
    assert lease
    threads = frozenset(Fingerprint(1, digit * 64).thread for digit in fixed)
    text = contract.write(content).encode()
    store.finish(lease, StoredReview(ref, wanted.head, "b" * 40, at, text, threads))


def close(engines: Engines, number: int, day: int, merged: bool = True) -> None:
    SqlStore(engines).accept(
        Delivery("github", f"c{number}", "x", NOW + day * DAY, b"{}"), Closed(_ref(number), merged)
    )


def outcomes(engines: Engines, since: int = 0) -> dict[tuple[int, str], FindingOutcome]:
    """By the day it was opened and what became of it."""
    found = SqlOutcomes(engines).since(None, NOW + since * DAY, EVERY)
    return {(one.opened.day, _became(one)): one for one in found}


def _became(one: FindingOutcome) -> str:
    if one.gone:
        return f"{'fixed' if one.fixed else 'gone'} {one.gone.day}"
    accepted = f"accepted {one.accepted.day}" if one.accepted else "open"
    return f"{accepted}, merged {one.merged.day}" if one.merged else accepted


def _ref(number: int) -> ChangeRef:
    return ChangeRef("github", "acme/infra", number, 1)


def test_fixed_is_what_was_shown_to_be(engines: Engines) -> None:
    keep(engines, 7, 0, review(whole("1"), whole("2"), whole("3")))
    keep(engines, 7, 1, review(whole("3")), fixed="1")
    assert set(outcomes(engines)) == {(1, "fixed 2"), (1, "gone 2"), (1, "open")}
    keep(engines, 7, 2, review(whole("1"), whole("3")))
    assert set(outcomes(engines)) == {(1, "open"), (1, "gone 2")}, "one that is back is not fixed"
    assert outcomes(engines)[1, "open"].owners == ("acme/iam", "ada")


def test_accepted_since_the_first_review_that_counts_it(engines: Engines) -> None:
    keep(engines, 7, 0, review(whole("1")))
    keep(engines, 7, 1, review(whole("1", waiver=WAIVED)))
    keep(engines, 7, 2, review(whole("1", waiver=dataclasses.replace(WAIVED, until="2026-03-30"))))
    close(engines, 7, 3)
    one = outcomes(engines)[1, "accepted 2, merged 4"]
    assert (one.until, one.place, one.file) == (date(2026, 3, 30), ("github", "acme/infra"), "main.tf")
    (risk,) = SqlOutcomes(engines).accepted(None, date(2026, 3, 30), EVERY, 9)
    assert (risk.by, risk.since, risk.merged, risk.owners) == ("grace", NOW + DAY, True, ("acme/iam", "ada"))
    assert SqlOutcomes(engines).accepted(None, date(2026, 3, 31), EVERY, 9) == ()
    assert SqlOutcomes(engines).accepted({("github", "acme/other")}, date(2026, 3, 30), EVERY, 9) == ()
    assert SqlOutcomes(engines).accepted(None, date(2026, 3, 30), EVERY - {"high"}, 9) == ()
    SqlStore(engines).forget(NOW + 5 * DAY, NOW + 5 * DAY)
    assert set(outcomes(engines, since=60)) == {(1, "accepted 2, merged 4")}, "it is told of while it is accepted"
    SqlLedger(engines).revoke(_ref(7), Fingerprint(1, "1" * 64), "ada", NOW + 4 * DAY)
    assert set(outcomes(engines)) == {(1, "open, merged 4")}


def test_a_merge_that_takes_away_what_an_earlier_one_brought(engines: Engines) -> None:
    keep(engines, 7, 0, review(whole("1"), whole("2")))
    keep(engines, 8, 1, review(lost=(whole("1"),)))
    close(engines, 7, 2)
    close(engines, 8, 3)
    assert set(outcomes(engines)) == {(1, "fixed 4"), (1, "open, merged 3")}


def test_what_was_closed_without_a_merge_counts_nowhere(engines: Engines) -> None:
    keep(engines, 7, 0, review(whole("1"), undecided=(whole("2"),)))
    close(engines, 7, 1, merged=False)
    keep(engines, 8, 0, review(undecided=(whole("3"),)))
    assert outcomes(engines) == {}
