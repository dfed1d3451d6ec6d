"""The Archive on a SQL database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, ColumnElement, Connection, Row, Select, and_, cast, func, insert, select

from bot.forges.port import ChangeRef
from bot.late_pattern import late_pattern
from bot.store.database import Engines
from bot.store.found import Place
from bot.store.review_archive import ArchivedReview, RepositoryFacts, ReviewFacts, facts_of
from bot.store.tables import change_requests, review_facts, reviews
from bot.store.work_requests import is_of, ref_of

MAX_KEPT = 100
"""So far back it is looked for what an earlier comment tells of."""

_HEAD = late_pattern(r"[0-9a-f]{7,64}")

_CR = change_requests.c
_R = reviews.c
_F = review_facts.c

_NEWER = reviews.alias("newer")
_NEWEST = ~select(_NEWER.c.id).where(_NEWER.c.change_request == _R.change_request, _NEWER.c.id > _R.id).exists()


def record_facts(connection: Connection, review: int, content: bytes) -> None:
    """Keep the figures of a review beside it, in the same transaction."""
    facts = facts_of(content)
    values: Mapping[str, object] = {
        name: getattr(facts, name) for name in facts.__dataclass_fields__ if name != "gaps"
    } | {"gaps": msgspec.json.encode(facts.gaps)}
    connection.execute(insert(review_facts).values(review=review, **values))


class SqlArchive:
    """See `bot.store.review_archive.Archive`."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    def review(self, review: int) -> tuple[ArchivedReview, bytes] | None:
        """A kept review and its JSON, by id."""
        with self._engines.reading() as connection:
            row = connection.execute(_listed(_R.review).where(_R.id == review)).first()
        return None if row is None else (_archived(row), row.review)

    def of_head(self, ref: ChangeRef, head: str) -> int | None:
        """The id of the newest kept review of a head (a prefix of at least seven digits will do)."""
        if not _HEAD.fullmatch(head):
            return None
        here = and_(_CR.forge == ref.forge, _CR.repository == ref.repository, _CR.number == ref.number)
        query = select(_R.id).join(change_requests).where(here, _R.head.startswith(head))
        with self._engines.reading() as connection:
            return connection.execute(query.order_by(_R.id.desc()).limit(1)).scalar()

    def kept(self, ref: ChangeRef) -> Iterator[bytes]:
        """The JSON of a change request's newest reviews, the newest first, one by one as they are asked for."""
        query = select(_R.id).join(change_requests).where(is_of(ref)).order_by(_R.id.desc()).limit(MAX_KEPT)
        with self._engines.reading() as connection:
            every = connection.execute(query).scalars().all()
        for review in every:
            with self._engines.reading() as connection:
                content = connection.execute(select(_R.review).where(_R.id == review)).scalar_one_or_none()
            if content is not None:  # else it has been forgotten meanwhile
                yield content

    def previous(self, review: int) -> int | None:
        """The id of the newest earlier review of the same change request at another head."""
        this = reviews.alias("this")
        earlier = and_(_R.change_request == this.c.change_request, _R.id < this.c.id, _R.head != this.c.head)
        query = select(_R.id).join(this, earlier).where(this.c.id == review).order_by(_R.id.desc()).limit(1)
        with self._engines.reading() as connection:
            return connection.execute(query).scalar()

    def repositories(self) -> tuple[RepositoryFacts, ...]:
        """Every repository with a kept review, the one reviewed last first."""
        kept = select(_R.change_request, func.count().label("number"), func.max(_R.id).label("newest"))
        each = kept.group_by(_R.change_request).subquery()
        newest = reviews.join(each, _R.id == each.c.newest).join(change_requests)
        query = (
            select(
                _CR.forge,
                _CR.repository,
                cast(func.sum(each.c.number), BigInteger),
                func.max(_R.at),
                func.count(_F.id),
                func.coalesce(func.sum(_F.open), 0),
                func.count(_F.id).filter(_F.verdict == "fail"),
            )
            .select_from(newest.outerjoin(review_facts, and_(_F.review == _R.id, ~_CR.closed)))
            .group_by(_CR.forge, _CR.repository)
            .order_by(func.max(_R.id).desc())
        )
        with self._engines.reading() as connection:
            return tuple(RepositoryFacts(*row) for row in connection.execute(query))

    def places(self) -> tuple[Place, ...]:
        """The forge and name of every repository that anything is known of, the one heard of last first."""
        query = select(_CR.forge, _CR.repository).where(_CR.number > 0).group_by(_CR.forge, _CR.repository)
        with self._engines.reading() as connection:
            return tuple((row[0], row[1]) for row in connection.execute(query.order_by(func.max(_CR.id).desc())))

    def reviews(
        self, forge: str = "", repository: str = "", since: datetime | None = None, limit: int = 500
    ) -> tuple[ArchivedReview, ...]:
        """Kept reviews, the newest first; of one repository or of all."""
        query = _listed()
        if forge:
            query = query.where(_CR.forge == forge)
        if repository:
            query = query.where(_CR.repository == repository)
        if since is not None:
            query = query.where(_R.at >= since)
        with self._engines.reading() as connection:
            return tuple(map(_archived, connection.execute(query.order_by(_R.id.desc()).limit(limit))))


def _listed(*more: ColumnElement[Any]) -> Select[Any]:
    facts = [column for column in review_facts.c if column.name not in ("id", "review")]
    about = (_CR.forge, _CR.repository, _CR.number, _CR.installation, _CR.merge_group, _CR.closed)
    return select(
        _R.id.label("review_id"), _R.head, _R.merge_base, _R.at, _NEWEST.label("newest"), *about, *facts, *more
    ).select_from(reviews.join(change_requests).join(review_facts, _F.review == _R.id))


def _archived(row: Row[Any]) -> ArchivedReview:
    figures = {name: getattr(row, name) for name in ReviewFacts.__dataclass_fields__ if name != "gaps"}
    return ArchivedReview(
        id=row.review_id,
        ref=ref_of(row),
        head=row.head,
        merge_base=row.merge_base,
        at=row.at,
        facts=ReviewFacts(**figures, gaps=msgspec.json.decode(row.gaps)),
        closed=row.closed,
        newest=bool(row.newest),
    )
