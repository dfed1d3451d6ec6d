"""Keys of the server's own: what sessions and links are signed with where the configuration names nothing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "made_secrets",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.String(100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_made_secrets"),
        sa.UniqueConstraint("name", name="uq_made_secrets_name"),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("made_secrets")
