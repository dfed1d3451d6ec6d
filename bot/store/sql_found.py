"""Findings in a SQL database: kept with each review, and asked for over all repositories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    and_,
    case,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from bot.review.identity import ThreadKey, read_fingerprint
from bot.store.database import Engines
from bot.store.found import (
    DayCount,
    DayEvent,
    FindingQuery,
    FoundFinding,
    Place,
    PlaceCount,
    TrackedFinding,
    findings_of,
)
from bot.store.port import StoredReview
from bot.store.tables import change_requests, findings, reviews, waivers
from bot.store.work_requests import ref_of

_ABOUT = ("forge", "repository", "number", "installation", "merge_group", "closed")
_FOUND = findings.c
_CR = change_requests.c
_W = waivers.c

_FINDINGS = findings.join(change_requests)
WHOLE = select(findings, reviews.c.head, reviews.c.at, *(_CR[name] for name in _ABOUT)).select_from(
    _FINDINGS.join(reviews, _FOUND.review == reviews.c.id)
)
"""Findings with what else there is to say of them."""

_MADE = ("ref", "addresses", "roots")
COUNTED = ("open", "accepted")
"""The states of what is gained."""

_ORDER = ("critical", "high", "medium", "low")


def track_findings(connection: Connection, change_request: int, review: int, told: StoredReview) -> None:
    """Keep what a change request's newest review found, in the same transaction; what it has no more is gone."""
    here, at, content = _FOUND.change_request == change_request, told.at, told.review
    known = connection.execute(select(_FOUND.fingerprint, _FOUND.first_at, _FOUND.accepted_at).where(here)).all()
    since = {row.fingerprint: row.first_at for row in known}
    accepted = {row.fingerprint: row.accepted_at for row in known if row.accepted_at is not None}
    found = findings_of(content)
    again = [name for one in found for name in one.names if name in since]
    kept = {"change_request": change_request, "review": review}
    rows = [_row(one, since, at) | _outcome(one, accepted, at) | kept for one in found]
    connection.execute(delete(findings).where(here, _FOUND.fingerprint.in_(again)))
    _let_go(connection, here, [name for name in since if _thread(name) in told.fixed], at)
    if rows:
        connection.execute(insert(findings), rows)


def _let_go(connection: Connection, here: ColumnElement[bool], fixed: Sequence[str], at: datetime) -> None:
    """What is left of earlier reviews is gone, and some of it shown to be."""
    gone = update(findings).where(here, _FOUND.gone_at.is_(None))
    connection.execute(gone.where(_FOUND.fingerprint.in_(fixed)).values(gone_at=at, fixed=True))
    connection.execute(gone.values(gone_at=at))


def _thread(fingerprint: str) -> ThreadKey | None:
    known = read_fingerprint(fingerprint)
    return known.thread if known else None


def _row(one: FoundFinding, since: Mapping[str, datetime], at: datetime) -> dict[str, object]:
    first = min((since[name] for name in one.names if name in since), default=at)
    return one.columns() | {"fingerprint": one.names[0], "first_at": first}


def _outcome(one: FoundFinding, accepted: Mapping[str, datetime], at: datetime) -> dict[str, object]:
    """Since when it is accepted, if it is; one that was accepted before goes on being so."""
    before = min((accepted[name] for name in one.names if name in accepted), default=at)
    return {
        "owners": "\n".join(one.owners),
        "fixed": False,
        "accepted_at": before if one.state == "accepted" else None,
        "accepted_until": one.accepted_until,
        "accepted_by": one.accepted_by,
    }


class SqlFindings:
    """See `bot.store.found.Findings`."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    def counts(self, asked: FindingQuery) -> tuple[PlaceCount, ...]:
        """Those that are asked for, by repository and grade."""
        query = select(_CR.forge, _CR.repository, _FOUND.grade, func.count()).select_from(_FINDINGS)
        query = query.where(_meant(asked)).group_by(_CR.forge, _CR.repository, _FOUND.grade)
        with self._engines.reading() as connection:
            return tuple(PlaceCount((row[0], row[1]), row[2], row[3]) for row in connection.execute(query))

    def listed(self, asked: FindingQuery, start: int, number: int) -> tuple[TrackedFinding, ...]:
        """Those that are asked for from a place on, the worst first, of one grade the oldest first."""
        worst = case({grade: place for place, grade in enumerate(_ORDER)}, value=_FOUND.grade, else_=len(_ORDER))
        wanted = select(_FOUND.id).select_from(_FINDINGS).where(_meant(asked))
        wanted = wanted.order_by(worst, _FOUND.first_at, _FOUND.id).offset(start).limit(number)
        with self._engines.reading() as connection:
            keys = connection.execute(wanted).scalars().all()
            rows = {row.id: row for row in connection.execute(WHOLE.where(_FOUND.id.in_(keys)))}
        return tuple(tracked(rows[key]) for key in keys)

    def gained_in(self, place: Place, number: int) -> tuple[TrackedFinding, ...]:
        """What changes of a repository gain or gained, closed ones too, but for what is gone; the newest first."""
        there = and_(_CR.forge == place[0], _CR.repository == place[1], _CR.merge_group == "")
        query = WHOLE.where(there, _FOUND.gone_at.is_(None), _FOUND.state.in_(COUNTED))
        with self._engines.reading() as connection:
            rows = connection.execute(query.order_by(_FOUND.review.desc(), _FOUND.id).limit(number))
            return tuple(map(tracked, rows))

    def by_day(self, places: Set[Place] | None, since: datetime) -> tuple[DayCount, ...]:
        """What happened on each day, in order."""
        counted = _FOUND.state.in_(COUNTED)
        given = select(_W.given_at.label("at"), _W.grade).select_from(waivers.join(change_requests))
        events: tuple[tuple[DayEvent, Select[Any]], ...] = (
            ("found", select(_FOUND.first_at.label("at"), _FOUND.grade).select_from(_FINDINGS).where(counted)),
            ("gone", select(_FOUND.gone_at.label("at"), _FOUND.grade).select_from(_FINDINGS).where(counted)),
            ("accepted", given),
        )
        found: list[DayCount] = []
        with self._engines.reading() as connection:
            for event, query in events:
                every = query.where(_CR.merge_group == "", among(places)).subquery().c
                day = func.date(every.at, type_=String)
                counts = select(day, every.grade, func.count()).where(every.at >= since).group_by(day, every.grade)
                for on, grade, number in connection.execute(counts):
                    found.append(DayCount(date.fromisoformat(str(on)), event, grade, number))
        return tuple(sorted(found, key=lambda one: one.day))


def _meant(asked: FindingQuery) -> ColumnElement[bool]:
    """The findings that are asked for."""
    is_open = and_(~_CR.closed, _FOUND.state == asked.standing)
    standing = and_(_CR.closed, _FOUND.state == "open") if asked.standing == "closed" else is_open
    told = _FOUND.title + " " + _FOUND.rule + " " + _FOUND.file + " " + _CR.repository
    words = (func.lower(told).contains(word.lower(), autoescape=True) for word in asked.words)
    graded = _FOUND.grade == asked.grade if asked.grade else true()
    return and_(_FOUND.gone_at.is_(None), _CR.merge_group == "", standing, graded, among(asked.places), *words)


def among(places: Set[Place] | None) -> ColumnElement[bool]:
    """The repositories forge by forge: a list of names is looked up in a table, one of pairs is gone through."""
    if places is None:
        return true()
    names = {forge: sorted(name for where, name in places if where == forge) for forge, _ in places}
    return or_(false(), *(and_(_CR.forge == forge, _CR.repository.in_(those)) for forge, those in names.items()))


def tracked(row: Row[Any]) -> TrackedFinding:
    """What a row of WHOLE says."""
    told = {name: getattr(row, name) for name in TrackedFinding.__dataclass_fields__ if name not in _MADE}
    addresses, roots = tuple(row.addresses.split("\n")), tuple(row.roots.split("\n")) if row.roots else ()
    return TrackedFinding(ref=ref_of(row), addresses=addresses, roots=roots, **told)
