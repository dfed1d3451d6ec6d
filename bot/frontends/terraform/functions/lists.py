"""Terraform's functions on lists and sets; every element keeps its own trail."""

from __future__ import annotations

from collections.abc import Callable

from bot.evaluated.call import Call, Function
from bot.evaluated.partial import NoneOf, RepeatedList
from bot.evaluated.trails import elements, is_known, trail_of
from bot.evaluated.value import (
    BoolValue,
    Choice,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    StringValue,
    Unknown,
    Value,
    known_text,
)
from bot.frontends.terraform.evaluate.choice import spread
from bot.frontends.terraform.evaluate.conversion import to_list, unified
from bot.frontends.terraform.evaluate.convert import equal, identity, to_string
from bot.frontends.terraform.evaluate.member_access import indexed
from bot.frontends.terraform.functions.arguments import (
    arity,
    at_least,
    boolean,
    invalid,
    items,
    not_null,
    number,
    some_of,
    strict,
    unknown_result,
    value_of,
    whole,
    wrong_type,
)
from bot.frontends.terraform.functions.budget import bounded


def concat(arguments: tuple[Value, ...], call: Call) -> Value:
    """Lists one after the other; one that is not known stands there as an element, and makes the length unknown."""
    at_least(call, arguments, 1)
    out: list[Value] = []
    for value in arguments:
        if isinstance(value, Unknown):
            out.append(some_of(value))
            continue
        if isinstance(value, ListValue) and value.is_set:
            raise wrong_type(call, "lists", value)
        out += items(value, call)
    return of_length(out, known=not any(isinstance(value, Unknown) for value in arguments))


def of_length(out: list[Value], known: bool) -> ListValue:
    """A list of these elements, some of which stand for more if its length is not known."""
    return ListValue(tuple(bounded(out))) if known else RepeatedList(tuple(bounded(out)))


def flatten(arguments: tuple[Value, ...], call: Call) -> Value:
    """Lists inside lists replaced by their elements; an outer element that is not known is taken for a list."""
    arity(call, arguments, 1)
    if isinstance(arguments[0], Unknown):
        return unknown_result(call, arguments)
    outer = items(arguments[0], call)
    unknown = any(isinstance(item, Unknown) for item in outer)
    out: list[Value] = []
    for item in outer:
        _flatten(some_of(item) if isinstance(item, Unknown) else item, out)

    undecided = [index for index, item in enumerate(out) if _may_be_list(item)]

    def one_way(chosen: tuple[Value, ...]) -> Value:
        way = dict(zip(undecided, chosen, strict=True))
        leaves: list[Value] = []
        for index, item in enumerate(out):
            found = way.get(index, item)
            _flatten(some_of(found) if index in way and isinstance(found, Unknown) else found, leaves)
        return of_length(leaves, known=not unknown and not any(isinstance(each, Unknown) for each in chosen))

    return spread(tuple(out[index] for index in undecided), one_way)


def _flatten(value: Value, out: list[Value]) -> None:
    """Add the leaves; what may be a list or not is one of them."""
    if isinstance(value, ListValue):
        for item in elements(value):
            _flatten(item, out)
    else:
        out.append(value)


def _may_be_list(value: Value) -> bool:
    return isinstance(value, Choice) and any(
        isinstance(each.value, ListValue) or _may_be_list(each.value) for each in value.alternatives
    )


def length(arguments: tuple[Value, ...], call: Call) -> Value:
    """The number of elements or characters; a set with unknown elements may have fewer."""
    arity(call, arguments, 1)
    match arguments[0]:
        case ListValue() as value:
            if value.is_set and len(value.items) > 1 and not is_known(value):
                return unknown_result(call, arguments)
            return NumberValue(len(value.items), value.trail)
        case ObjectValue() as value:
            return NumberValue(len(value.entries), value.trail)
        case StringValue() as value:
            if value.known is None:
                return unknown_result(call, arguments)
            return NumberValue(len(value.known), trail_of(value))
        case Unknown():
            return unknown_result(call, arguments)
        case value:
            raise wrong_type(call, "a string, list, set or map", value)


def contains(arguments: tuple[Value, ...], call: Call) -> Value:
    """Whether an element equals a value."""
    arity(call, arguments, 2)
    looked_for_is_open = isinstance(arguments[1], Unknown) and not isinstance(arguments[1], NoneOf)
    if isinstance(arguments[0], Unknown) or looked_for_is_open:
        return unknown_result(call, arguments)
    given = items(arguments[0], call)
    if isinstance(arguments[1], NullValue):
        raise invalid(call, "does not look for null")
    answers = [equal(item, arguments[1]) for item in given]
    if True in answers:
        return BoolValue(True, trail_of(*arguments))
    if None in answers:
        return unknown_result(call, arguments)
    return BoolValue(False, trail_of(*arguments))


def distinct(arguments: tuple[Value, ...], call: Call) -> Value:
    """The first of each group of equal elements; known only if each pair is."""
    arity(call, arguments, 1)
    if isinstance(arguments[0], Unknown):
        return unknown_result(call, arguments)
    out: dict[object, Value] = {}
    for item in unified(items(arguments[0], call)):
        out.setdefault(identity(item), item)
    return ListValue(tuple(out.values()))


def one(arguments: tuple[Value, ...], call: Call) -> Value:
    """The only element, or null if there is none."""
    arity(call, arguments, 1)
    if isinstance(arguments[0], Unknown):
        return unknown_result(call, arguments)
    given = items(arguments[0], call)
    if len(given) > 1:
        raise invalid(call, f"takes at most one element, not {len(given)}")
    return given[0] if given else NullValue(arguments[0].trail)


def element(arguments: tuple[Value, ...], call: Call) -> Value:
    """The element at an index that wraps around."""
    arity(call, arguments, 2)
    if isinstance(arguments[0], Unknown) and is_known(arguments[1]) and whole(arguments[1], call) >= 0:
        return indexed(*arguments)  # what wraps around is an element as well, and has an index of its own
    if isinstance(arguments[0], Unknown) or not is_known(arguments[1]):
        return unknown_result(call, arguments)
    if isinstance(arguments[0], ListValue) and arguments[0].is_set:
        raise wrong_type(call, "a list", arguments[0])
    given, index = items(arguments[0], call), whole(arguments[1], call)
    if not given:
        raise invalid(call, "takes a list with elements")
    if index < 0:
        raise invalid(call, "does not take a negative index")
    return given[index % len(given)]


def index(arguments: tuple[Value, ...], call: Call) -> Value:
    """The position of the first element equal to a value."""
    arity(call, arguments, 2)
    for position, item in enumerate(items(arguments[0], call)):
        if equal(item, arguments[1]):
            return NumberValue(position, trail_of(*arguments))
    raise invalid(call, "does not find the value")


def slice_(arguments: tuple[Value, ...], call: Call) -> Value:
    """The elements from one index up to another."""
    arity(call, arguments, 3)
    if isinstance(arguments[0], Unknown) or not all(map(is_known, arguments[1:])):
        return unknown_result(call, arguments)
    if isinstance(arguments[0], ListValue) and arguments[0].is_set:
        raise wrong_type(call, "a list", arguments[0])
    given = items(arguments[0], call)
    start, end = whole(arguments[1], call), whole(arguments[2], call)
    if not 0 <= start <= end <= len(given):
        raise invalid(call, f"takes indexes up to {len(given)}, not {start} and {end}")
    return ListValue(given[start:end])


def sort(arguments: tuple[Value, ...], call: Call) -> Value:
    """Strings in the order of their code points; symbols stand where their name puts them."""
    arity(call, arguments, 1)
    if isinstance(arguments[0], Unknown):
        return unknown_result(call, arguments)
    given = [not_null(to_string(item), call) for item in items(arguments[0], call)]
    if not all(map(is_known, given)):
        return ListValue(tuple(in_order(given)))
    return ListValue(tuple(sorted(given, key=_code_points)))


def _code_points(value: Value) -> bytes:
    known = known_text(value)
    return (known or "").encode("utf-8", "surrogatepass")


def in_order(values: list[Value]) -> list[Value]:
    """Partly unknown strings in a stable order."""
    return sorted(values, key=lambda value: repr(identity(value)))


def reverse(arguments: tuple[Value, ...], call: Call) -> Value:
    """The elements from last to first."""
    arity(call, arguments, 1)
    if isinstance(arguments[0], Unknown):
        return unknown_result(call, arguments)
    return ListValue(tuple(reversed(items(arguments[0], call))))


def chunklist(arguments: tuple[Value, ...], call: Call) -> Value:
    """Lists of at most a number of elements; 0 is one list of all."""
    arity(call, arguments, 2)
    if isinstance(arguments[0], Unknown) or not is_known(arguments[1]):
        return unknown_result(call, arguments)
    given, size = unified(items(arguments[0], call)), whole(arguments[1], call)
    if size < 0:
        raise invalid(call, "does not take a negative size")
    if not given:
        return ListValue(())
    step = size or len(given)
    return ListValue(tuple(ListValue(given[start : start + step]) for start in range(0, len(given), step)))


def range_(arguments: tuple[Value, ...], call: Call) -> Value:
    """Numbers from a start up to, without, an end."""
    arity(call, arguments, 1, 3)
    given = [number(value, call) for value in arguments]
    start, end = (0, given[0]) if len(given) == 1 else (given[0], given[1])
    step = given[2] if len(given) == 3 else (1 if end >= start else -1)
    if step == 0 or (end > start and step < 0) or (end < start and step > 0):
        raise invalid(call, "takes a step that leads from start to end")
    if abs((end - start) / step) > 1024:
        raise invalid(call, "gives at most 1024 numbers")
    out: list[object] = []
    current: int | float = start
    while (current < end) if step > 0 else (current > end):
        out.append(current)
        current += step
    return value_of(out, trail_of(*arguments))


def _booleans(answer: Callable[[list[bool]], bool]) -> Function:
    """alltrue or anytrue: decided as soon as the known elements decide it."""

    def run(arguments: tuple[Value, ...], call: Call) -> Value:
        arity(call, arguments, 1)
        if isinstance(arguments[0], Unknown):
            return unknown_result(call, arguments)
        given = items(arguments[0], call)
        known = [not isinstance(item, NullValue) and boolean(item, call) for item in given if is_known(item)]
        unknown = len(given) - len(known)
        outcomes = {answer([*known, *[guess] * unknown]) for guess in (True, False)}
        if len(outcomes) > 1:
            return unknown_result(call, arguments)
        return BoolValue(outcomes.pop(), trail_of(*arguments))

    return run


def sum_(arguments: tuple[Value, ...], call: Call) -> Value:
    """The sum of at least one number."""
    arity(call, arguments, 1)
    given = [number(item, call) for item in items(arguments[0], call)]
    if not given:
        raise invalid(call, "takes a list with elements")
    total = sum(given)
    return value_of(round(total, 12) if isinstance(total, float) else total, trail_of(*arguments))


def matchkeys(arguments: tuple[Value, ...], call: Call) -> Value:
    """Values whose key, at the same place in the second list, is in the third."""
    arity(call, arguments, 3)
    values, keys = items(arguments[0], call), items(arguments[1], call)
    if len(values) != len(keys):
        raise invalid(call, "takes as many keys as values")
    wanted = {identity(item) for item in unified((*items(arguments[2], call), *keys))[: len(items(arguments[2], call))]}
    given = unified((*items(arguments[2], call), *keys))[len(items(arguments[2], call)) :]
    return ListValue(tuple(value for value, key in zip(values, given, strict=True) if identity(key) in wanted))


def tolist(arguments: tuple[Value, ...], call: Call) -> Value:
    """A list, elements of one type."""
    arity(call, arguments, 1)
    return to_list(arguments[0])


FUNCTIONS: dict[str, Function] = {
    "alltrue": _booleans(all),
    "anytrue": _booleans(any),
    "chunklist": chunklist,
    "concat": concat,
    "contains": contains,
    "distinct": distinct,
    "element": element,
    "flatten": flatten,
    "index": strict(index),
    "length": length,
    "matchkeys": strict(matchkeys),
    "one": one,
    "range": strict(range_),
    "reverse": reverse,
    "slice": slice_,
    "sort": sort,
    "sum": strict(sum_),
    "tolist": tolist,
}
