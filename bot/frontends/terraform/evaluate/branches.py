"""Notes which expressions were left out of all values, and what decided so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.evaluated.guard import Guard, disabled_by_default
from bot.evaluated.partial import RepeatedList
from bot.evaluated.value import ListValue, NullValue, NumberValue, ObjectValue, StringValue, Unknown, Value
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

    `picked` are the keys of the entries that were taken instead, None if there are no entries.
    """

    nodes: tuple[Node, ...]
    decided: Node
    value: Value
    scope: Where
    address: str
    picked: frozenset[str] | None = None


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


Passed = tuple[tuple[Node, ...], Node, Value, frozenset[str] | None]
"""What was passed over, what decided so, its value, and the keys of the entries that were taken instead: a list's are
its places, or its items as they are written."""


def other_entries(step: Index, key: Value) -> Passed | None:
    """The entries of a map or list beside the one that is taken; None where a key is written out or not known."""
    if isinstance(step.key, Template | Literal):
        return None
    known = str(key.value) if isinstance(key, NumberValue) else key.known if isinstance(key, StringValue) else None
    return None if known is None else ((step.target, step.key), step.key, key, frozenset({known}))


def passed_over(node: FunctionCall, values: Sequence[Value]) -> Iterator[Passed]:
    """The arguments, and entries of them, that a function does not give; nothing of most functions."""
    find = _PASSING.get(node.name)
    return iter(()) if find is None or node.spread or len(values) != len(node.arguments) else find(node, values)


def _looked_up(node: FunctionCall, values: Sequence[Value]) -> Iterator[Passed]:
    key = values[1] if len(values) > 1 else None
    known = key.known if isinstance(key, StringValue) else None
    if key is not None and known is not None:
        yield node.arguments, node.arguments[1], key, frozenset({known})


def _first_that_is(node: FunctionCall, values: Sequence[Value]) -> Iterator[Passed]:
    at = next((at for at, value in enumerate(values) if not _is_nothing(value)), None)
    if at is not None and not isinstance(values[at], Unknown):
        yield node.arguments[at + 1 :], node.arguments[at], values[at], None


def _is_nothing(value: Value) -> bool:
    """What `coalesce` and its like pass over."""
    match value:
        case StringValue():
            return value.known == ""
        case ListValue():
            return not value.items
    return isinstance(value, NullValue)


def _element(node: FunctionCall, values: Sequence[Value]) -> Iterator[Passed]:
    match values:
        case [ListValue(items=items), NumberValue(value=at) as key] if items and not isinstance(
            node.arguments[1], Literal
        ):
            yield node.arguments, node.arguments[1], key, frozenset({str(int(at) % len(items))})


def _slice(node: FunctionCall, values: Sequence[Value]) -> Iterator[Passed]:
    match values:
        case [ListValue(), NumberValue(value=start), NumberValue(value=end)]:
            kept = frozenset(map(str, range(int(start), int(end))))
            for at in (1, 2):
                if not isinstance(node.arguments[at], Literal):
                    yield (node.arguments[0],), node.arguments[at], values[at], kept


def _merged(node: FunctionCall, values: Sequence[Value]) -> Iterator[Passed]:
    """The entries of maps of which a later one has others."""
    keys = [frozenset(str(key) for key, _ in one.entries) if isinstance(one, ObjectValue) else None for one in values]
    for at, there in enumerate(keys):
        for other in range(at + 1, len(keys)):
            later = keys[other] or frozenset()
            if there and there & later:
                yield (node.arguments[at],), node.arguments[other], values[other], there - later


def _in_both(node: FunctionCall, values: Sequence[Value]) -> Iterator[Passed]:
    """What one set has and another one has not, or, of `setsubtract`, has as well."""
    texts = [_texts(one) for one in values]
    for at, there in enumerate(texts[:1] if node.name == "setsubtract" else texts):
        for other, also in enumerate(texts):
            if at != other and there is not None and also is not None:
                kept = there - also if node.name == "setsubtract" else there & also
                if kept != there:
                    yield (node.arguments[at],), node.arguments[other], values[other], kept


def _texts(value: Value) -> frozenset[str] | None:
    """The items of a list as they are written, if all are known."""
    if not isinstance(value, ListValue) or isinstance(value, RepeatedList):
        return None
    known = [one.known for one in value.items if isinstance(one, StringValue)]
    return frozenset(f'"{one}"' for one in known) if None not in known and len(known) == len(value.items) else None


_PASSING: Mapping[str, Callable[[FunctionCall, Sequence[Value]], Iterator[Passed]]] = {
    "coalesce": _first_that_is,
    "coalescelist": _first_that_is,
    "element": _element,
    "lookup": _looked_up,
    "merge": _merged,
    "setintersection": _in_both,
    "setsubtract": _in_both,
    "slice": _slice,
}
