"""Symbols that follow from other values: what an operation gives whose operands are not all known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bot.evaluated.diagnostic import Step, Trail, join_trails
from bot.evaluated.document import Symbol
from bot.evaluated.value import (
    BoolValue,
    Choice,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    StringValue,
    SymbolicKey,
    Unknown,
    Value,
)
from bot.frozen import dataclass

EQUAL, NOT = "==", "!"
"""The relations of a derivation that conditions are told apart by."""

AMONG = "[]among"
"""The relation of a key that is one of a table's to the list of these and itself: with any other Terraform fails."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What `relation` (an operator, a function's name, ".attribute") makes of `values`; "" if only a name says that."""

    relation: str
    values: tuple[Value, ...]

    def symbols(self) -> Iterator[Symbol]:
        """The symbols inside the values."""
        for value in self.values:
            yield from symbols_in(value)


def derived(name: str, reason: str, *values: Value, relation: str = "") -> Symbol:
    """The symbol called `name` that follows from `values`."""
    return Symbol(name, reason, derivation=Derived(relation, values))


def negated(symbol: Symbol) -> Symbol | None:
    """The symbol that this one negates; None if it is no negation."""
    match symbol.derivation:
        case Derived(relation="!", values=(Unknown(symbol=inner),)):
            return inner
    return None


def own_symbols(value: Value) -> Iterator[Symbol]:
    """The symbols of a value itself, not of those inside: in its text and keys, and what its alternatives hang on."""
    match value:
        case Unknown():
            yield value.symbol
        case StringValue():
            yield from (part.content for part in value.parts if isinstance(part.content, Symbol))
        case ObjectValue():
            keys = (key for key, _ in value.entries if isinstance(key, SymbolicKey))
            yield from (part for key in keys for part in key.parts if isinstance(part, Symbol))
        case Choice():
            yield from (variable for each in value.alternatives for variable in each.guard.variables)


def symbols_in(value: Value) -> Iterator[Symbol]:
    """Every symbol of a value and of those inside."""
    yield from own_symbols(value)
    for one in inside(value):
        yield from symbols_in(one)


def inside(value: Value) -> Iterator[Value]:
    """The values that one is made of."""
    match value:
        case ListValue():
            yield from value.items
        case ObjectValue():
            yield from (item for _, item in value.entries)
        case Choice():
            yield from (each.value for each in value.alternatives)


def roots(symbol: Symbol) -> frozenset[Symbol]:
    """The symbols that one follows from in the end: itself if it follows from none.

    A value that is part of many others is looked into once.
    """
    found: set[Symbol] = set()
    seen: set[int] = set()
    pending: list[Symbol | Value] = [symbol]
    while pending:
        one = pending.pop()
        if isinstance(one, Symbol):
            if one.derivation is None:
                found.add(one)
            elif id(one.derivation) not in seen:
                seen.add(id(one.derivation))
                follows = one.derivation
                pending.extend(follows.values if isinstance(follows, Derived) else follows.symbols())
        elif id(one) not in seen:
            seen.add(id(one))
            pending.extend(own_symbols(one))
            pending.extend(inside(one))
    return frozenset(found)


_CHOSEN_FROM: dict[str, Callable[[tuple[Value, ...]], Iterable[Value]]] = {
    "coalesce": lambda values: values,
    "coalescelist": lambda values: values,
    "element": lambda values: values[:1],
    "lookup": lambda values: (*values[:1], *values[2:]),
    "merge": lambda values: values,
    "try": lambda values: values,
    "[]": lambda values: values[:1],
}
"""By relation, the values of which what is not known decides the one that is taken."""


def falls_back(symbol: Symbol) -> bool:
    """Whether it may turn out to be something that is written, as a default is: not all of it is for others to say."""
    made = symbol.derivation
    if not isinstance(made, Derived):
        return False
    if made.relation in _CHOSEN_FROM:
        return any(map(says_something, _CHOSEN_FROM[made.relation](made.values)))
    if any(says_something(value) for value in made.values if isinstance(value, Choice)):
        return True  # one of more ways than are followed
    return any(map(falls_back, made.symbols()))


def says_something(value: Value) -> bool:
    """Whether a value is neither nothing nor wholly for others to say."""
    match value:
        case Unknown():
            return falls_back(value.symbol)
        case StringValue():
            return any(
                part.content if isinstance(part.content, str) else falls_back(part.content) for part in value.parts
            )
        case NullValue():
            return False
        case NumberValue() | BoolValue():
            return True
    return any(map(says_something, inside(value)))


def said_in(symbol: Symbol) -> Iterator[Step]:
    """Where the values are written that a symbol is made of; of a value that is in it twice once."""
    pending: list[Value] = [*_made_of(symbol)]
    seen: set[int] = set()
    while pending:
        value = pending.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        pending.extend(_made_of(value.symbol) if isinstance(value, Unknown) else inside(value))
        yield from value.trail
        yield from (step for part in value.parts for step in part.trail) if isinstance(value, StringValue) else ()


def _made_of(symbol: Symbol) -> tuple[Value, ...]:
    return symbol.derivation.values if isinstance(symbol.derivation, Derived) else ()


def looked_up_by(symbols: Iterable[Symbol]) -> Trail:
    """The places that say what is looked up by which the symbols come to be."""
    return join_trails(*(one.via for symbol in symbols for one in sorted(roots(symbol), key=str)))


def may_fail(symbol: Symbol) -> bool:
    """Whether what a symbol is taken from may lack it, or cannot be made into it."""
    made = symbol.derivation
    if not isinstance(made, Derived):
        return False
    return made.relation.startswith((".", "[]")) or made.relation in _MAY_FAIL or any(map(may_fail, made.symbols()))


_MAY_FAIL = frozenset({"jsondecode", "one", "regex", "tobool", "tonumber", "yamldecode"})
"""Functions that may fail where what they are given is not known."""
