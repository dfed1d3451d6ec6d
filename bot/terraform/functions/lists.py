"""Terraform's functions on lists and sets; every element keeps its own trail."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from bot.terraform.call import Call, Function, FunctionFault
from bot.terraform.convert import equal, identity, in_set_order, to_list, to_set, to_string, unified
from bot.terraform.functions.arguments import (
    MAX_ITEMS,
    arity,
    at_least,
    boolean,
    bounded,
    invalid,
    items,
    number,
    strict,
    texts,
    trail_of,
    unknown_result,
    value_of,
    whole,
    wrong_type,
)
from bot.terraform.trails import elements, is_known, with_trail
from bot.terraform.value import (
    BoolValue,
    Choice,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    StringValue,
    Unknown,
    Value,
)


def concat(arguments: tuple[Value, ...], call: Call) -> Value:
    """Lists one after the other."""
    at_least(call, arguments, 1)
    out: list[Value] = []
    for value in arguments:
        if isinstance(value, Unknown):
            return unknown_result(call, arguments)
        if isinstance(value, ListValue) and value.is_set:
            raise wrong_type(call, "lists", value)
        out += items(value, call)
    return ListValue(tuple(bounded(out)))


def flatten(arguments: tuple[Value, ...], call: Call) -> Value:
    """Lists inside lists replaced by their elements."""
    arity(call, arguments, 1)
    if isinstance(arguments[0], Unknown):
        return unknown_result(call, arguments)
    items(arguments[0], call)
    out: list[Value] = []
    return ListValue(tuple(bounded(out))) if _flatten(arguments[0], out) else unknown_result(call, arguments)


def _flatten(value: Value, out: list[Value]) -> bool:
    """Add the leaves; False if a part is a choice of lists."""
    if isinstance(value, ListValue):
        return all(_flatten(item, out) for item in elements(value))
    if isinstance(value, Choice) and any(isinstance(each.value, ListValue) for each in value.alternatives):
        return False
    out.append(value)
    return True


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
    if isinstance(arguments[0], Unknown) or isinstance(arguments[1], Unknown):
        return unknown_result(call, arguments)
    given = items(arguments[0], call)
    answers = [equal(*_comparable(item, arguments[1])) for item in given]
    if True in answers:
        return BoolValue(True, trail_of(*arguments))
    if None in answers:
        return unknown_result(call, arguments)
    return BoolValue(False, trail_of(*arguments))


def _comparable(left: Value, right: Value) -> tuple[Value, Value]:
    """Primitives of different types are both strings to `contains` and its kind."""
    pair = unified((left, right))
    return pair[0], pair[1]


def distinct(arguments: tuple[Value, ...], call: Call) -> Value:
    """The first of each group of equal elements; known only if each pair is."""
    arity(call, arguments, 1)
    if isinstance(arguments[0], Unknown):
        return unknown_result(call, arguments)
    out: dict[object, Value] = {}
    for item in unified(items(arguments[0], call)):
        out.setdefault(identity(item), item)
    return ListValue(tuple(out.values()))


def compact(arguments: tuple[Value, ...], call: Call) -> Value:
    """The strings that are neither null nor empty."""
    arity(call, arguments, 1)
    if isinstance(arguments[0], Unknown):
        return unknown_result(call, arguments)
    kept: list[Value] = []
    for item in items(arguments[0], call):
        element = to_string(item)
        if isinstance(element, Choice):
            return unknown_result(call, arguments)
        if not isinstance(element, NullValue) and not (isinstance(element, StringValue) and element.known == ""):
            kept.append(element)
    return ListValue(tuple(kept))


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
    given = [_not_null(to_string(item), call) for item in items(arguments[0], call)]
    if not all(map(is_known, given)):
        return ListValue(tuple(in_order(given)))
    return ListValue(tuple(sorted(given, key=_code_points)))


def _not_null(value: Value, call: Call) -> Value:
    if isinstance(value, NullValue):
        raise invalid(call, "does not take null")
    return value


def _code_points(value: Value) -> bytes:
    known = value.known if isinstance(value, StringValue) else None
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
    given, size = items(arguments[0], call), whole(arguments[1], call)
    if size < 0:
        raise invalid(call, "does not take a negative size")
    if not given:
        return ListValue(())
    step = size or len(given)
    return ListValue(tuple(ListValue(given[start : start + step]) for start in range(0, len(given), step)))


def coalesce(arguments: tuple[Value, ...], call: Call) -> Value:
    """The first argument that is neither null nor an empty string."""
    at_least(call, arguments, 1)
    for value in unified(arguments):
        if isinstance(value, NullValue) or (isinstance(value, StringValue) and value.known == ""):
            continue
        return _settled(value, arguments, call)
    raise invalid(call, "finds no argument that is neither null nor empty")


def _settled(value: Value, arguments: tuple[Value, ...], call: Call) -> Value:
    """An unknown first argument may turn out null or empty: it is the result only if nothing else could be."""
    if not isinstance(value, Unknown) or value is arguments[-1] or _never_null(value):
        return value
    return unknown_result(call, arguments)


def _never_null(value: Unknown) -> bool:
    """Attributes that AWS always gives."""
    return value.symbol.name.rpartition(".")[2] in ("arn", "id", "name", "account_id")


def coalescelist(arguments: tuple[Value, ...], call: Call) -> Value:
    """The first list with elements."""
    at_least(call, arguments, 1)
    for value in arguments:
        if isinstance(value, Unknown):
            return unknown_result(call, arguments)
        if not isinstance(value, NullValue) and items(value, call):
            return value
    raise invalid(call, "finds no list with elements")


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
        raise FunctionFault("over-budget", f"setproduct would give {count} elements")
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
            return unknown_result(call, arguments)
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


def _exclusive(sets: list[dict[object, Value]]) -> dict[object, Value]:
    """Elements of exactly one set, folded pair by pair as the library does."""
    result = sets[0]
    for each in sets[1:]:
        left = {key: value for key, value in result.items() if key not in each}
        result = left | {key: value for key, value in each.items() if key not in result}
    return result


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


def toset(arguments: tuple[Value, ...], call: Call) -> Value:
    """A set: distinct elements of one type, each with the list's trail."""
    arity(call, arguments, 1)
    value = arguments[0]
    return to_set(ListValue(elements(value), (), value.is_set) if isinstance(value, ListValue) else value)


def _plain_texts(function: Callable[[list[str]], list[str]]) -> Function:
    def run(arguments: tuple[Value, ...], call: Call) -> Value:
        arity(call, arguments, 1)
        return with_trail(value_of(function(texts(arguments[0], call))), trail_of(*arguments))

    return strict(run)


FUNCTIONS: dict[str, Function] = {
    "alltrue": _booleans(all),
    "anytrue": _booleans(any),
    "chunklist": chunklist,
    "coalesce": coalesce,
    "coalescelist": coalescelist,
    "compact": compact,
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
    "setintersection": set_operation(_intersection),
    "setproduct": setproduct,
    "setsubtract": set_operation(_difference, exactly=2),
    "setsymmetricdifference": set_operation(_exclusive),
    "setunion": set_operation(_union),
    "slice": slice_,
    "sort": sort,
    "sum": strict(sum_),
    "tolist": tolist,
    "toset": toset,
}
