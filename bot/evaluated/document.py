"""A JSON document with holes: every element knows its source lines, and what is unknown is a symbol.

This is the only language that `terraform` (which makes such documents) and `iam` (which reads them)
have in common.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import Protocol

from bot.evaluated.diagnostic import Trail
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.frozen import dataclass


class Derivation(Protocol):
    """How a symbol follows from others."""

    def symbols(self) -> Iterable[Symbol]:
        """Those that it follows from, which may follow from others themselves."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A string only Terraform or AWS will know: equal to itself and to nothing else that is written.

    `name` is what it stands for ("aws_s3_bucket.b.arn"); printed as `${name}`. `reason` says why it
    is unknown and takes no part in comparison. Neither does `fault`: what is wrong with what it stands for, if
    anything is; nor `derivation`: None for what follows from nothing else that is unknown; nor `via`, the places that
    say what is looked up where the name is that of a data source; nor `written`, the reference as it is written where
    the name says its place too, as it does of what fails to evaluate; nor `spelled`, the text that it is as far as that
    is known, with symbols for the rest.
    """

    name: str
    reason: str = field(default="", compare=False)
    fault: DiagnosticKind | None = field(default=None, compare=False)
    derivation: Derivation | None = field(default=None, compare=False, repr=False)
    via: Trail = field(default=(), compare=False, repr=False)
    written: str = field(default="", compare=False, repr=False)
    spelled: tuple[str | Symbol, ...] = field(default=(), compare=False, repr=False)

    @property
    def reference(self) -> str:
        """What it refers to: an address with an attribute, as a rule."""
        return self.written or self.name

    @property
    def limit(self) -> bool:
        """Whether only a bound of ours keeps it unknown."""
        return self.fault is not None and self.fault.meaning.limit

    def __str__(self) -> str:
        return "${" + self.name + "}"


@dataclass(frozen=True, slots=True)
class Text:
    """A string: literal stretches and symbols in order; neighbours are never both literal, none is empty.

    Equality is by content; `trail` says where it was written.
    """

    parts: tuple[str | Symbol, ...]
    trail: Trail = field(default=(), compare=False)

    def __str__(self) -> str:
        return "".join(map(str, self.parts))

    @property
    def literal(self) -> str | None:
        """The whole string if nothing in it is unknown, else None."""
        if not self.parts:
            return ""
        first = self.parts[0]
        return first if len(self.parts) == 1 and isinstance(first, str) else None

    @property
    def symbol(self) -> Symbol | None:
        """The symbol that the whole string is, if it is one and nothing else."""
        first = self.parts[0] if len(self.parts) == 1 else None
        return first if isinstance(first, Symbol) else None


@dataclass(frozen=True, slots=True)
class JsonScalar:
    """null, a boolean or a number."""

    value: bool | int | float | None
    trail: Trail = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Array:
    """A JSON array."""

    items: tuple[Node, ...]
    trail: Trail = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """One key and its value; `trail` is where the key is written."""

    key: Text
    value: Node
    trail: Trail = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON object, members in written order."""

    members: tuple[Member, ...]
    trail: Trail = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Hole:
    """An element of which not even the shape is known."""

    symbol: Symbol
    trail: Trail = field(default=(), compare=False)


Node = JsonScalar | Text | Array | Object | Hole


def text(value: str, trail: Trail = ()) -> Text:
    """A fully known string."""
    return Text((value,) if value else (), trail)


def from_json(value: object, trail: Trail = ()) -> Node:
    """Turn what `json.loads` returns into a Node; every element gets the same `trail`."""
    match value:
        case None | bool() | int() | float():
            return JsonScalar(value, trail)
        case str():
            return text(value, trail)
        case list():
            return Array(tuple(from_json(item, trail) for item in value), trail)
        case dict():
            members = (Member(text(str(key), trail), from_json(item, trail), trail) for key, item in value.items())
            return Object(tuple(members), trail)
    raise TypeError(f"not a JSON value: {type(value).__name__}")
