"""Terraform values that know where they were written, and unknown ones that know why.

Strings are sequences of parts, so that `"${aws_s3_bucket.b.arn}/*"` stays `<symbol>/*`. A value's
`trail` says through which literals and uses it came, innermost first. A container's own trail
belongs to everything in it and is pushed down only when an element is taken out.
"""

from __future__ import annotations

from dataclasses import field

from bot.evaluated.diagnostic import Trail
from bot.evaluated.document import Symbol
from bot.evaluated.guard import Guard
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a string: literal text or a symbol, with its own trail.

    If `verbatim`, newlines in `content` are newlines of the source, so a position inside can be
    mapped to a line by counting from the start of the innermost step's span.
    """

    content: str | Symbol
    trail: Trail = field(default=(), compare=False)
    verbatim: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class StringValue:
    """A string. `encoded` is the structure it was encoded from (jsonencode, a rendered policy document), if known."""

    parts: tuple[Part, ...]
    trail: Trail = field(default=(), compare=False)
    encoded: Value | None = field(default=None, compare=False)

    @property
    def known(self) -> str | None:
        """The text if all of it is known, else None."""
        if any(isinstance(part.content, Symbol) for part in self.parts):
            return None
        return "".join(str(part.content) for part in self.parts)

    @property
    def pieces(self) -> tuple[str | Symbol, ...]:
        """What its parts say, wherever it was written: neighbouring literal ones are one, none is empty."""
        found: list[str | Symbol] = []
        for part in self.parts:
            if isinstance(part.content, str) and found and isinstance(found[-1], str):
                found[-1] += part.content
            elif part.content != "":
                found.append(part.content)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class NumberValue:
    """A number; whole ones are ints."""

    value: int | float
    trail: Trail = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class BoolValue:
    """true or false."""

    value: bool
    trail: Trail = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class NullValue:
    """null: an argument that is left out."""

    trail: Trail = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class ListValue:
    """A list, set or tuple. A set's items are distinct and in Terraform's order."""

    items: tuple[Value, ...]
    trail: Trail = field(default=(), compare=False)
    is_set: bool = False


@dataclass(frozen=True, slots=True)
class ObjectValue:
    """A map or object, keys in Terraform's order (sorted)."""

    entries: tuple[tuple[str, Value], ...]
    trail: Trail = field(default=(), compare=False)

    def get(self, key: str) -> Value | None:
        """The entry at `key`, without the object's own trail; None if there is none."""
        return next((value for name, value in self.entries if name == key), None)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value nothing is known of but its name and why; two with the same symbol are the same value."""

    symbol: Symbol
    trail: Trail = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Alternative:
    """One outcome of an undecidable condition; `guard` is the condition and the way it went."""

    guard: Guard
    value: Value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, depending on something unknown; at most eight, distinct guards."""

    alternatives: tuple[Alternative, ...]
    trail: Trail = field(default=(), compare=False)


Value = StringValue | NumberValue | BoolValue | NullValue | ListValue | ObjectValue | Unknown | Choice


def known_text(value: Value | None) -> str | None:
    """The text of a string all of which is known; None for any other value."""
    return value.known if isinstance(value, StringValue) else None


def is_false(value: Value | None) -> bool:
    """Whether it is `false` itself."""
    return isinstance(value, BoolValue) and not value.value


class SymbolicKey(str):
    """An object's key that holds symbols: as a str it reads with `${name}` in their place."""

    __slots__ = ("parts",)
    parts: tuple[str | Symbol, ...]

    @classmethod
    def of(cls, parts: tuple[str | Symbol, ...]) -> SymbolicKey:
        """The key made of `parts`."""
        key = cls("".join(map(str, parts)))
        key.parts = parts
        return key


def key_of(value: StringValue) -> str:
    """The string as an object's key."""
    known = value.known
    return SymbolicKey.of(tuple(part.content for part in value.parts)) if known is None else known
