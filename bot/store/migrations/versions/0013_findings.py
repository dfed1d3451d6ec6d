"""What is known of each finding, for lists and trends over all repositories; those of reviews kept before, too."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

from bot.store.found import findings_of

revision = "0013"
down_revision = "0012"

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_WIDTHS = {"state": 10, "grade": 20, "rule": 100, "title": 1000, "addresses": 4000, "roots": 1000, "file": 1000}


def upgrade() -> None:
    """Forwards."""
    table = op.create_table(
        "findings",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("change_request", _KEY, nullable=False),
        sa.Column("review", _KEY, nullable=False),
        sa.Column("fingerprint", sa.String(80), nullable=False),
        *(sa.Column(name, sa.String(width), nullable=False) for name, width in _WIDTHS.items()),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["change_request"],
            ["change_requests.id"],
            name="fk_findings_change_request_change_requests",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["review"], ["reviews.id"], name="fk_findings_review_reviews", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
        sa.UniqueConstraint("change_request", "fingerprint", name="uq_findings_change_request_fingerprint"),
    )
    op.create_index("ix_findings_review", "findings", ["review"])
    connection = op.get_bind()
    reviews = sa.table(
        "reviews",
        sa.column("id", sa.BigInteger),
        sa.column("change_request", sa.BigInteger),
        sa.column("at", sa.DateTime(timezone=True)),
        sa.column("review", sa.LargeBinary),
    )
    for key in connection.execute(sa.select(reviews.c.change_request).distinct()).scalars().all():
        query = sa.select(reviews.c.id, reviews.c.at, reviews.c.review).where(reviews.c.change_request == key)
        rows = _tracked(connection.execute(query.order_by(reviews.c.id)))
        if rows:
            connection.execute(sa.insert(table), [row | {"change_request": key} for row in rows])


def _tracked(reviews: Iterable[sa.Row[*tuple[Any, ...]]]) -> list[dict[str, Any]]:
    """The findings of one change request's reviews, the oldest first; a row that is no review says nothing."""
    known: dict[str, dict[str, Any]] = {}
    for key, at, packed in reviews:
        try:
            found = findings_of(zlib.decompress(packed))
        except (zlib.error, msgspec.DecodeError):
            continue
        now: dict[str, dict[str, Any]] = {}
        for one in found:
            first = min((known.pop(name)["first_at"] for name in one.names if name in known), default=at)
            told = {name: _fitted(name, value) for name, value in one.columns().items()}
            now[one.names[0]] = told | {
                "review": key, "fingerprint": one.names[0], "first_at": first, "gone_at": None
            }  # fmt: skip
        for row in known.values():
            row["gone_at"] = row["gone_at"] or at
        known |= now
    return list(known.values())


def _fitted(name: str, value: Any) -> Any:
    """As the column types of this program would write it."""
    if name not in _WIDTHS:
        return value
    clean = str(value).replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    return clean[: _WIDTHS[name]]


def downgrade() -> None:
    """Back."""
    op.drop_table("findings")
