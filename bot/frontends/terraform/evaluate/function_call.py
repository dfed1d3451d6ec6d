"""Calls functions: spreads arguments, goes through undecided ones, and names what a call could not yield."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Hashable

from bot.evaluated.call import Call, FunctionFault
from bot.evaluated.derived import Derived, derived, inside
from bot.evaluated.diagnostic import StepKind, Trail
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Derivation, Symbol
from bot.evaluated.partial import ElementsOf, RepeatedList, RepeatedObject
from bot.evaluated.partial import repeated as repeated_list
from bot.evaluated.symbol_names import call_name
from bot.evaluated.trails import elements, joined, trail_of, with_step, with_trail
from bot.evaluated.value import (
    BoolValue,
    Choice,
    ListValue,
    NumberValue,
    ObjectValue,
    Part,
    StringValue,
    SymbolicKey,
    Unknown,
    Value,
)
from bot.evaluated.value_size import contents
from bot.frontends.terraform.evaluate.choice import spread
from bot.frontends.terraform.evaluate.run import DearCall
from bot.frontends.terraform.evaluate.scope import Scope
from bot.frontends.terraform.evaluate.template import renderer
from bot.frontends.terraform.syntax.nodes import Expression, FunctionCall

Evaluate = Callable[[Expression, Scope], Value]

DEAR = 16
"""A call that takes so many steps is remembered."""

TEMPLATES = frozenset({"templatefile", "templatestring"})
"""Functions whose text is evaluated anew, where it is asked for."""

FEW = 8
"""A text, list or map of so few parts is the same as another one if these are, of more if it is the same object."""

_KEEP_REPETITION = frozenset(
    ("concat", "flatten", "distinct", "compact", "toset", "tolist", "formatlist", "sort", "coalescelist", "setunion",
     "reverse", "values", "keys", "merge", "tomap", "nonsensitive", "sensitive")
)  # fmt: skip
_SAME_ELEMENTS = frozenset(("toset", "tolist", "distinct", "sort", "reverse", "compact"))
"""What iterates over the result iterates over the elements of the argument. `compact` leaves out what is nothing."""

_THROUGH_REPETITION = _KEEP_REPETITION | {"jsonencode"}
_MARKS_USE = frozenset(
    ("concat", "merge", "flatten", "distinct", "setunion", "setsubtract", "setintersection", "lookup", "element",
     "coalesce", "formatlist", "jsonencode", "templatefile", "zipmap", "setproduct", "compact")
)  # fmt: skip


def call(node: FunctionCall, arguments: list[Value], scope: Scope, evaluate: Evaluate) -> Value:
    """The call's result. Raises NamedFault if it cannot be evaluated."""
    if node.spread and arguments:
        last = arguments.pop()
        if isinstance(last, ListValue) and not isinstance(last, RepeatedList):
            arguments.extend(elements(last))
        else:
            raise _named(
                FunctionFault(DiagnosticKind.UNRESOLVED_ARGUMENTS, "the arguments spread are not known"), node, [last]
            )
    return spread(tuple(arguments), lambda values: _remembered(node, values, scope, evaluate))


def _remembered(node: FunctionCall, arguments: tuple[Value, ...], scope: Scope, evaluate: Evaluate) -> Value:
    """The call's result; what a loop asks for anew with each element, `keys(var.all)` say, is worked out once."""
    run = scope.module.run
    dear = run.dear_calls.get(id(node))
    known = None if dear is None else dear.results.get(_asked(node, arguments, scope))
    if known is not None:
        return known
    begun = run.steps
    result = _once(node, arguments, scope, evaluate)
    if run.steps - begun >= DEAR:
        dear = run.dear_calls.setdefault(id(node), DearCall(node))
        dear.remember(_asked(node, arguments, scope), result, (arguments, scope))
    return result


def _asked(node: FunctionCall, arguments: tuple[Value, ...], scope: Scope) -> Hashable:
    """What a call's result hangs on: what it is given and where it is made; for a template, what holds there."""
    where = id(scope.source), id(scope.module)
    holds = (scope.label, scope.assumed, scope.module.run.catching > 0) if node.name in TEMPLATES else ()
    return where, holds, tuple(map(_identity, arguments))


def _identity(value: Value, levels: int = 2) -> Hashable:
    """A value by the objects that it is made of: each reference makes a new one for its trail, and `{ a = var.a }`
    another one each time."""
    return type(value), tuple(map(id, value.trail)), _content(value, levels)


def _content(value: Value, levels: int) -> Hashable:
    match value:
        case StringValue() if len(value.parts) <= FEW:
            return tuple((*_piece(part), *map(id, part.trail)) for part in value.parts), id(value.encoded)
        case NumberValue() | BoolValue():
            return value.value
    if levels and type(value) in (ListValue, ObjectValue) and len(inner := contents(value)) <= FEW:
        named = tuple(map(_key, value.entries)) if isinstance(value, ObjectValue) else ()
        return named, tuple(_identity(each, levels - 1) for each in inner), getattr(value, "is_set", False)
    kind: type = type(value)
    return tuple(id(getattr(value, name)) for name in _names(kind))


def _piece(part: Part) -> tuple[Hashable, bool]:
    return part.content if isinstance(part.content, str) else id(part.content), part.verbatim


def _key(entry: tuple[str, Value]) -> Hashable:
    return id(entry[0]) if isinstance(entry[0], SymbolicKey) else entry[0]


@functools.cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind) if field.name != "trail")


def _once(node: FunctionCall, arguments: tuple[Value, ...], scope: Scope, evaluate: Evaluate) -> Value:
    run = scope.module.run
    function = run.functions.get(node.name)
    try:
        if function is None:
            raise FunctionFault(DiagnosticKind.UNSUPPORTED_FUNCTION, f"the function {node.name} is not supported")
        repeated = any(isinstance(value, (RepeatedList, RepeatedObject)) for value in arguments)
        if repeated and node.name not in _THROUGH_REPETITION:
            symbol = _result(node, arguments, "a list's length is not known")
            return Unknown(symbol, _trail(arguments))
        told = Call(
            node.name,
            scope.source.text(node),
            scope.source.span(node),
            run.root.directory,
            run.files,
            renderer(scope, evaluate),
            run.spend,
        )
        run.called()
        result = function(arguments, told)
    except FunctionFault as fault:
        raise _named(fault, node, arguments) from None
    except ArithmeticError:  # a whole number that no float can hold
        large = FunctionFault(DiagnosticKind.OVER_BUDGET, f"{node.name} is given a number that is too large")
        raise _named(large, node, arguments) from None
    if isinstance(result, Unknown) and result.symbol.name == told.text:
        result = dataclasses.replace(result, symbol=_result(node, arguments, result.symbol.reason))
    if node.name in _SAME_ELEMENTS and isinstance(result, Unknown) and isinstance(arguments[0], Unknown):
        each = derived(f"{arguments[0].symbol.name}[*]", result.symbol.reason, arguments[0], relation="[*]")
        result = ElementsOf((Unknown(each, result.trail),), result.trail, node.name == "toset", result.symbol)
    if isinstance(result, ListValue | ObjectValue) and next(inside(result), None) is None:
        result = with_trail(result, trail_of(*arguments))
    if repeated and node.name in _KEEP_REPETITION:
        result = _unbounded(result)
    if node.name in _MARKS_USE and not isinstance(result, Choice):
        kind = StepKind.AROUND if node.name == "jsonencode" else StepKind.OTHER
        step = scope.source.step_between(node.start, node.start + len(node.name), node.name, kind)
        result = with_step(result, step)
    return result


def _result(node: FunctionCall, arguments: tuple[Value, ...], reason: str) -> Symbol:
    return derived(call_name(node.name, arguments), reason, *arguments, relation=node.name)


def _unbounded(value: Value) -> Value:
    if isinstance(value, ListValue):
        return repeated_list(value.items, value.trail, value.is_set)
    return RepeatedObject(value.entries, value.trail) if isinstance(value, ObjectValue) else value


def _trail(arguments: tuple[Value, ...] | list[Value]) -> Trail:
    trail: Trail = ()
    for value in arguments:
        trail = joined(trail, value.trail)
    return trail


def _named(fault: FunctionFault, node: FunctionCall, arguments: tuple[Value, ...] | list[Value]) -> FunctionFault:
    derivation = Derived(node.name, tuple(arguments))
    return NamedFault(fault, call_name(node.name, arguments), derivation, joined(trail_of(*arguments), fault.trail))


class NamedFault(FunctionFault):
    """A fault whose symbol has a better name than the source text, what it follows from, and a trail."""

    def __init__(self, fault: FunctionFault, name: str, derivation: Derivation, trail: Trail) -> None:
        super().__init__(fault.kind, fault.reason, trail)
        self.name = name
        self.derivation = derivation
