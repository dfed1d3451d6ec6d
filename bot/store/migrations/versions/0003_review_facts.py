"""Figures about each kept review, for lists and trends; those kept before get theirs here."""

from __future__ import annotations

import zlib

import msgspec
import sqlalchemy as sa
from alembic import op

from bot.store.review_archive import facts_of

revision = "0003"
down_revision = "0002"

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Forwards."""
    table = op.create_table(
        "review_facts",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("review", _KEY, nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("grade", sa.String(20), nullable=False),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("open", sa.Integer, nullable=False),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.Column("undecided", sa.Integer, nullable=False),
        sa.Column("lost", sa.Integer, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("lost_points", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("gaps", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["review"], ["reviews.id"], name="fk_review_facts_review_reviews", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_review_facts"),
        sa.UniqueConstraint("review", name="uq_review_facts_review"),
    )
    connection = op.get_bind()
    reviews = sa.table("reviews", sa.column("id", sa.BigInteger), sa.column("review", sa.LargeBinary))
    for key in connection.execute(sa.select(reviews.c.id)).scalars().all():
        content = connection.execute(sa.select(reviews.c.review).where(reviews.c.id == key)).scalar_one()
        facts = _facts(content)
        if facts is not None:
            connection.execute(sa.insert(table).values(review=key, **facts))


def _facts(packed: bytes) -> dict[str, object] | None:
    """None for a row that is no review: it stays, and no list shows it."""
    try:
        facts = msgspec.to_builtins(facts_of(zlib.decompress(packed)))
    except (zlib.error, msgspec.DecodeError):
        return None
    return {**facts, "gaps": zlib.compress(msgspec.json.encode(facts["gaps"]), 1)}


def downgrade() -> None:
    """Back."""
    op.drop_table("review_facts")
