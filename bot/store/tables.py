"""The tables, and the column types that keep both databases to the same values."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: refuses times without a zone, stores and returns UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text that every database takes: without NUL and surrogates, cut to the column's length."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """To the database."""
        if value is None:
            return None
        clean = value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
        return clean[: self.impl_instance.length]  # type: ignore[attr-defined]


class Packed(TypeDecorator[bytes]):
    """Bytes, compressed in the database."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """To the database."""
        return None if value is None else zlib.compress(value, 1)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """From the database."""
        return None if value is None else zlib.decompress(value)


def _key() -> Column[int]:
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


change_requests = Table(
    "change_requests",
    metadata,
    _key(),
    Column("forge", CleanText(40), nullable=False),
    Column("repository", CleanText(400), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("installation", BigInteger),
    # Work is unfinished while done < wanted; a review is part of it while done < review_wanted. A review that is
    # given up counts as done and leaves `dead` set until one is made or wanted again.
    Column("wanted", BigInteger, nullable=False),
    Column("review_wanted", BigInteger, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("wanted_at", UTCDateTime, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("lease_token", CleanText(40)),
    Column("lease_until", UTCDateTime),
    Column("attempts", Integer, nullable=False),
    Column("retry_at", UTCDateTime),
    Column("rung_at", UTCDateTime),
    Column("dead", Boolean, nullable=False),
    Column("error", CleanText(4000), nullable=False),
    Column("head_hint", CleanText(64), nullable=False, index=True),
    Column("reviewed_head", CleanText(64), nullable=False, index=True),
    Column("merge_group", CleanText(64), nullable=False, server_default=""),
    Column("paused", Boolean, nullable=False, server_default=false()),
    # When a waiver that the newest review counted on runs out.
    Column("revisit_at", UTCDateTime, index=True),
    # When it was merged into the default branch.
    Column("merged_at", UTCDateTime),
    # How long its review can wait for others': 0 people of the repository wait, 1 a fork's, 2 nobody told of it.
    Column("patience", Integer, nullable=False, server_default="0"),
    # The delivery that asked last, for logs.
    Column("delivery", CleanText(200), nullable=False, server_default=""),
    UniqueConstraint("forge", "repository", "number", "merge_group"),
)

unfinished = change_requests.c.done < change_requests.c.wanted
Index(
    "ix_change_requests_unfinished",
    change_requests.c.wanted_at,
    sqlite_where=unfinished,
    postgresql_where=unfinished,
)

deliveries = Table(
    "deliveries",
    metadata,
    _key(),
    Column("forge", CleanText(40), nullable=False),
    Column("delivery", CleanText(200), nullable=False),
    Column("event", CleanText(100), nullable=False),
    Column("received_at", UTCDateTime, nullable=False, index=True),
    Column("body", Packed, nullable=False),
    UniqueConstraint("forge", "delivery"),
)

commands = Table(
    "commands",
    metadata,
    _key(),
    Column("change_request", ForeignKey(change_requests.c.id, ondelete="CASCADE"), nullable=False),
    Column("comment", CleanText(100), nullable=False),
    Column("author", CleanText(200), nullable=False),
    Column("text", CleanText(4000), nullable=False),
    Column("written_at", UTCDateTime),
    Column("generation", BigInteger, nullable=False),
    Column("done", Boolean, nullable=False),
    UniqueConstraint("change_request", "comment"),
)

# A head is owed a conclusion from when it is heard of until it has one; `begun`: the forge was told of its review.
open_heads = Table(
    "open_heads",
    metadata,
    _key(),
    Column("change_request", ForeignKey(change_requests.c.id, ondelete="CASCADE"), nullable=False),
    Column("head", CleanText(64), nullable=False),
    Column("begun", Boolean, nullable=False),
    UniqueConstraint("change_request", "head"),
)

pushers = Table(
    "pushers",
    metadata,
    _key(),
    Column("change_request", ForeignKey(change_requests.c.id, ondelete="CASCADE"), nullable=False),
    Column("login", CleanText(200), nullable=False),
    UniqueConstraint("change_request", "login"),
)

waivers = Table(
    "waivers",
    metadata,
    _key(),
    Column("change_request", ForeignKey(change_requests.c.id, ondelete="CASCADE"), nullable=False, index=True),
    # Whole; of those given in release 0.1.0, the sixteen digits that are shown, until they are bound to the whole one.
    Column("fingerprint", CleanText(80), nullable=False),
    Column("scope", Packed, nullable=False),
    Column("grade", CleanText(20), nullable=False),
    Column("title", CleanText(1000), nullable=False),
    Column("reason", CleanText(1000), nullable=False),
    Column("approver", CleanText(200), nullable=False),
    Column("until", Date, nullable=False),
    Column("comment", CleanText(100), nullable=False),
    Column("given_at", UTCDateTime, nullable=False),
    Column("revoked_by", CleanText(200)),
    Column("revoked_at", UTCDateTime),
    # The finding as it was accepted, as JSON; what it was given for, if it was bound to another fingerprint since.
    Column("finding", Packed),
    Column("given_for", CleanText(80)),
    # The commit whose approval it was given by, which `comment` names then.
    Column("approved", CleanText(64)),
    UniqueConstraint("change_request", "comment", "fingerprint"),
)

reviews = Table(
    "reviews",
    metadata,
    _key(),
    Column("change_request", ForeignKey(change_requests.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("head", CleanText(64), nullable=False),
    Column("merge_base", CleanText(64), nullable=False),
    Column("at", UTCDateTime, nullable=False, index=True),
    Column("review", Packed, nullable=False),
    Column("delivery", CleanText(200), nullable=False, server_default=""),
)

review_facts = Table(
    "review_facts",
    metadata,
    _key(),
    Column("review", ForeignKey(reviews.c.id, ondelete="CASCADE"), nullable=False),
    Column("verdict", CleanText(10), nullable=False),
    Column("grade", CleanText(20), nullable=False),
    Column("score", Integer, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("open", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("undecided", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
    Column("points", Integer, nullable=False),
    Column("lost_points", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("gaps", Packed, nullable=False),
    UniqueConstraint("review"),
)

# A finding of a change request: `review` is the last that had it, `first_at` is when one had it first, `gone_at` when
# one had it no more; the rest is as `review` says it.
findings = Table(
    "findings",
    metadata,
    _key(),
    Column("change_request", ForeignKey(change_requests.c.id, ondelete="CASCADE"), nullable=False),
    Column("review", ForeignKey(reviews.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("fingerprint", CleanText(80), nullable=False),
    Column("state", CleanText(10), nullable=False),
    Column("grade", CleanText(20), nullable=False),
    Column("rule", CleanText(100), nullable=False),
    Column("title", CleanText(1000), nullable=False),
    # One a line: whom it is about, and in which roots, as far as there is room.
    Column("addresses", CleanText(4000), nullable=False),
    Column("roots", CleanText(1000), nullable=False),
    Column("file", CleanText(1000), nullable=False),
    Column("line", Integer, nullable=False),
    Column("first_at", UTCDateTime, nullable=False),
    Column("gone_at", UTCDateTime),
    # `fixed`: gone, and shown to be; `accepted_at` is when it was accepted first, as it is now without a break.
    Column("owners", CleanText(2000), nullable=False, server_default=""),
    Column("fixed", Boolean, nullable=False, server_default=false()),
    Column("accepted_at", UTCDateTime),
    Column("accepted_until", Date),
    Column("accepted_by", CleanText(200), nullable=False, server_default=""),
    UniqueConstraint("change_request", "fingerprint"),
)

# What is to be told outside of the forges, until it was.
notices = Table(
    "notices",
    metadata,
    _key(),
    Column("change_request", ForeignKey(change_requests.c.id, ondelete="CASCADE"), nullable=False),
    Column("kind", CleanText(20), nullable=False),
    Column("key", CleanText(200), nullable=False),
    Column("detail", CleanText(2000), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("again_at", UTCDateTime),
    Column("sent_at", UTCDateTime),
    UniqueConstraint("key"),
)

made_secrets = Table(
    "made_secrets",
    metadata,
    _key(),
    Column("name", CleanText(40), nullable=False),
    Column("value", CleanText(100), nullable=False),
    Column("made_at", UTCDateTime, nullable=False),
    UniqueConstraint("name"),
)

# The last answer to somebody from outside, a person and repository: they get one an hour.
answers = Table(
    "answers",
    metadata,
    _key(),
    Column("forge", CleanText(40), nullable=False),
    Column("repository", CleanText(400), nullable=False),
    Column("person", CleanText(200), nullable=False),
    Column("comment", CleanText(100), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    UniqueConstraint("forge", "repository", "person"),
)

# How often the links to a change request's reports were ended; number 0 stands for all of the repository.
ended_links = Table(
    "ended_links",
    metadata,
    _key(),
    Column("forge", CleanText(40), nullable=False),
    Column("repository", CleanText(400), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("times", BigInteger, nullable=False),
    UniqueConstraint("forge", "repository", "number"),
)
