"""Deliveries, change requests with what is wanted of them, commands and reviews."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forwards."""
    _change_requests()
    _deliveries()
    _commands()
    _reviews()


def _change_requests() -> None:
    op.create_table(
        "change_requests",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("forge", sa.String(40), nullable=False),
        sa.Column("repository", sa.String(400), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("installation", sa.BigInteger),
        sa.Column("wanted", sa.BigInteger, nullable=False),
        sa.Column("review_wanted", sa.BigInteger, nullable=False),
        sa.Column("done", sa.BigInteger, nullable=False),
        sa.Column("wanted_at", _TIME, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.Column("lease_token", sa.String(40)),
        sa.Column("lease_until", _TIME),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("retry_at", _TIME),
        sa.Column("rung_at", _TIME),
        sa.Column("dead", sa.Boolean, nullable=False),
        sa.Column("error", sa.String(4000), nullable=False),
        sa.Column("head_hint", sa.String(64), nullable=False),
        sa.Column("reviewed_head", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_change_requests"),
        sa.UniqueConstraint("forge", "repository", "number", name="uq_change_requests_forge_repository_number"),
    )
    condition = sa.text("done < wanted")
    op.create_index(
        "ix_change_requests_unfinished",
        "change_requests",
        ["wanted_at"],
        sqlite_where=condition,
        postgresql_where=condition,
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("forge", sa.String(40), nullable=False),
        sa.Column("delivery", sa.String(200), nullable=False),
        sa.Column("event", sa.String(100), nullable=False),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("forge", "delivery", name="uq_deliveries_forge_delivery"),
    )
    op.create_index("ix_deliveries_received_at", "deliveries", ["received_at"])


def _commands() -> None:
    op.create_table(
        "commands",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("change_request", _KEY, nullable=False),
        sa.Column("comment", sa.String(100), nullable=False),
        sa.Column("author", sa.String(200), nullable=False),
        sa.Column("text", sa.String(4000), nullable=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_commands"),
        sa.UniqueConstraint("change_request", "comment", name="uq_commands_change_request_comment"),
        sa.ForeignKeyConstraint(
            ["change_request"],
            ["change_requests.id"],
            name="fk_commands_change_request_change_requests",
            ondelete="CASCADE",
        ),
    )


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("change_request", _KEY, nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("merge_base", sa.String(64), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("review", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.ForeignKeyConstraint(
            ["change_request"],
            ["change_requests.id"],
            name="fk_reviews_change_request_change_requests",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_reviews_change_request", "reviews", ["change_request"])
    op.create_index("ix_reviews_at", "reviews", ["at"])


def downgrade() -> None:
    """Backwards."""
    for table in ("reviews", "commands", "deliveries", "change_requests"):
        op.drop_table(table)
