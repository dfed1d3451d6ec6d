"""What pages show of kept reviews, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import delete, insert, select

from bot.forges.event import Closed, ReviewWanted
from bot.forges.port import ChangeRef
from bot.render import json as contract
from bot.review.model import AppliedWaiver, Gap
from bot.store.database import Engines
from bot.store.migrate import downgrade, upgrade
from bot.store.port import Delivery, StoredReview
from bot.store.review_archive import facts_of
from bot.store.sql import SqlStore
from bot.store.sql_archive import SqlArchive
from bot.store.tables import review_facts, reviews
from bot.store.work_items import ReviewChange
from tests.fakes.reviews import finding, review
from tests.store.databases import address, engines

__all__ = ["address", "engines"]

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _gap(kind: str, changed: bool) -> Gap:
    return Gap("g", "a reason", "", "main.tf", 1, "head", changed, True, "low", kind=kind)


def _kept(engines: Engines, number: int, head: str, minutes: int, found: int, repository: str = "acme/infra") -> None:
    """One reviewed head: `found` new findings."""
    store, at = SqlStore(engines), NOW + timedelta(minutes=minutes)
    ref = ChangeRef("github", repository, number, 1)
    store.accept(
        Delivery("github", f"{repository}{number}{head}", "pull_request", at, b"{}"), ReviewWanted(ref, head, "opened")
    )
    lease = store.claim(ReviewChange(ref), at, 60)
    assert lease is not None
    ones = [finding(f"{n:016x}", n + 1, points=5) for n in range(found)]
    content = review(*ones, gaps=(_gap("remote-module", True), _gap("remote-module", False)))
    store.finish(lease, StoredReview(ref, head, "b" * 40, at, contract.write(content).encode()))


def test_figures_of_a_review() -> None:
    waived = finding("a" * 16, 1, points=80, waiver=AppliedWaiver("known", "grace", "2027-01-01"))
    content = review(waived, finding("b" * 16, 2, points=5), gaps=(_gap("remote-module", True), _gap("x", False)))
    facts = facts_of(contract.write(content).encode())
    assert (facts.open, facts.accepted, facts.points, facts.gaps) == (1, 1, 5, {"remote-module": 1})


def test_lists_and_neighbours(engines: Engines) -> None:
    _kept(engines, 7, "a" * 40, 1, 2)
    _kept(engines, 7, "c" * 40, 2, 1)
    _kept(engines, 8, "d" * 40, 3, 0)
    _kept(engines, 1, "e" * 40, 4, 1, "acme/other")
    archive = SqlArchive(engines)
    listed = archive.reviews(repository="acme/infra")
    assert [(one.ref.number, one.head[0], one.newest) for one in listed] == [
        (8, "d", True),
        (7, "c", True),
        (7, "a", False),
    ]
    assert archive.previous(listed[1].id) == listed[2].id
    assert archive.previous(listed[2].id) is None
    assert archive.of_head(ChangeRef("github", "acme/infra", 7), "aaaaaaa") == listed[2].id
    assert archive.of_head(ChangeRef("github", "acme/infra", 8), "aaaaaaa") is None
    assert archive.of_head(ChangeRef("github", "acme/infra", 7), "%") is None
    assert [one.ref.repository for one in archive.reviews(since=NOW + timedelta(minutes=4))] == ["acme/other"]
    found = archive.review(listed[2].id)
    assert found is not None and found[0] == listed[2] and contract.read(found[1]).gained[0].points == 5
    assert archive.review(99) is None


def test_repositories_count_what_is_open_now(engines: Engines) -> None:
    _kept(engines, 7, "a" * 40, 1, 2)
    _kept(engines, 7, "c" * 40, 2, 1)
    _kept(engines, 8, "d" * 40, 3, 3)
    ref = ChangeRef("github", "acme/infra", 8, 1)
    SqlStore(engines).accept(Delivery("github", "x", "pull_request", NOW, b"{}"), Closed(ref))
    _kept(engines, 1, "e" * 40, 4, 0, "acme/other")
    found = [
        (one.repository, one.reviews, one.open_changes, one.open_findings) for one in SqlArchive(engines).repositories()
    ]
    assert found == [("acme/other", 1, 1, 0), ("acme/infra", 3, 1, 1)]


def test_reviews_kept_before_get_their_figures(engines: Engines) -> None:
    _kept(engines, 7, "a" * 40, 1, 2)
    downgrade(engines.write, "0002")
    with engines.writing() as connection:
        key = connection.execute(select(reviews.c.change_request)).scalar_one()
        kept = {"head": "x", "merge_base": "y", "at": NOW, "review": b"no review"}
        connection.execute(insert(reviews).values(change_request=key, **kept))
    upgrade(engines.write)
    assert [one.facts.points for one in SqlArchive(engines).reviews()] == [10]


def test_figures_go_with_their_review(engines: Engines) -> None:
    _kept(engines, 7, "a" * 40, 1, 1)
    with engines.writing() as connection:
        connection.execute(delete(reviews))
        assert connection.execute(select(review_facts.c.id)).first() is None


@pytest.mark.parametrize("text", [b"[]", b"{", b'{"score": "x"}'])
def test_what_is_no_review_has_no_figures(text: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        facts_of(text)
