"""The CatchUp on a SQL database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from bot.forges.event import ReviewWanted
from bot.forges.port import OpenChange, RepositoryRef
from bot.store.database import Engines
from bot.store.tables import change_requests
from bot.store.work_items import ReviewChange, Sweep, WorkItem
from bot.store.work_requests import enqueue, is_item, is_of, row_of, want_sweep

_CR = change_requests.c


class SqlCatchUp:
    """See `bot.store.catch_up.CatchUp`."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    def repositories(self, forge: str) -> tuple[RepositoryRef, ...]:
        """The repositories of which anything has been heard."""
        query = (
            select(_CR.repository, func.max(_CR.installation))
            .where(_CR.forge == forge, _CR.repository != "")
            .group_by(_CR.repository)
            .order_by(_CR.repository)
        )
        with self._engines.reading() as connection:
            return tuple(RepositoryRef(forge, *row) for row in connection.execute(query))

    def want_rounds(self, places: Sequence[Sweep], now: datetime, every: timedelta, share: int = 0) -> int:
        """Want those places gone through that were not for `every`, and of the others the `share` longest ago."""
        with self._engines.reading() as connection:
            idle = [(last, place) for place in places if (last := _idle_since(connection, place, now - every))]
        idle.sort(key=lambda found: found[0])
        overdue = sum(last <= now - every for last, _ in idle)
        chosen = idle[: max(overdue, min(share, len(idle)))]
        if not chosen:
            return 0
        with self._engines.writing() as connection:
            for last, place in chosen:
                row_of(connection, place, last)  # there must be a row before it can be locked
            wanted = [place for last, place in chosen if _idle_since(connection, place, last, lock=True) == last]
            for place in wanted:
                want_sweep(connection, place, now)
                _untold(connection, place)
            return len(wanted)

    def want_missed(self, changes: Sequence[OpenChange], now: datetime, most: int) -> int:
        """Want reviews of open change requests whose head was neither reviewed nor wanted."""
        with self._engines.reading() as connection:
            missed = [change for change in changes if _is_missed(connection, change)]
        with self._engines.writing() as connection:
            for change in missed[: max(most, 0)]:
                enqueue(connection, ReviewWanted(change.ref, change.head, "missed", missed=True), now)
                _untold(connection, ReviewChange(change.ref))
        return len(missed)


def _idle_since(connection: Connection, place: Sweep, never: datetime, lock: bool = False) -> datetime | None:
    """When a place was wanted last, `never` if it was not; None while it is still to be gone through."""
    query = select(_CR.wanted_at, _CR.done < _CR.wanted).where(is_item(place))
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        return never
    return None if row[1] else row[0]


def _is_missed(connection: Connection, change: OpenChange) -> bool:
    """A head that was wanted and given up waits for somebody to ask; one that was closed meanwhile does not."""
    row = connection.execute(select(change_requests).where(is_of(change.ref))).first()
    if row is None:
        return True
    if row.reviewed_head == change.head:
        return False
    if row.done < row.review_wanted:
        # One that has begun may be of the head before; one that has not will be of this. A question reviews nothing.
        return bool(row.lease_token and row.head_hint != change.head)
    return bool(row.closed or row.head_hint != change.head)


def _untold(connection: Connection, item: WorkItem) -> None:
    """No webhook gives notice of it: the next sweep of the housekeeper does."""
    connection.execute(update(change_requests).where(is_item(item)).values(rung_at=None))
