"""Change requests are found by their head: what forges tell of a commit names no change request."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

_COLUMNS = ("head_hint", "reviewed_head")


def upgrade() -> None:
    """Forwards."""
    for column in _COLUMNS:
        op.create_index(f"ix_change_requests_{column}", "change_requests", [column])


def downgrade() -> None:
    """Back."""
    for column in _COLUMNS:
        op.drop_index(f"ix_change_requests_{column}", "change_requests")
