"""Whole fingerprints of accepted findings, and when a command was written; those kept before stay as they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Forwards."""
    with op.batch_alter_table("waivers") as table:
        table.alter_column("fingerprint", type_=sa.String(64), existing_type=sa.String(16), existing_nullable=False)
    op.add_column("commands", sa.Column("written_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Backwards: of a whole fingerprint the digits stay that an earlier release compares."""
    op.drop_column("commands", "written_at")
    op.execute("UPDATE waivers SET fingerprint = substr(fingerprint, 1, 16)")
    with op.batch_alter_table("waivers") as table:
        table.alter_column("fingerprint", type_=sa.String(16), existing_type=sa.String(64), existing_nullable=False)
