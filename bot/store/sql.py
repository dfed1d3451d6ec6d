"""The Store on a SQL database: every method is one short transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, or_, select, update

from bot.errors import StoreUnavailable
from bot.forges.event import Event, Ignored
from bot.forges.port import ChangeRef
from bot.store.database import Engines
from bot.store.group_commit import GroupCommit
from bot.store.migrate import current, is_older, newest
from bot.store.notices import note
from bot.store.port import Arrival, Backlog, DeadWork, Delivery, Lease, StoredReview
from bot.store.sql_archive import record_facts
from bot.store.sql_found import track_findings
from bot.store.tables import change_requests, deliveries, findings, notices, open_heads, reviews, unfinished
from bot.store.waiting import Urgency, Waiting
from bot.store.work_items import WorkItem
from bot.store.work_requests import (
    AHEAD,
    FRESH,
    RELEASED,
    answer_commands,
    enqueue,
    held,
    insert_new,
    is_free,
    is_item,
    is_of,
    is_over,
    item_in,
    ref_of,
    urgency,
    waiting_commands,
)

_CR = change_requests.c

_PENDING = select(func.count(), func.min(_CR.wanted_at)).where(unfinished)
_DEAD = select(func.count()).where(_CR.dead)
_BY_URGENCY = select(urgency, func.count(), func.min(_CR.wanted_at)).where(unfinished).group_by(urgency)


class SqlStore:
    """See `bot.store.port.Store`. A lease is a token in the change request's row; who has another one is too late."""

    def __init__(self, engines: Engines) -> None:
        self.engines = engines
        # PostgreSQL gathers commits itself, and several rows in one transaction could be locked in different orders.
        one_writer = engines.write.dialect.name == "sqlite"
        self._group = GroupCommit(self._accept_all) if one_writer else None

    def accept(self, delivery: Delivery, event: Event) -> bool:
        """Record a delivery and raise what it wants, atomically; False if the delivery was known already."""
        if self._group is None:
            return self._accept_all([(delivery, event)])[0]
        return self._group.submit((delivery, event))

    def _accept_all(self, deliveries_: Sequence[tuple[Delivery, Event]]) -> list[bool]:
        with self.engines.writing() as connection:
            return [_accept(connection, delivery, event) for delivery, event in deliveries_]

    def with_head(self, forge: str, head: str) -> tuple[ChangeRef, ...]:
        """The change requests, not known to be closed, whose head was that commit when they were heard of last."""
        here = and_(_CR.forge == forge, _CR.number > 0, _CR.merge_group == "", ~_CR.closed)
        query = select(change_requests).where(or_(_CR.head_hint == head, _CR.reviewed_head == head), here)
        with self.engines.reading() as connection:
            return tuple(map(ref_of, connection.execute(query.order_by(_CR.id))))

    def claim(self, item: WorkItem, now: datetime, seconds: float) -> Lease | None:
        """Take the lease if there is unfinished work that may be tried now and no live lease."""
        with self.engines.reading() as reading:  # most notices find nothing: spare them the write lock
            if reading.execute(select(_CR.id).where(is_item(item), unfinished)).first() is None:
                return None
        with self.engines.writing() as connection:
            free = select(change_requests).where(is_item(item), is_free(now))
            return _lease(connection, connection.execute(free.with_for_update()).first(), now, seconds)

    def waiting(self, now: datetime, commands_only: bool = False) -> tuple[Waiting, ...]:
        """The repositories with work that may be done now and that nobody holds; of commands only if so asked."""
        place = (_CR.forge, _CR.installation, _CR.repository)
        query = select(*place, func.min(urgency), func.min(_CR.wanted_at)).where(is_free(now)).group_by(*place)
        if commands_only:
            query = query.where(urgency == Urgency.COMMAND)
        with self.engines.reading() as connection:
            return tuple(
                Waiting(forge, account, repository, Urgency(first), oldest)
                for forge, account, repository, first, oldest in connection.execute(query)
            )

    def claim_in(self, place: Waiting, now: datetime, seconds: float) -> Lease | None:
        """Take the lease on the oldest of what waits there and is so urgent; None if somebody else has."""
        here = and_(_CR.forge == place.forge, _CR.repository == place.repository, urgency == place.urgency)
        query = select(change_requests).where(is_free(now), here).order_by(_CR.wanted_at, _CR.id).limit(1)
        with self.engines.writing() as connection:
            row = connection.execute(query.with_for_update(skip_locked=True)).first()
            return _lease(connection, row, now, seconds)

    def renew(self, lease: Lease, now: datetime, seconds: float) -> bool:
        """Extend the lease; False if it has been lost."""
        with self.engines.writing() as connection:
            change = held(lease).values(lease_until=now + timedelta(seconds=seconds))
            return connection.execute(change).rowcount == 1

    def superseded(self, lease: Lease) -> bool:
        """Whether the lease was lost, a newer review is wanted, or none is because the change request was closed."""
        valid = and_(_CR.lease_token == lease.token, _CR.review_wanted <= lease.generation, ~_CR.closed)
        with self.engines.reading() as connection:
            return connection.execute(select(_CR.id).where(is_item(lease.item), valid)).first() is None

    def finish(self, lease: Lease, review: StoredReview | None) -> bool:
        """Record that the claimed work is done; False (and nothing recorded) if the lease was lost."""
        values = {**RELEASED, **FRESH, "done": lease.generation}
        if review is not None:
            values["reviewed_head"] = review.head
        if review is not None or lease.review:
            values["dead"] = False
        with self.engines.writing() as connection:
            key = connection.execute(held(lease).values(values).returning(_CR.id)).scalar_one_or_none()
            if key is None:
                return False
            answer_commands(connection, key, lease.generation)
            if review is not None:
                kept = {"head": review.head, "merge_base": review.merge_base, "at": review.at, "review": review.review}
                kept |= {"delivery": lease.delivery}
                row = insert(reviews).values(change_request=key, **kept).returning(reviews.c.id)
                made = connection.execute(row).scalar_one()
                record_facts(connection, made, review.review)
                track_findings(connection, key, made, review)
                concluded = and_(open_heads.c.change_request == key, open_heads.c.head == review.head)
                connection.execute(delete(open_heads).where(concluded))
            return True

    def fail(self, lease: Lease, error: str, retry_at: datetime | None) -> None:
        """Record a failed attempt; `retry_at` None makes the work dead until replayed or newly wanted."""
        values = {**RELEASED, "error": error, "retry_at": retry_at, "rung_at": None}
        if retry_at is None:
            values |= {"done": lease.generation, "dead": lease.review or _CR.dead}
        untouched = held(lease).where(_CR.wanted == lease.generation)
        with self.engines.writing() as connection:
            key = connection.execute(untouched.values(values).returning(_CR.id)).scalar_one_or_none()
            if key is None:  # lost, or something was wanted meanwhile that has not been tried yet
                connection.execute(held(lease).values({**RELEASED, **FRESH, "error": error}))
            elif retry_at is None:
                answer_commands(connection, key, lease.generation)
                if lease.review:
                    note(connection, "dead", f"{key}/{lease.generation}", key, error, lease.until)

    def release(self, lease: Lease) -> None:
        """Give the lease back untried: the attempt does not count."""
        values = {**RELEASED, "attempts": lease.attempt - 1, "rung_at": None}
        with self.engines.writing() as connection:
            connection.execute(held(lease).values(values))

    def take_over(self) -> int:
        """Free every lease, for a process that knows it is the only one; returns how many there were."""
        with self.engines.writing() as connection:
            return connection.execute(
                update(change_requests).where(_CR.lease_token.is_not(None)).values(RELEASED)
            ).rowcount

    def due(self, now: datetime, limit: int, quiet: float = 60.0) -> tuple[WorkItem, ...]:
        """Unfinished work that nobody holds, oldest first, and not told of lately."""
        unheard = or_(_CR.rung_at.is_(None), _CR.rung_at <= now - timedelta(seconds=quiet), _CR.rung_at > now + AHEAD)
        query = select(change_requests).where(is_free(now), unheard).order_by(_CR.wanted_at).limit(limit)
        with self.engines.reading() as reading:
            if reading.execute(query.limit(1)).first() is None:
                return ()
        with self.engines.writing() as connection:
            rows = connection.execute(query.with_for_update(skip_locked=True)).all()
            told = _CR.id.in_([row.id for row in rows])
            connection.execute(update(change_requests).where(told).values(rung_at=now))
            return tuple(map(item_in, rows))

    def newest_review(self, ref: ChangeRef) -> StoredReview | None:
        """The review that was recorded last, if any is kept."""
        return self._newest(ref)

    def review_before(self, ref: ChangeRef, moment: datetime) -> StoredReview | None:
        """The review that had been published last when that moment began, if it is kept."""
        return self._newest(ref, reviews.c.at <= moment)

    def _newest(self, ref: ChangeRef, *more: ColumnElement[bool]) -> StoredReview | None:
        query = select(reviews).join(change_requests).where(is_of(ref), *more).order_by(reviews.c.id.desc()).limit(1)
        with self.engines.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else StoredReview(ref, row.head, row.merge_base, row.at, row.review)

    def backlog(self) -> Backlog:
        """How much there is to do."""
        with self.engines.reading() as connection:
            pending, oldest = connection.execute(_PENDING).one()
            dead = connection.execute(_DEAD).scalar_one()
            kinds = {
                Urgency(kind).name.lower(): (count, since) for kind, count, since in connection.execute(_BY_URGENCY)
            }
            return Backlog(pending, oldest, dead, kinds)

    def dead(self, limit: int) -> tuple[DeadWork, ...]:
        """What has been given up, the newest first."""
        query = select(change_requests).where(_CR.dead, _CR.number > 0).order_by(_CR.wanted_at.desc()).limit(limit)
        with self.engines.reading() as connection:
            return tuple(DeadWork(ref_of(row), row.attempts, row.error) for row in connection.execute(query))

    def arrivals(self, limit: int) -> tuple[Arrival, ...]:
        """The deliveries that are still kept, the newest first."""
        told = (deliveries.c.forge, deliveries.c.delivery, deliveries.c.event, deliveries.c.received_at)
        with self.engines.reading() as connection:
            rows = connection.execute(select(*told).order_by(deliveries.c.received_at.desc()).limit(limit))
            return tuple(Arrival(*row) for row in rows)

    def replay(self, ref: ChangeRef, now: datetime) -> bool:
        """Make dead work due again; False if there is none."""
        again = {"wanted": _CR.wanted + 1, "review_wanted": _CR.wanted + 1, "wanted_at": now, "rung_at": None}
        with self.engines.writing() as connection:
            dead = update(change_requests).where(is_of(ref), _CR.dead)
            return connection.execute(dead.values({**FRESH, **again, "dead": False})).rowcount == 1

    def forget(self, deliveries_before: datetime, reviews_before: datetime) -> int:
        """Delete what is older; returns how many rows went."""
        with self.engines.writing() as connection:
            old_deliveries = connection.execute(delete(deliveries).where(deliveries.c.received_at < deliveries_before))
            # What is accepted is told of until some days after its last day.
            stands = findings.c.accepted_until >= deliveries_before.date()
            accepted = select(findings.c.id).where(findings.c.review == reviews.c.id, stands).exists()
            old_reviews = connection.execute(delete(reviews).where(reviews.c.at < reviews_before, ~accepted))
            connection.execute(delete(notices).where(notices.c.at < deliveries_before))
            over = connection.execute(delete(change_requests).where(is_over(reviews_before)))
            return old_deliveries.rowcount + old_reviews.rowcount + over.rowcount

    def clock_ahead(self, now: datetime) -> timedelta:
        """By how much `now` is ahead of the database's clock; SQLite has none of its own. Raises StoreUnavailable."""
        if self.engines.read.dialect.name == "sqlite":
            return timedelta()
        with self.engines.reading() as connection:
            there: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return now - there

    def ready(self) -> str:
        """ "" if the database answers and its schema is this program's, else what is wrong."""
        try:
            with self.engines.reading() as connection:
                found, needed = current(connection), newest()
        except StoreUnavailable as error:
            return str(error)
        if found == needed or not is_older(found):  # what a newer release has added disturbs nobody
            return ""
        return f"the database is at revision {found}, this program needs {needed}"


def _lease(connection: Connection, row: Row[*tuple[Any, ...]] | None, now: datetime, seconds: float) -> Lease | None:
    if row is None:
        return None
    lease = Lease(
        item=item_in(row),
        token=uuid.uuid4().hex,
        until=now + timedelta(seconds=seconds),
        generation=row.wanted,
        attempt=row.attempts + 1,
        commands=waiting_commands(connection, row),
        review=row.review_wanted > row.done and not row.closed,
        since=row.wanted_at,
        delivery=row.delivery,
    )
    values = {"lease_token": lease.token, "lease_until": lease.until, "attempts": lease.attempt}
    connection.execute(update(change_requests).where(_CR.id == row.id).values(values))
    return lease


def _accept(connection: Connection, delivery: Delivery, event: Event) -> bool:
    record = {
        "forge": delivery.forge,
        "delivery": delivery.id,
        "event": delivery.event,
        "received_at": delivery.received_at,
        "body": delivery.body,
    }
    if not insert_new(connection, deliveries, record) and _is_same(connection, delivery):
        return False
    if not isinstance(event, Ignored):
        enqueue(connection, event, delivery.received_at, delivery.id)
    return True


def _is_same(connection: Connection, delivery: Delivery) -> bool:
    """Whether what was kept under the delivery's id says the same: an id is not signed, and may be given twice."""
    known = and_(deliveries.c.forge == delivery.forge, deliveries.c.delivery == delivery.id)
    kept = connection.execute(select(deliveries.c.body).where(known)).scalar_one_or_none()
    return kept is None or bool(kept == delivery.body)
