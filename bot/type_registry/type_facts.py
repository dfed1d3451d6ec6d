"""What the registry says of a type."""

from __future__ import annotations

import enum

from bot.frozen import dataclass


class TypeClass(enum.StrEnum):
    """What a change of a block of a type can mean for access."""

    READ = "read"
    """Extraction reads it today, by its row or by the shape of its arguments; what a data type finds is evaluated."""
    LIMITS = "limits"
    """Extraction reads it, and it can only limit access: a boundary, a control policy, a public access block."""
    DOCUMENT = "document"
    """It carries a policy document, and nothing else that could carry access."""
    IRRELEVANT = "irrelevant"
    """Its schema proves that no argument holds or names what could carry access, or a cited sentence does."""
    UNKNOWN = "unknown"
    """None of these: open when touched."""


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """One type of a provider; `mode` is managed or data.

    `carries` are the outermost arguments that hold or name what may carry access: a change of others alone changes
    nobody's; for a data type they are empty, as what it finds counts. `replaces` are the outermost arguments of a
    managed type a change of which makes another thing in its place, or of whose nested arguments one does; None if
    that is not known.
    """

    name: str
    mode: str
    type_class: TypeClass
    carries: frozenset[str] = frozenset()
    replaces: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ProviderOrigin:
    """A provider whose types are known: its `version`, the `package` its schemas are from, the `date` that was made
    (ISO), and how many types it has."""

    name: str
    version: str
    package: str
    date: str
    managed: int
    data: int
