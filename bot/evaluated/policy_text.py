"""Turns a policy's value into a document whose every element knows where it was written."""

from __future__ import annotations

from bot.evaluated.diagnostic import Step, Trail
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Array, Hole, JsonScalar, Member, Node, Object, Symbol, Text
from bot.evaluated.json_text import JsonFault, decode_json
from bot.evaluated.symbol_names import shortened, shown
from bot.evaluated.trails import joined, string_trail
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
from bot.evaluated.value_size import MAX_WEIGHT, weight


def policy_node(value: Value) -> Node:
    """The document a string spells in JSON (or was encoded from), or an object is.

    Trails of containers are pushed down, so that each element has its own place first, then every use.
    Text that is not JSON is a Hole whose symbol's reason says why, placed where it goes wrong; so is an
    undecided value: spell choices out first.
    """
    if not isinstance(value, StringValue):
        return _bounded(value, ())
    try:
        return _bounded(decode_json(value), value.trail)
    except JsonFault as fault:
        trail = string_trail(value)
        if fault.span is not None:
            trail = joined((Step(fault.span, "JSON text"),), trail)
        kind = DiagnosticKind.OVER_BUDGET if fault.limit else DiagnosticKind.MALFORMED_POLICY
        return Hole(Symbol(shortened(shown(value)), f"the policy is not JSON: {fault.reason}", kind), trail)


def _bounded(value: Value, outer: Trail) -> Node:
    if weight((value,), MAX_WEIGHT) <= MAX_WEIGHT:
        return _node(value, outer)
    return Hole(
        Symbol(shortened(shown(value)), "the policy holds too much", DiagnosticKind.OVER_BUDGET),
        joined(value.trail, outer),
    )


def _node(value: Value, outer: Trail) -> Node:
    trail = joined(value.trail, outer)
    match value:
        case StringValue():
            return Text(value.pieces, joined(string_trail(value), outer))
        case NumberValue() | BoolValue():
            return JsonScalar(value.value, trail)
        case NullValue():
            return JsonScalar(None, trail)
        case ListValue():
            return Array(tuple(_node(item, trail) for item in value.items), trail)
        case ObjectValue():
            return Object(tuple(_member(name, item, trail) for name, item in value.entries), trail)
        case Unknown():
            return Hole(value.symbol, trail)
        case Choice():
            return Hole(Symbol(shortened(shown(value)), "a condition is not decided"), trail)


def _member(name: str, value: Value, outer: Trail) -> Member:
    node = _node(value, outer)
    parts: tuple[str | Symbol, ...] = (name,) if name else ()
    if isinstance(name, SymbolicKey):
        parts = name.parts
    return Member(Text(parts, node.trail), node, node.trail)
