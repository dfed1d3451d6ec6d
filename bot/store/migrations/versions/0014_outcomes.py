"""What became of findings: fixed, accepted since when and until when, merged; and who owns their files."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def _columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("owners", sa.String(2000), nullable=False, server_default=""),
        sa.Column("fixed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.Column("accepted_until", sa.Date()),
        sa.Column("accepted_by", sa.String(200), nullable=False, server_default=""),
    )


def upgrade() -> None:
    """Forwards; what had been accepted before counts as accepted when it was found, as long as its waiver stands.

    No batch, which would make SQLite's tables anew and so delete what hangs on their rows.
    """
    for column in _columns():
        op.add_column("findings", column)
    op.add_column("change_requests", sa.Column("merged_at", sa.DateTime(timezone=True)))
    op.execute(
        "UPDATE findings SET accepted_at = first_at, accepted_until = (SELECT max(waivers.until) FROM waivers WHERE"
        " waivers.change_request = findings.change_request AND waivers.fingerprint = findings.fingerprint AND"
        " waivers.revoked_at IS NULL) WHERE state = 'accepted'"
    )


def downgrade() -> None:
    """Back."""
    op.drop_column("change_requests", "merged_at")
    for column in _columns():
        op.drop_column("findings", column.name)
