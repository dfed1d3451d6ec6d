"""What a merge into the default branch changes: what it grants is there now, and what it takes away is not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.store.tables import change_requests, findings

_CR = change_requests.c
_F = findings.c


def record_merge(connection: Connection, change_request: int, at: datetime) -> None:
    """Of what earlier merges brought into the repository that is fixed which this one takes away as a whole."""
    connection.execute(update(change_requests).where(_CR.id == change_request).values(merged_at=at))
    place = select(_CR.forge, _CR.repository).where(_CR.id == change_request).subquery().c
    there = (_CR.forge == place.forge, _CR.repository == place.repository, _CR.merged_at.is_not(None))
    merged = select(_CR.id).where(*there, _CR.id != change_request)
    here = (_F.change_request == change_request, _F.state == "lost", _F.gone_at.is_(None))
    taken_away = select(_F.fingerprint).where(*here)
    standing = (_F.change_request.in_(merged), _F.fingerprint.in_(taken_away), _F.gone_at.is_(None), _F.state != "lost")
    connection.execute(update(findings).where(*standing).values(gone_at=at, fixed=True))
