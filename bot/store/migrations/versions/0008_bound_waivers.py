"""The finding that was accepted, kept with its waiver, and what a waiver was given for that is bound anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Forwards. A fingerprint of a later version is written with its number."""
    with op.batch_alter_table("waivers") as table:
        table.alter_column("fingerprint", type_=sa.String(80), existing_type=sa.String(64), existing_nullable=False)
        table.add_column(sa.Column("finding", sa.LargeBinary))
        table.add_column(sa.Column("given_for", sa.String(80)))


def downgrade() -> None:
    """Backwards: what an earlier release can read of it goes for what it was given for again."""
    op.execute("UPDATE waivers SET fingerprint = given_for WHERE given_for IS NOT NULL")
    op.execute("UPDATE waivers SET fingerprint = substr(fingerprint, 1, 64)")
    with op.batch_alter_table("waivers") as table:
        table.drop_column("given_for")
        table.drop_column("finding")
        table.alter_column("fingerprint", type_=sa.String(64), existing_type=sa.String(80), existing_nullable=False)
