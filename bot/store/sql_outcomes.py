"""The FindingOutcomes of findings in a SQL database."""

from __future__ import annotations

from collections.abc import Set
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, func, or_, select

from bot.store.database import Engines
from bot.store.finding_outcomes import AcceptedRisk, FindingOutcome
from bot.store.found import Place
from bot.store.sql_found import COUNTED, WHOLE, among, tracked
from bot.store.tables import change_requests, findings

_F = findings.c
_CR = change_requests.c
_STANDS = and_(_F.gone_at.is_(None), or_(~_CR.closed, _F.accepted_at.is_not(None)))


class SqlOutcomes:
    """See `bot.store.finding_outcomes.FindingOutcomes`."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    def since(self, places: Set[Place] | None, since: datetime, grades: Set[str]) -> tuple[FindingOutcome, ...]:
        """All that happened since then, and all that stands now."""
        moments = (_F.first_at, _F.gone_at, _F.accepted_at, _CR.merged_at)
        days = [func.date(moment, type_=String) for moment in moments]
        about = (_CR.forge, _CR.repository, _F.file, _F.owners, _F.fixed, _F.accepted_until, *days)
        query = select(*about).select_from(findings.join(change_requests))
        happened = or_(_STANDS, *(moment >= since for moment in moments))
        with self._engines.reading() as connection:
            rows = connection.execute(query.where(_counts(places, grades), happened)).all()
        day, lists = _Days(), _Lists()
        return tuple(
            FindingOutcome(
                (forge, repository),
                file,
                lists[owners],
                day[opened],
                day[gone],
                fixed,
                day[accepted],
                until,
                day[merged],
            )
            for forge, repository, file, owners, fixed, until, opened, gone, accepted, merged in rows
        )

    def accepted(
        self, places: Set[Place] | None, today: date, grades: Set[str], number: int
    ) -> tuple[AcceptedRisk, ...]:
        """What is accepted today, the longest accepted first."""
        in_force = and_(_F.gone_at.is_(None), _F.accepted_at.is_not(None), _F.accepted_until >= today)
        query = WHOLE.add_columns(_CR.merged_at).where(_counts(places, grades), in_force)
        with self._engines.reading() as connection:
            rows = connection.execute(query.order_by(_F.accepted_at, _F.id).limit(number)).all()
        lists = _Lists()
        return tuple(
            AcceptedRisk(
                finding=tracked(row),
                owners=lists[row.owners],
                since=row.accepted_at,
                until=row.accepted_until,
                by=row.accepted_by,
                merged=row.merged_at is not None,
            )
            for row in rows
        )


def _counts(places: Set[Place] | None, grades: Set[str]) -> ColumnElement[bool]:
    there = or_(~_CR.closed, _CR.merged_at.is_not(None))
    return and_(_F.state.in_(COUNTED), _CR.merge_group == "", there, _F.grade.in_(sorted(grades)), among(places))


class _Days(dict[Any, Any]):
    """Days as databases give them, text or date, None for none: most come many times."""

    def __missing__(self, given: object) -> date | None:
        day = self[given] = None if given is None else date.fromisoformat(str(given))
        return day


class _Lists(dict[str, tuple[str, ...]]):
    """The lines of texts that come many times."""

    def __missing__(self, text: str) -> tuple[str, ...]:
        lines = self[text] = tuple(text.split("\n")) if text else ()
        return lines
