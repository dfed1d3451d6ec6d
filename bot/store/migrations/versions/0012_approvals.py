"""Findings that an approval of a commit accepts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Forwards."""
    with op.batch_alter_table("waivers") as table:
        table.add_column(sa.Column("approved", sa.String(64)))


def downgrade() -> None:
    """Backwards: what approvals accepted would count for any commit, so it goes."""
    op.execute("DELETE FROM waivers WHERE approved IS NOT NULL")
    with op.batch_alter_table("waivers") as table:
        table.drop_column("approved")
