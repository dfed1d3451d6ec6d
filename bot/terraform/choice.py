"""Operations over undecided values: each combination of alternatives that can occur together, up to a cap."""

from __future__ import annotations

from collections.abc import Callable

from bot.document import Symbol
from bot.terraform.convert import MAX_ALTERNATIVES, same
from bot.terraform.naming import shortened, shown
from bot.terraform.trails import alternatives, joined
from bot.terraform.value import Alternative, Choice, Unknown, Value

Operation = Callable[[tuple[Value, ...]], Value]


def spread(values: tuple[Value, ...], apply: Operation) -> Value:
    """`apply` to `values` if none is a Choice, else a Choice of its results (Unknown over the cap)."""
    if not any(isinstance(value, Choice) for value in values):
        return apply(values)
    result = _spread(values, apply, [0])
    if result is not None:
        return result
    trail = values[0].trail
    for value in values[1:]:
        trail = joined(trail, value.trail)
    return Unknown(Symbol(shortened(", ".join(map(shown, values))), "too many combinations"), trail)


def _spread(values: tuple[Value, ...], apply: Operation, leaves: list[int]) -> Value | None:
    choice = next((value for value in values if isinstance(value, Choice)), None)
    if choice is None:
        leaves[0] += 1
        return apply(values) if leaves[0] <= MAX_ALTERNATIVES else None
    results: list[Alternative] = []
    for alternative in alternatives(choice):
        chosen = tuple(decided(value, alternative.guard) for value in values)
        result = _spread(chosen, apply, leaves)
        if result is None:
            return None
        results.append(Alternative(alternative.guard, result))
    return choose(tuple(results))


def decided(value: Value, guard: str) -> Value:
    """The value once `guard` holds."""
    while isinstance(value, Choice):
        found = next((each for each in alternatives(value) if each.guard == guard), None)
        if found is None:
            return value
        value = found.value
    return value


def choose(results: tuple[Alternative, ...]) -> Value:
    """A Choice, or the value itself if all alternatives are the same."""
    first = results[0].value
    if all(same(each.value, first) for each in results[1:]):
        return first
    return Choice(results)


def guards(condition: str) -> tuple[str, str]:
    """The guards for a condition holding and failing; a negated condition is the other way round."""
    if condition.startswith("!(") and condition.endswith(")"):
        return condition, condition[2:-1]
    return condition, f"!({condition})"


def leaf_count(value: Value) -> int:
    """How many values a choice may end in."""
    if isinstance(value, Choice):
        return sum(leaf_count(each.value) for each in value.alternatives)
    return 1
