"""What deliveries add to the tables, and how rows of change requests are found and read."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, Update, and_, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from bot.forges.event import Closed, CommandGiven, Event, ReviewWanted, SweepWanted, WorkRequest, requests_in
from bot.forges.port import ChangeRef
from bot.late_pattern import late_pattern
from bot.store.merges import record_merge
from bot.store.notices import note_merged
from bot.store.port import Lease
from bot.store.tables import change_requests, commands, open_heads, pushers, reviews, unfinished, waivers
from bot.store.waiting import Urgency
from bot.store.work_items import ReviewChange, Sweep, SweepRepository, WorkItem, item_at, key_of

_CR = change_requests.c

FRESH: Mapping[str, object] = {"attempts": 0, "retry_at": None, "error": ""}
"""Values of a change request whose present request has not been tried."""

RELEASED: Mapping[str, object] = {"lease_token": None, "lease_until": None}
"""Values of a change request nobody works on."""

AHEAD = timedelta(hours=3)
"""Nothing is put off for so long: what lies further ahead was written by a clock that was wrong, and counts as past."""


_COMMIT = late_pattern(r"[0-9a-f]{40}|[0-9a-f]{64}")


def insert_new(connection: Connection, table: Table, values: Mapping[str, object]) -> bool:
    """Insert a row unless one with the same unique key is there; whether it was inserted."""
    return connection.execute(_insert_new(connection.dialect.name, table), values).first() is not None


@functools.cache
def _insert_new(dialect: str, table: Table) -> ReturningInsert[Any]:
    """Made once: making a statement takes longer than carrying it out."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing().returning(table.c.id)


@functools.cache
def _upsert_review(dialect: str) -> ReturningInsert[Any]:
    """Wants a review of a change request in one statement, whether it is known or not."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    new = insert(change_requests)
    again = {
        **FRESH,
        "wanted": _CR.wanted + 1,
        "review_wanted": _CR.wanted + 1,
        "wanted_at": case((_CR.done >= _CR.wanted, new.excluded.wanted_at), else_=_CR.wanted_at),
        "closed": False,
        "dead": False,
        **{name: new.excluded[name] for name in ("rung_at", "installation", "head_hint", "patience", "delivery")},
    }
    key = ["forge", "repository", "number", "merge_group"]
    return new.on_conflict_do_update(index_elements=key, set_=again).returning(_CR.id)


def enqueue(connection: Connection, event: Event, at: datetime, delivery: str = "") -> None:
    """Add what `event` asks for to what is wanted of its change requests; `delivery` is the one it came in."""
    for wanted_work in requests_in(event):
        _raise(connection, wanted_work, at, delivery)


def _raise(connection: Connection, event: WorkRequest, at: datetime, delivery: str) -> None:
    if isinstance(event, Closed):
        _close(connection, event, at, delivery)
        return
    if isinstance(event, ReviewWanted):
        _want_review(connection, event, at, delivery)
        return
    if isinstance(event, SweepWanted):
        want_sweep(connection, SweepRepository(event.ref), at)
        return
    key, generation = _next_generation(connection, ReviewChange(event.ref), at)
    if insert_new(connection, commands, _command(event, key, generation, at)):
        _want(connection, key, generation, event.ref.account, at, delivery)


def want_sweep(connection: Connection, sweep: Sweep, at: datetime) -> None:
    """Want a place gone through."""
    key, generation = _next_generation(connection, sweep, at)
    _want(connection, key, generation, key_of(sweep)[3], at, "")


def _next_generation(connection: Connection, item: WorkItem, at: datetime) -> tuple[int, int]:
    key = row_of(connection, item, at)
    wanted: int = connection.execute(select(_CR.wanted).where(_CR.id == key).with_for_update()).scalar_one()
    return key, wanted + 1


def _want(connection: Connection, key: int, generation: int, account: int | None, at: datetime, delivery: str) -> None:
    values = {
        **FRESH,
        "wanted": generation,
        "wanted_at": case((_CR.done >= _CR.wanted, at), else_=_CR.wanted_at),
        "rung_at": at,
        "installation": account,
        "delivery": delivery,
    }
    connection.execute(update(change_requests).where(_CR.id == key).values(values))


def _close(connection: Connection, event: Closed, at: datetime, delivery: str) -> None:
    """Nothing more is reviewed; but a head whose review goes on, or was broken off, is owed a conclusion."""
    key = connection.execute(
        update(change_requests).where(is_of(event.ref)).values(closed=True, delivery=delivery).returning(_CR.id)
    ).scalar_one_or_none()
    if key is not None and event.on_default:
        record_merge(connection, key, at)
        note_merged(connection, key, at)
    connection.execute(delete(open_heads).where(open_heads.c.change_request == key, ~open_heads.c.begun))
    if connection.execute(select(open_heads.c.id).where(open_heads.c.change_request == key)).first() is not None:
        again = {**FRESH, "wanted": _CR.wanted + 1, "wanted_at": at, "rung_at": at}
        connection.execute(update(change_requests).where(_CR.id == key).values(again))


def _want_review(connection: Connection, event: ReviewWanted, at: datetime, delivery: str) -> None:
    wanted = {"wanted": 1, "review_wanted": 1, "rung_at": at, "delivery": delivery}
    patience = 2 if event.missed else 1 if event.from_fork else 0
    values = {**_new_row(ReviewChange(event.ref), at), **wanted, "head_hint": event.head, "patience": patience}
    key = connection.execute(_upsert_review(connection.dialect.name), values).scalar_one()
    if _COMMIT.fullmatch(event.head):
        insert_new(connection, open_heads, {"change_request": key, "head": event.head, "begun": False})
    if event.pusher:
        insert_new(connection, pushers, {"change_request": key, "login": event.pusher})


def row_of(connection: Connection, item: WorkItem, at: datetime) -> int:
    """The id of the row, made if it is new."""
    insert_new(connection, change_requests, _new_row(item, at))
    key: int = connection.execute(select(_CR.id).where(is_item(item))).scalar_one()
    return key


def _new_row(item: WorkItem, at: datetime) -> dict[str, object]:
    """A row of which nothing is wanted yet."""
    return {
        **_columns(item),
        "wanted": 0,
        "review_wanted": 0,
        "done": 0,
        "wanted_at": at,
        "closed": False,
        "dead": False,
        "head_hint": "",
        "reviewed_head": "",
        "patience": 0,
        "delivery": "",
        **FRESH,
    }


def _command(event: CommandGiven, key: int, generation: int, at: datetime) -> dict[str, object]:
    # The earlier of the forge's clock and ours, by which reviews are dated: of two clocks one may go wrong.
    return {
        "written_at": min(event.written_at, at) if event.written_at else None,
        "change_request": key,
        "comment": event.comment,
        "author": event.author,
        "text": event.text,
        "generation": generation,
        "done": False,
    }


def waiting_commands(connection: Connection, row: Row[*tuple[Any, ...]]) -> tuple[CommandGiven, ...]:
    """The commands on a change request that have not been answered, in the order they came; a place has none."""
    if not row.number:
        return ()
    query = select(commands).where(commands.c.change_request == row.id, ~commands.c.done).order_by(commands.c.id)
    ref = ref_of(row)
    return tuple(
        CommandGiven(ref, found.comment, found.author, found.text, found.written_at)
        for found in connection.execute(query)
    )


def answer_commands(connection: Connection, key: int, generation: int) -> None:
    """Mark what was asked up to `generation` as answered."""
    asked = and_(commands.c.change_request == key, commands.c.generation <= generation)
    connection.execute(update(commands).where(asked).values(done=True))


def is_of(ref: ChangeRef) -> ColumnElement[bool]:
    """The row of a change request."""
    return is_item(ReviewChange(ref))


def is_item(item: WorkItem) -> ColumnElement[bool]:
    """The row of `item`."""
    forge, repository, number, _, group = key_of(item)
    at = (_CR.forge == forge, _CR.repository == repository, _CR.number == number, _CR.merge_group == group)
    return and_(*at)


def _columns(item: WorkItem) -> dict[str, object]:
    names = ("forge", "repository", "number", "installation", "merge_group")
    return dict(zip(names, key_of(item), strict=True))


def item_in(row: Row[*tuple[Any, ...]]) -> WorkItem:
    """What a row is about."""
    return item_at(row.forge, row.repository, row.number, row.installation, row.merge_group)


def is_free(now: datetime) -> ColumnElement[bool]:
    """Rows with unfinished work that may be tried now and that nobody holds."""
    unheld = or_(_CR.lease_until.is_(None), _CR.lease_until <= now, _CR.lease_until > now + AHEAD)
    ripe = or_(_CR.retry_at.is_(None), _CR.retry_at <= now, _CR.retry_at > now + AHEAD)
    return and_(unfinished, unheld, ripe)


_ASKED = select(commands.c.id).where(commands.c.change_request == _CR.id, ~commands.c.done).correlate(change_requests)

urgency: ColumnElement[int] = case(
    (_CR.number == 0, Urgency.SWEEP.value),
    (and_(_CR.wanted > _CR.review_wanted, _ASKED.exists()), Urgency.COMMAND.value),
    else_=_CR.patience + Urgency.REVIEW.value,
)
"""How urgent a row's work is, an `Urgency`. A command on a change whose review waits too is urgent with it."""


def is_over(before: datetime) -> ColumnElement[bool]:
    """Change requests that were closed and of which nothing is kept: no review, no decision, no work."""
    kept = (select(table.c.id).where(table.c.change_request == _CR.id).exists() for table in (reviews, waivers))
    idle = and_(_CR.number > 0, _CR.closed, ~unfinished, _CR.wanted_at < before, _CR.lease_token.is_(None))
    return and_(idle, *(~each for each in kept))


def held(lease: Lease) -> Update:
    """An update of the row as long as `lease` holds it."""
    return update(change_requests).where(is_item(lease.item), _CR.lease_token == lease.token)


def ref_of(row: Row[*tuple[Any, ...]]) -> ChangeRef:
    """The change request that a row is about, which is one of a change request."""
    return ChangeRef(row.forge, row.repository, row.number, row.installation, row.merge_group)
