"""How long a change request's review can wait for others', and which delivery asked for it, for logs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Forwards. No batch, which would make SQLite's table anew and so delete what hangs on its rows."""
    op.add_column("change_requests", sa.Column("patience", sa.Integer(), nullable=False, server_default="0"))
    for table in ("change_requests", "reviews"):
        op.add_column(table, sa.Column("delivery", sa.String(200), nullable=False, server_default=""))


def downgrade() -> None:
    """Backwards: everything is as urgent."""
    for table in ("reviews", "change_requests"):
        op.drop_column(table, "delivery")
    op.drop_column("change_requests", "patience")
