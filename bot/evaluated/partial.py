"""Values of which only a part is known: objects a provider completes, lists of unknown length."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from bot.evaluated.diagnostic import Trail
from bot.evaluated.document import Symbol
from bot.evaluated.value import ListValue, NullValue, ObjectValue, StringValue, Unknown, Value
from bot.frozen import dataclass

AtKey = Callable[[str], Value | None]
"""The entry of a known key; None if it is not known whether there is one. Raises FunctionFault if there is none."""


@dataclass(frozen=True, slots=True)
class OpenObject(ObjectValue):
    """A resource or nested block: an attribute that is not written is a symbol below `address` for who refers to it.

    `via` are the places that say what is looked up, of a data source.
    """

    address: str = ""
    more: Callable[[], Mapping[str, Value]] | None = field(default=None, compare=False, repr=False)
    """What the provider adds, worked out when somebody asks for an attribute that is not written."""
    via: Trail = field(default=(), compare=False, repr=False)

    def attribute(self, key: str) -> Value:
        """The entry at `key`, or what the provider makes it, or its symbol: `get` tells what is written."""
        found = next((value for name, value in self.entries if name == key), None)
        if self.more is not None and (found is None or isinstance(found, NullValue)):
            found = self.more().get(key, found)
        if found is None:
            return Unknown(Symbol(f"{self.address}.{key}", "known only after apply", via=self.via))
        return found


@dataclass(frozen=True, slots=True)
class RepeatedList(ListValue):
    """A list of unknown length: every element looks like one of its items (never none)."""


@dataclass(frozen=True, slots=True)
class ElementsOf(RepeatedList):
    """The elements of an unknown collection, in an order or number that only `whole` names."""

    whole: Symbol = Symbol("", "")


@dataclass(frozen=True, slots=True)
class RepeatedObject(ObjectValue):
    """A map of unknown keys: every entry looks like one of its entries, whose keys hold symbols.

    `at` makes the entry of one key that is known, where an expression says how.
    """

    at: AtKey | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class LeftOut(ObjectValue):
    """A map of unknown keys without those that a condition left out; `at` as in RepeatedObject."""

    at: AtKey | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class OneOf(Unknown):
    """An element of a known collection at an unknown key: one of the `candidates`, `which` one in words.

    `key` decides which, if the candidates are called by its values.
    """

    candidates: ObjectValue = field(default=ObjectValue(()), compare=False, repr=False)
    which: str = field(default="", compare=False)
    key: Unknown | StringValue | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class NoneOf(Unknown):
    """A text of which nothing is known but that it is none of the `others`."""

    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outputs(Unknown):
    """The outputs of another root, the one in `directory`: `known` tells those of which nothing is left open."""

    directory: str = ""
    known: Callable[[str], Value | None] = field(default=lambda name: None, compare=False, repr=False)


def repeated(items: tuple[Value, ...], trail: Trail = (), is_set: bool = False) -> ListValue:
    """A list of unknown length; without any item it is empty whatever its length would be."""
    return RepeatedList(items, trail, is_set) if items else ListValue((), trail, is_set)
