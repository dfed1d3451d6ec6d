"""What becomes of findings from review to review, and what is asked for over all repositories, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from bot.forges.event import Closed, ReviewWanted
from bot.forges.port import ChangeRef
from bot.render import json as contract
from bot.review.identity import Fingerprint
from bot.review.model import AppliedWaiver, Finding, Review
from bot.review.prose import Prose
from bot.store.database import Engines
from bot.store.found import FindingQuery, Standing
from bot.store.ledger import GivenWaiver
from bot.store.migrate import downgrade, upgrade
from bot.store.port import Delivery, StoredReview
from bot.store.sql import SqlStore
from bot.store.sql_found import SqlFindings
from bot.store.sql_ledger import SqlLedger
from bot.store.tables import findings, reviews
from bot.store.work_items import ReviewChange
from tests.fakes.reviews import finding, review
from tests.store.databases import address, engines

__all__ = ["address", "engines"]

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
REF = ChangeRef("github", "acme/infra", 7, 1)
OTHER = ChangeRef("gitlab", "acme/other", 8)
WAIVED = AppliedWaiver("known", "grace", "2027-01-01")


def whole(digit: str, **other: Any) -> Finding:
    """A finding that is recognised by 64 times that digit."""
    return finding(digit * 16, full_fingerprint=digit * 64, **other)


def keep(engines: Engines, day: int, content: Review, ref: ChangeRef = REF) -> None:
    """A review on that day."""
    store, at = SqlStore(engines), NOW + day * DAY
    wanted = ReviewWanted(ref, f"{day:040x}", "pushed")
    store.accept(Delivery(ref.forge, f"{ref} {day}", "x", at, b"{}"), wanted)
    lease = store.claim(ReviewChange(ref), at, 60)
    assert lease
    store.finish(lease, StoredReview(ref, wanted.head, "b" * 40, at, contract.write(content).encode()))


def rows(engines: Engines) -> dict[str, tuple[str, int, int | None]]:
    """Of each finding its state, the day it was found and the day it was gone."""
    query = select(findings).order_by(findings.c.fingerprint)
    with engines.reading() as connection:
        return {
            row.fingerprint: (row.state, (row.first_at - NOW).days, row.gone_at and (row.gone_at - NOW).days)
            for row in connection.execute(query)
        }


def told(engines: Engines, standing: Standing = "open", **asked: Any) -> list[str]:
    """The titles of what is asked for."""
    return [one.title for one in SqlFindings(engines).listed(FindingQuery(standing, **asked), 0, 99)]


def story(engines: Engines) -> None:
    """One is fixed, one accepted, one in doubt, one comes back, one was kept by release 0.1.0."""
    kept_before = finding("5" * 16)
    keep(engines, 0, review(whole("1"), whole("2"), whole("4"), kept_before, undecided=(whole("3"),)))
    keep(engines, 1, review(whole("2", waiver=WAIVED)))
    keep(engines, 2, review(whole("2", waiver=WAIVED), whole("4"), whole("5")))


def test_from_review_to_review(engines: Engines) -> None:
    story(engines)
    expected = {
        "1" * 64: ("open", 0, 1),
        "2" * 64: ("accepted", 0, None),
        "3" * 64: ("undecided", 0, 1),
        "4" * 64: ("open", 0, None),
        "5" * 64: ("open", 0, None),
    }
    assert rows(engines) == expected
    downgrade(engines.write, "0012")
    upgrade(engines.write)
    assert rows(engines) == expected, "those of reviews kept before become the same"
    with engines.writing() as connection:
        connection.execute(delete(reviews).where(reviews.c.at > NOW))
    assert set(rows(engines)) == {"1" * 64, "3" * 64}, "they go with the last review that had them"


def test_asked_for_over_all_repositories(engines: Engines) -> None:
    titles = {"1": ("low", "role a_b can list"), "2": ("critical", "role c can do anything"), "3": ("low", "role axb")}
    made = {digit: whole(digit, grade=grade, title=Prose(title)) for digit, (grade, title) in titles.items()}
    keep(engines, 1, review(made["1"], made["2"]))
    keep(engines, 0, review(made["3"], undecided=(whole("4", title=Prose("in doubt")),)), OTHER)
    assert [one.addresses for one in SqlFindings(engines).gained_in(("gitlab", "acme/other"), 9)] == [
        ("aws_iam_role.ci",)
    ]
    keep(engines, 2, review(made["1"]), ChangeRef("github", "acme/infra", 7, 1, "a" * 40))
    assert told(engines) == ["role c can do anything", "role axb", "role a_b can list"]
    assert told(engines, "undecided") == ["in doubt"]
    assert told(engines, words=("A_B", "infra")) == ["role a_b can list"]
    assert told(engines, grade="low", places={("gitlab", "acme/other")}) == ["role axb"]
    assert told(engines, places=frozenset[Any]()) == []
    assert [one.title for one in SqlFindings(engines).listed(FindingQuery(), 1, 1)] == ["role axb"]
    counts = {(one.place[1], one.grade): one.number for one in SqlFindings(engines).counts(FindingQuery())}
    assert counts == {("acme/infra", "critical"): 1, ("acme/infra", "low"): 1, ("acme/other", "low"): 1}
    SqlStore(engines).accept(Delivery("gitlab", "x", "x", NOW, b"{}"), Closed(OTHER))
    assert (told(engines, "closed"), told(engines, "undecided")) == (["role axb"], [])
    [left] = SqlFindings(engines).listed(FindingQuery("closed"), 0, 9)
    assert (left.ref, left.head, left.first_at, left.file, left.closed) == (OTHER, f"{0:040x}", NOW, "main.tf", True)


def test_what_happened_on_each_day(engines: Engines) -> None:
    story(engines)
    waiver = GivenWaiver(REF, Fingerprint(1, "2" * 64), (), "low", "t", "r", "joan", date(2026, 4, 1), "c", NOW + DAY)
    SqlLedger(engines).accept(waiver)
    events = SqlFindings(engines).by_day(None, NOW)
    assert [(one.day.day, one.event, one.grade, one.number) for one in events] == [
        (1, "found", "high", 4),
        (2, "gone", "high", 1),
        (2, "accepted", "low", 1),
    ]
    assert SqlFindings(engines).by_day({("github", "acme/infra")}, NOW + DAY) == events[1:]
    assert SqlFindings(engines).by_day({("github", "acme/nothing")}, NOW) == ()
