"""Processes of release 0.1.0 and of this one work on the new schema at once, as they do while pods are replaced."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.forges.event import ReviewWanted
from bot.forges.port import ChangeRef
from bot.store.database import Engines, connect
from bot.store.migrate import upgrade
from bot.store.port import Delivery, StoredReview
from bot.store.sql import SqlStore
from bot.store.work_items import ReviewChange
from tests.store.databases import address

__all__ = ["address"]

NOW = datetime(2026, 1, 1, tzinfo=UTC)
REF = ChangeRef("github", "acme/infra", 7, 47)

HERE = "forge = 'github' AND repository = 'acme/infra' AND number = 7 AND merge_group = ''"
ACCEPT = (
    "INSERT INTO deliveries (forge, delivery, event, received_at, body) VALUES"
    " ('github', :delivery, 'pull_request', :now, :body) ON CONFLICT DO NOTHING RETURNING id",
    "INSERT INTO change_requests (forge, repository, number, installation, wanted, review_wanted, done, wanted_at,"
    " closed, attempts, retry_at, rung_at, dead, error, head_hint, reviewed_head, merge_group)"
    " VALUES ('github', 'acme/infra', 7, 47, 1, 1, 0, :now, false, 0, NULL, :now, false, '', :head, '', '')"
    " ON CONFLICT (forge, repository, number, merge_group) DO UPDATE SET installation = excluded.installation,"
    " wanted = change_requests.wanted + 1, review_wanted = change_requests.wanted + 1, wanted_at ="
    " CASE WHEN change_requests.done >= change_requests.wanted THEN excluded.wanted_at ELSE change_requests.wanted_at"
    " END, closed = false, attempts = 0, retry_at = NULL, rung_at = excluded.rung_at, dead = false, error = '',"
    " head_hint = excluded.head_hint RETURNING id",
)
FREE = (
    f"SELECT id, wanted, attempts FROM change_requests WHERE {HERE} AND done < wanted"
    " AND (lease_until IS NULL OR lease_until <= :now OR lease_until > :ahead)"
    " AND (retry_at IS NULL OR retry_at <= :now OR retry_at > :ahead)"
)
TAKE = "UPDATE change_requests SET lease_token = 'old', lease_until = :until, attempts = :attempt WHERE id = :id"
VALID = f"SELECT id FROM change_requests WHERE {HERE} AND lease_token = 'old' AND review_wanted <= :generation"
FINISH = (
    "UPDATE change_requests SET done = :generation, lease_token = NULL, lease_until = NULL, attempts = 0,"
    f" retry_at = NULL, dead = false, error = '', reviewed_head = :head WHERE {HERE} AND lease_token = 'old'"
    " RETURNING id"
)
KEEP = "INSERT INTO reviews (change_request, head, merge_base, at, review) VALUES (:id, :head, 'm', :now, :body)"
BODY = zlib.compress(b"{}", 1)


class FirstRelease:
    """What the store of 0.1.0 does, by the statements that were recorded of it."""

    def __init__(self, engines: Engines) -> None:
        self.engines = engines

    def _moment(self, at: datetime) -> object:
        return at if self.engines.write.dialect.name == "postgresql" else f"{at:%Y-%m-%d %H:%M:%S.%f}"

    def accept(self, head: str) -> None:
        with self.engines.writing() as connection:
            given = {"delivery": f"old-{head}", "now": self._moment(NOW), "body": BODY, "head": head}
            for statement in ACCEPT:
                connection.execute(text(statement), given)

    def claim(self, now: datetime = NOW) -> int | None:
        """The generation that it works on now, for half a minute."""
        at = {"now": self._moment(now), "ahead": self._moment(now + timedelta(hours=3))}
        with self.engines.writing() as connection:
            row = connection.execute(text(FREE), at).first()
            if row is None:
                return None
            until = self._moment(now + timedelta(seconds=30))
            connection.execute(text(TAKE), {"until": until, "attempt": row.attempts + 1, "id": row.id})
            return int(row.wanted)

    def superseded(self, generation: int) -> bool:
        with self.engines.reading() as connection:
            return connection.execute(text(VALID), {"generation": generation}).first() is None

    def finish(self, generation: int, head: str) -> bool:
        """Whether it still held its lease."""
        with self.engines.writing() as connection:
            found = connection.execute(text(FINISH), {"generation": generation, "head": head}).first()
            if found is not None:
                kept = {"id": found.id, "head": head, "now": self._moment(NOW), "body": BODY}
                connection.execute(text(KEEP), kept)
            return found is not None


@pytest.fixture
def both(address: str) -> Iterator[tuple[FirstRelease, SqlStore]]:
    """On a database that the first release made and this one has brought up."""
    made = connect(address)
    upgrade(made.write, "0003")
    upgrade(made.write)
    yield FirstRelease(made), SqlStore(made)
    made.dispose()


def accept(store: SqlStore, head: str) -> None:
    store.accept(Delivery("github", f"new-{head}", "pull_request", NOW, b"{}"), ReviewWanted(REF, head, "pushed"))


def test_each_does_what_the_other_was_told_of(both: tuple[FirstRelease, SqlStore]) -> None:
    old, new = both
    old.accept("a" * 40)
    lease = new.claim(ReviewChange(REF), NOW, 30)
    assert lease is not None and lease.review and old.claim() is None
    assert not new.superseded(lease)
    old.accept("b" * 40)
    assert new.superseded(lease) and new.finish(lease, None)
    generation = old.claim()
    assert generation == 2 and new.claim(ReviewChange(REF), NOW, 30) is None and new.waiting(NOW) == ()
    accept(new, "c" * 40)
    assert old.superseded(generation) and old.finish(generation, "b" * 40)
    kept = new.newest_review(REF)
    assert kept is not None and kept.head == "b" * 40
    last = new.claim(ReviewChange(REF), NOW, 30)
    assert last is not None and last.generation == 3
    assert new.finish(last, StoredReview(REF, "c" * 40, "m", NOW, b'{"schema": 1}'))
    assert old.claim() is None and new.backlog().pending == 0


def test_each_takes_over_what_the_other_has_left(both: tuple[FirstRelease, SqlStore]) -> None:
    old, new = both
    accept(new, "a" * 40)
    assert old.claim() == 1
    lease = new.claim(ReviewChange(REF), NOW + timedelta(minutes=1), 30)
    assert lease is not None and lease.attempt == 2
    assert not old.finish(1, "a" * 40), "the lease is not its own any more"
    assert old.claim(NOW + timedelta(minutes=2)) == 1
    assert not new.finish(lease, None) and old.finish(1, "a" * 40)
