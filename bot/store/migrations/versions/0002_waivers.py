"""Waivers and who pushed, pauses, merge groups beside their change requests, and when to look again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)


def _belongs_to_a_change_request(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    name = f"fk_{table}_change_request_change_requests"
    return (
        sa.Column("change_request", _KEY, nullable=False),
        sa.ForeignKeyConstraint(["change_request"], ["change_requests.id"], name=name, ondelete="CASCADE"),
    )


@contextmanager
def _rows_kept(*children: str) -> Iterator[None]:
    """SQLite makes the altered table anew, and dropping the old one would delete the rows that refer to it."""
    kept = children if op.get_bind().dialect.name == "sqlite" else ()
    for child in kept:
        op.execute(f"CREATE TEMPORARY TABLE kept_{child} AS SELECT * FROM {child}")
    yield
    for child in kept:
        op.execute(f"INSERT INTO {child} SELECT * FROM kept_{child}")
        op.execute(f"DROP TABLE kept_{child}")


def upgrade() -> None:
    """Forwards."""
    with _rows_kept("commands", "reviews"), op.batch_alter_table("change_requests") as table:
        table.add_column(sa.Column("merge_group", sa.String(64), nullable=False, server_default=""))
        table.add_column(sa.Column("paused", sa.Boolean, nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("revisit_at", _TIME))
        table.drop_constraint("uq_change_requests_forge_repository_number", type_="unique")
        table.create_unique_constraint(
            "uq_change_requests_forge_repository_number_merge_group", ["forge", "repository", "number", "merge_group"]
        )
        table.create_index("ix_change_requests_revisit_at", ["revisit_at"])
    op.create_table(
        "pushers",
        sa.Column("id", _KEY, nullable=False),
        *_belongs_to_a_change_request("pushers"),
        sa.Column("login", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pushers"),
        sa.UniqueConstraint("change_request", "login", name="uq_pushers_change_request_login"),
    )
    op.create_table(
        "waivers",
        sa.Column("id", _KEY, nullable=False),
        *_belongs_to_a_change_request("waivers"),
        sa.Column("fingerprint", sa.String(16), nullable=False),
        sa.Column("scope", sa.LargeBinary, nullable=False),
        sa.Column("grade", sa.String(20), nullable=False),
        sa.Column("title", sa.String(1000), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("approver", sa.String(200), nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("comment", sa.String(100), nullable=False),
        sa.Column("given_at", _TIME, nullable=False),
        sa.Column("revoked_by", sa.String(200)),
        sa.Column("revoked_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_waivers"),
        sa.UniqueConstraint(
            "change_request", "comment", "fingerprint", name="uq_waivers_change_request_comment_fingerprint"
        ),
    )
    op.create_index("ix_waivers_change_request", "waivers", ["change_request"])


def downgrade() -> None:
    """Backwards: merge groups go, their change requests stay."""
    op.drop_table("waivers")
    op.drop_table("pushers")
    op.execute("DELETE FROM change_requests WHERE merge_group != ''")
    with _rows_kept("commands", "reviews"), op.batch_alter_table("change_requests") as table:
        table.drop_index("ix_change_requests_revisit_at")
        table.drop_constraint("uq_change_requests_forge_repository_number_merge_group", type_="unique")
        table.create_unique_constraint("uq_change_requests_forge_repository_number", ["forge", "repository", "number"])
        for column in ("merge_group", "paused", "revisit_at"):
            table.drop_column(column)
