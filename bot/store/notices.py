"""What somebody outside of the forges should hear of: kept until it was sent, each once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.forges.port import ChangeRef
from bot.frozen import dataclass
from bot.store.database import Engines
from bot.store.tables import change_requests, notices, review_facts, reviews, waivers

NoticeKind = Literal["dead", "critical", "waiver"]
"""Work was given up; critical findings came to a default branch; a waiver is about to end."""

MOST_TRIES = 10
FRESH = timedelta(days=1)
"""What is older interests nobody any more: nobody listened then, or the listener was away for long."""

ENDS_WITHIN = timedelta(days=7)

_N = notices.c
_CR = change_requests.c


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell, of a change request; `detail` is what makes it up, in plain words."""

    id: int
    kind: NoticeKind
    ref: ChangeRef
    detail: str
    tries: int


def note(connection: Connection, kind: NoticeKind, key: str, change_request: int, detail: str, at: datetime) -> None:
    """Keep a notice in the transaction of what it is about; the same `key` is told once."""
    values: Mapping[str, Any] = {"change_request": change_request, "kind": kind, "key": f"{kind}/{key}", "tries": 0}
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(make(notices).values({**values, "detail": detail, "at": at}).on_conflict_do_nothing())


def note_merged(connection: Connection, change_request: int, at: datetime) -> None:
    """A change came to its default branch: to be told if its newest review has critical findings open."""
    newest = select(reviews.c.id, review_facts.c.grade, review_facts.c.open).join(review_facts)
    query = newest.where(reviews.c.change_request == change_request).order_by(reviews.c.id.desc()).limit(1)
    row = connection.execute(query).first()
    if row is not None and row.grade == "critical" and row.open:
        note(connection, "critical", str(row.id), change_request, f"{row.open} of its findings were open", at)


class NoticeBox:
    """Notices that wait to be sent. Of several processes that ask, one gets each."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    def note_ending_waivers(self, now: datetime) -> None:
        """Those that end within a week, and were not revoked, are to be told of; an approval is given for no time."""
        ends = waivers.c.until <= (now + ENDS_WITHIN).date()
        standing = and_(
            ends, waivers.c.until >= now.date(), waivers.c.revoked_at.is_(None), waivers.c.approved.is_(None)
        )
        with self._engines.reading() as connection:
            found = connection.execute(select(waivers).where(standing)).all()
        if not found:
            return
        with self._engines.writing() as connection:
            for row in found:
                detail = f"{row.title}; accepted by {row.approver} until {row.until.isoformat()}: {row.reason}"
                note(connection, "waiver", f"{row.id}/{row.until}", row.change_request, detail, now)

    def take(self, now: datetime, most: int = 20) -> tuple[Notice, ...]:
        """Notices to send now; each is given out again after a while unless it was `sent`."""
        ripe = and_(
            _N.sent_at.is_(None),
            _N.tries < MOST_TRIES,
            _N.at > now - FRESH,
            or_(_N.again_at.is_(None), _N.again_at <= now),
        )
        query = select(notices, change_requests).join(change_requests).where(ripe).order_by(_N.id).limit(most)
        with self._engines.reading() as reading:
            if reading.execute(query.limit(1)).first() is None:
                return ()
        with self._engines.writing() as connection:
            rows = connection.execute(query.with_for_update(skip_locked=True, of=notices)).mappings().all()
            for row in rows:
                wait = timedelta(minutes=2 ** row[_N.tries])
                change = {"tries": row[_N.tries] + 1, "again_at": now + wait}
                connection.execute(update(notices).where(_N.id == row[_N.id]).values(change))
            return tuple(Notice(row[_N.id], row[_N.kind], _ref(row), row[_N.detail], row[_N.tries] + 1) for row in rows)

    def sent(self, notice: Notice, now: datetime) -> None:
        """It was heard."""
        with self._engines.writing() as connection:
            connection.execute(update(notices).where(_N.id == notice.id).values(sent_at=now))


def _ref(row: Mapping[Any, Any]) -> ChangeRef:
    return ChangeRef(row[_CR.forge], row[_CR.repository], row[_CR.number], row[_CR.installation], row[_CR.merge_group])
