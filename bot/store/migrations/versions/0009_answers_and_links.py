"""When somebody from outside was answered last, and which links to reports have been ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "answers",
        _key(),
        sa.Column("forge", sa.String(40), nullable=False),
        sa.Column("repository", sa.String(400), nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("comment", sa.String(100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sa.UniqueConstraint("forge", "repository", "person", name="uq_answers_forge_repository_person"),
    )
    op.create_table(
        "ended_links",
        _key(),
        sa.Column("forge", sa.String(40), nullable=False),
        sa.Column("repository", sa.String(400), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ended_links"),
        sa.UniqueConstraint("forge", "repository", "number", name="uq_ended_links_forge_repository_number"),
    )


def downgrade() -> None:
    """Backwards: links that were ended open again until they are too old."""
    op.drop_table("ended_links")
    op.drop_table("answers")
