"""Terraform's functions on sets; every element keeps its own trail."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from bot.evaluated.call import Call, Function, FunctionFault
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.partial import RepeatedList
from bot.evaluated.trails import elements
from bot.evaluated.value import ListValue, Unknown, Value
from bot.frontends.terraform.evaluate.conversion import to_set, unified
from bot.frontends.terraform.evaluate.convert import identity, in_set_order
from bot.frontends.terraform.functions.arguments import arity, at_least, items, some_of, unknown_result
from bot.frontends.terraform.functions.budget import MAX_ITEMS


def setproduct(arguments: tuple[Value, ...], call: Call) -> Value:
    """All combinations of elements; a set if all arguments are sets."""
    at_least(call, arguments, 2)
    if any(isinstance(value, Unknown) for value in arguments):
        return unknown_result(call, arguments)
    columns = [items(value, call) for value in arguments]
    count = 1
    for column in columns:
        count *= len(column)
    if count > MAX_ITEMS:
        raise FunctionFault(DiagnosticKind.OVER_BUDGET, f"setproduct would give {count} elements")
    rows: tuple[Value, ...] = tuple(ListValue(row) for row in product(*columns))
    if all(isinstance(value, ListValue) and value.is_set for value in arguments):
        return ListValue(in_set_order(rows), (), True)
    return ListValue(rows)


def set_operation(
    function: Callable[[list[dict[object, Value]]], dict[object, Value]], exactly: int | None = None
) -> Function:
    """A function on sets, told each as a mapping from what makes an element equal to the element."""

    def run(arguments: tuple[Value, ...], call: Call) -> Value:
        at_least(call, arguments, 1)
        if exactly is not None:
            arity(call, arguments, exactly)
        if any(isinstance(value, Unknown) for value in arguments):
            if call.name != "setunion":
                return unknown_result(call, arguments)
            known = tuple(ListValue((some_of(each),)) if isinstance(each, Unknown) else each for each in arguments)
            return RepeatedList(in_set_order(function(_as_sets(known, call)).values()), (), True)
        return ListValue(in_set_order(function(_as_sets(arguments, call)).values()), (), True)

    return run


def _as_sets(arguments: tuple[Value, ...], call: Call) -> list[dict[object, Value]]:
    counts = [len(items(value, call)) for value in arguments]
    together = iter(unified(tuple(item for value in arguments for item in items(value, call))))
    sets: list[dict[object, Value]] = []
    for count in counts:
        members = [next(together) for _ in range(count)]
        sets.append({identity(member): member for member in reversed(members)})
    return sets


def _union(sets: list[dict[object, Value]]) -> dict[object, Value]:
    return {key: value for each in reversed(sets) for key, value in each.items()}


def _intersection(sets: list[dict[object, Value]]) -> dict[object, Value]:
    return {key: value for key, value in sets[0].items() if all(key in each for each in sets[1:])}


def _difference(sets: list[dict[object, Value]]) -> dict[object, Value]:
    return {key: value for key, value in sets[0].items() if key not in sets[1]}


def toset(arguments: tuple[Value, ...], call: Call) -> Value:
    """A set: distinct elements of one type, each with the list's trail."""
    arity(call, arguments, 1)
    value = arguments[0]
    return to_set(ListValue(elements(value), (), value.is_set) if isinstance(value, ListValue) else value)


FUNCTIONS: dict[str, Function] = {
    "setintersection": set_operation(_intersection),
    "setproduct": setproduct,
    "setsubtract": set_operation(_difference, exactly=2),
    "setunion": set_operation(_union),
    "toset": toset,
}
