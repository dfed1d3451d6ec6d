"""What is to be told outside of the forges."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "notices",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("change_request", _KEY, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("detail", sa.String(2000), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("again_at", _TIME),
        sa.Column("sent_at", _TIME),
        sa.ForeignKeyConstraint(
            ["change_request"],
            ["change_requests.id"],
            name="fk_notices_change_request_change_requests",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("key", name="uq_notices_key"),
    )


def downgrade() -> None:
    """Backwards: what was not sent is not told."""
    op.drop_table("notices")
