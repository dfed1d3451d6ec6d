"""Heads that a conclusion is owed to: heard of or begun, and not concluded yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "open_heads",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("change_request", _KEY, nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("begun", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(
            ["change_request"],
            ["change_requests.id"],
            name="fk_open_heads_change_request_change_requests",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_open_heads"),
        sa.UniqueConstraint("change_request", "head", name="uq_open_heads_change_request_head"),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("open_heads")
