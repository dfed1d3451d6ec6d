"""Notes which expressions were left out of all values, and what decided so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.evaluated.guard import Guard, disabled_by_default
from bot.evaluated.value import ListValue, NullValue, NumberValue, StringValue, Unknown, Value
from bot.frontends.terraform.syntax.nodes import FunctionCall, Index, Literal, Node, Template
from bot.frontends.terraform.syntax.source_files import Source

MAX_DECIDERS = 8
"""So many instances are asked what keeps an expression out of them."""

_Key = tuple[str, int, int]


class Where(Protocol):
    """Where an expression is evaluated."""

    @property
    def module(self) -> object:
        """The module instance, or the template file."""

    @property
    def source(self) -> Source:
        """The file that it is written in."""

    @property
    def assumed(self) -> frozenset[Guard]:
        """What holds there."""


@dataclass(frozen=True, slots=True)
class Left:
    """Expressions that were left out where `scope` is: `decided` by another one, whose value is `value`.

    `picked` is the key of the one entry that was taken instead, None if there are no entries.
    """

    nodes: tuple[Node, ...]
    decided: Node
    value: Value
    scope: Where
    address: str
    picked: str | None = None


@dataclass(slots=True)
class Branches:
    """What one evaluation took and left; what one instance took was evaluated, whatever others left."""

    _found: dict[_Key, list[Left] | None] = field(default_factory=dict)

    def take(self, nodes: Sequence[Node], scope: Where) -> None:
        """Note that something is evaluated; not where only a default that is another would let it."""
        if nodes and not (scope.assumed and disabled_by_default(scope.assumed)):
            self._found[_key(nodes, scope)] = None

    def leave(self, left: Left) -> None:
        """Note that something is not evaluated."""
        if not left.nodes:
            return
        known = self._found.setdefault(_key(left.nodes, left.scope), [])
        if known is not None and len(known) < MAX_DECIDERS:
            known.append(left)

    def left(self) -> Iterator[Left]:
        """What nothing evaluated, once for each thing that decided so."""
        for some in self._found.values():
            yield from some or ()


def _key(nodes: Sequence[Node], scope: Where) -> _Key:
    return scope.source.path, nodes[0].start, nodes[-1].end


Passed = tuple[tuple[Node, ...], Node, Value, str | None]
"""What was passed over, what decided so, its value, and the key of the entry that was taken instead."""


def other_entries(step: Index, key: Value) -> Passed | None:
    """The entries of a map or list beside the one that is taken; None where a key is written out or not known."""
    if isinstance(step.key, Template | Literal):
        return None
    known = str(key.value) if isinstance(key, NumberValue) else key.known if isinstance(key, StringValue) else None
    return None if known is None else ((step.target, step.key), step.key, key, known)


def passed_over(node: FunctionCall, values: Sequence[Value]) -> Passed | None:
    """The arguments, and entries of them, that a function does not give; None of most functions."""
    if node.name == "lookup" and len(values) > 1:
        key = values[1]
        known = key.known if isinstance(key, StringValue) else None
        return None if known is None else (node.arguments, node.arguments[1], key, known)
    if node.name in ("coalesce", "coalescelist"):
        at = next((at for at, value in enumerate(values) if not _is_nothing(value)), None)
        if at is not None and not isinstance(values[at], Unknown):
            return node.arguments[at + 1 :], node.arguments[at], values[at], None
    return None


def _is_nothing(value: Value) -> bool:
    """What `coalesce` and its like pass over."""
    match value:
        case StringValue():
            return value.known == ""
        case ListValue():
            return not value.items
    return isinstance(value, NullValue)
