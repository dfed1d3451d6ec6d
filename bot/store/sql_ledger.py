"""The Ledger on a SQL database: every method is one short transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, delete, or_, select, update

from bot.forges.event import ReviewWanted
from bot.forges.port import ChangeRef
from bot.review.identity import Accepted, Fingerprint, read_accepted, read_fingerprint
from bot.store.database import Engines
from bot.store.ledger import GivenWaiver
from bot.store.tables import answers, change_requests, findings, open_heads, pushers, waivers
from bot.store.work_items import ReviewChange
from bot.store.work_requests import AHEAD, enqueue, insert_new, is_of, ref_of, row_of

_CR = change_requests.c
_F = findings.c
_W = waivers.c
_H = open_heads.c
_A = answers.c
_OTHER = change_requests.alias().c
"""Those of another change request; made once, as that takes longer than to ask."""

OUTSIDERS_WAIT = timedelta(hours=1)
"""So long somebody from outside has one answer in a repository."""


class SqlLedger:
    """See `bot.store.ledger.Ledger`."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    def accept(self, waiver: GivenWaiver, earlier: Sequence[Fingerprint] = ()) -> bool:
        """Record a waiver, in place of an earlier one for the same finding; False if that comment's is known."""
        with self._engines.writing() as connection:
            key = connection.execute(select(_CR.id).where(is_of(waiver.ref))).scalar_one()
            if not insert_new(connection, waivers, _values(waiver, key)):
                return False
            same = and_(
                _W.change_request == key,
                _W.fingerprint.in_(_texts(waiver.of, earlier)),
                _W.comment != waiver.comment,
                _W.revoked_at.is_(None),
            )
            ended = {"revoked_by": waiver.approver, "revoked_at": waiver.given_at}
            connection.execute(update(waivers).where(same).values(ended))
            return True

    def settle_approvals(self, ref: ChangeRef, standing: Sequence[GivenWaiver], at: datetime) -> frozenset[str]:
        """`standing` is all there is of what approvals accept; returns those in it that have ended before."""
        with self._engines.writing() as connection:
            key = connection.execute(select(_CR.id).where(is_of(ref))).scalar_one()
            here = _W.change_request == key
            given = and_(here, _W.approved.is_not(None), _W.revoked_at.is_(None))
            gone = _W.comment.not_in({one.comment for one in standing})
            connection.execute(update(waivers).where(given, gone).values(revoked_at=at))
            rows = connection.execute(select(_W.comment, _W.fingerprint, _W.revoked_at).where(here)).all()
            # By its approval, not by its fingerprint: what is bound anew has another one since.
            known = {row.comment for row in rows}
            for one in standing:
                if one.comment not in known:
                    insert_new(connection, waivers, _values(one, key))
        counts = [row for row in rows if row.revoked_at is None]
        accepted, kept = {row.fingerprint for row in counts}, {row.comment for row in counts}
        lost = {row.comment for row in rows if row.fingerprint not in accepted} - kept
        return frozenset(one.comment for one in standing) & lost

    def bind(self, waiver: GivenWaiver, to: Fingerprint, finding: bytes) -> None:
        """Have a waiver that stands go for that fingerprint from now on; it keeps what it was given for."""
        here = select(_CR.id).where(is_of(waiver.ref)).scalar_subquery()
        this = and_(_W.change_request == here, _W.comment == waiver.comment, _W.fingerprint == str(waiver.of))
        values = {"fingerprint": str(to), "given_for": str(waiver.given_for or waiver.of), "finding": finding}
        with self._engines.writing() as connection:
            connection.execute(update(waivers).where(this, _W.revoked_at.is_(None)).values(values))

    def revoke(self, ref: ChangeRef, of: Accepted, by: str, at: datetime) -> int:
        """End the waivers of one finding; how many there were."""
        here = select(_CR.id).where(is_of(ref)).scalar_subquery()
        meant = and_(_W.change_request == here, _W.fingerprint == str(of), _W.revoked_at.is_(None))
        with self._engines.writing() as connection:
            stands = and_(_F.change_request == here, _F.fingerprint == str(of), _F.state == "accepted")
            again = {"state": "open", "accepted_at": None, "accepted_until": None, "accepted_by": ""}
            connection.execute(update(findings).where(stands).values(again))
            return connection.execute(
                update(waivers).where(meant).values({"revoked_by": by, "revoked_at": at})
            ).rowcount

    def waivers(self, ref: ChangeRef) -> tuple[GivenWaiver, ...]:
        """Those given on one change request and not revoked, expired ones too, in the order they were given."""
        return self._read(_joined().where(is_of(ref), _W.revoked_at.is_(None)).order_by(_W.id))

    def all_waivers(self, repository: str = "") -> tuple[GivenWaiver, ...]:
        """Those of one repository or of all, revoked and expired ones too, the newest first."""
        query = _joined().order_by(_W.id.desc())
        return self._read(query.where(_CR.repository == repository) if repository else query)

    def _read(self, query: Select[Any]) -> tuple[GivenWaiver, ...]:
        with self._engines.reading() as connection:
            return tuple(map(_waiver, connection.execute(query)))

    def pushers(self, ref: ChangeRef) -> frozenset[str]:
        """Who is known to have pushed to the change request."""
        query = select(pushers.c.login).join(change_requests).where(is_of(ref))
        with self._engines.reading() as connection:
            return frozenset(connection.execute(query).scalars())

    def pause(self, ref: ChangeRef, paused: bool) -> None:
        """Have the bot keep silent on a change request, or speak again."""
        self._set(ref, {"paused": paused})

    def paused(self, ref: ChangeRef) -> bool:
        """Whether it is to keep silent."""
        with self._engines.reading() as connection:
            return bool(connection.execute(select(_CR.paused).where(is_of(ref))).scalar_one_or_none())

    def revisit(self, ref: ChangeRef, at: datetime | None) -> None:
        """Have the change request reviewed again at a time; None takes that back."""
        self._set(ref, {"revisit_at": at})

    def _set(self, ref: ChangeRef, values: dict[str, object]) -> None:
        with self._engines.writing() as connection:
            connection.execute(update(change_requests).where(is_of(ref)).values(values))

    def begin(self, ref: ChangeRef, head: str) -> None:
        """The forge is about to be told that this head is being reviewed: it is owed a conclusion from now on."""
        with self._engines.writing() as connection:
            key = row_of(connection, ReviewChange(ref), datetime.now(UTC))
            if not insert_new(connection, open_heads, {"change_request": key, "head": head, "begun": True}):
                this = and_(_H.change_request == key, _H.head == head)
                connection.execute(update(open_heads).where(this).values(begun=True))

    def passed_over(self, ref: ChangeRef, current: str) -> tuple[str, ...]:
        """Heads that are owed a conclusion and are the change request's no more, now that its head is `current`."""
        same_head = or_(_OTHER.head_hint == _H.head, _OTHER.reviewed_head == _H.head)
        is_open = and_(_OTHER.number > 0, _OTHER.merge_group == "", ~_OTHER.closed)
        shared = select(_OTHER.id).where(_OTHER.forge == _CR.forge, _OTHER.id != _CR.id, same_head, is_open).exists()
        left = and_(_H.head != current, _H.head != _CR.head_hint) if current else _H.begun
        query = select(_H.head).join(change_requests).where(is_of(ref), left, ~shared).order_by(_H.id)
        with self._engines.reading() as connection:
            return tuple(connection.execute(query).scalars())

    def concluded(self, ref: ChangeRef, heads: Sequence[str]) -> None:
        """Nothing is owed to these heads any more."""
        here = select(_CR.id).where(is_of(ref)).scalar_subquery()
        with self._engines.writing() as connection:
            connection.execute(delete(open_heads).where(_H.change_request == here, _H.head.in_(heads)))

    def may_answer(self, ref: ChangeRef, person: str, comment: str, now: datetime) -> bool:
        """Whether somebody from outside gets a reply to that comment: one an hour in each repository; it is noted."""
        key = {"forge": ref.forge, "repository": ref.repository.lower(), "person": person.casefold()}
        this = and_(*(answers.c[name] == value for name, value in key.items()))
        # What lies ahead was written by a clock that was wrong, and counts as past.
        old = or_(_A.at <= now - OUTSIDERS_WAIT, _A.at > now + AHEAD)
        with self._engines.writing() as connection:
            connection.execute(delete(answers).where(_A.at <= now - OUTSIDERS_WAIT, ~this))
            if insert_new(connection, answers, {**key, "comment": comment, "at": now}):
                return True
            again = connection.execute(select(_A.id).where(this, _A.comment == comment)).first() is not None
            changed = connection.execute(update(answers).where(this, old).values(comment=comment, at=now))
            return again or changed.rowcount == 1

    def wake(self, now: datetime) -> tuple[ChangeRef, ...]:
        """Want a review of every open change request whose time to be revisited has come; which they were."""
        query = select(change_requests).where(_CR.revisit_at <= now, ~_CR.closed)
        with self._engines.reading() as reading:
            if reading.execute(query.limit(1)).first() is None:
                return ()
        with self._engines.writing() as connection:
            rows: Sequence[Row[Any]] = connection.execute(query.with_for_update(skip_locked=True)).all()
            for row in rows:
                enqueue(connection, ReviewWanted(ref_of(row), row.reviewed_head, "a waiver has run out"), now)
            told = _CR.id.in_([row.id for row in rows])
            connection.execute(update(change_requests).where(told).values(revisit_at=None, rung_at=None))
            return tuple(map(ref_of, rows))


def _values(waiver: GivenWaiver, change_request: int) -> dict[str, object]:
    return {
        "change_request": change_request,
        "fingerprint": str(waiver.of),
        "scope": json.dumps(waiver.scope).encode(),
        "grade": waiver.grade,
        "title": waiver.title,
        "reason": waiver.reason,
        "approver": waiver.approver,
        "until": waiver.until,
        "comment": waiver.comment,
        "given_at": waiver.given_at,
        "finding": waiver.finding or None,
        "approved": waiver.approved or None,
    }


def _texts(of: Accepted, earlier: Sequence[Fingerprint]) -> set[str]:
    """All that a waiver of the same may be kept under."""
    every = [of, *earlier]
    return {str(one) for one in every} | {str(one.short) for one in every if isinstance(one, Fingerprint)}


def _joined() -> Select[Any]:
    about = (_CR.forge, _CR.repository, _CR.number, _CR.installation, _CR.merge_group)
    return select(waivers, *about).join(change_requests)


def _waiver(row: Row[Any]) -> GivenWaiver:
    scope = tuple(json.loads(row.scope))
    return GivenWaiver(
        ref=ref_of(row),
        of=read_accepted(row.fingerprint, scope),
        scope=scope,
        grade=row.grade,
        title=row.title,
        reason=row.reason,
        approver=row.approver,
        until=row.until,
        comment=row.comment,
        given_at=row.given_at,
        revoked_by=row.revoked_by or "",
        revoked_at=row.revoked_at,
        finding=row.finding or b"",
        given_for=read_fingerprint(row.given_for or ""),
        approved=row.approved or "",
    )
