"""What an element at an unknown key is, where the key alone says it: a text around the key, or a yes for some keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from bot.evaluated.derived import AMONG, derived
from bot.evaluated.diagnostic import Trail
from bot.evaluated.document import Symbol
from bot.evaluated.symbol_names import call_name, shortened, shown
from bot.evaluated.trails import string, with_trail
from bot.evaluated.value import Alternative, BoolValue, Choice, ListValue, Part, StringValue, Unknown, Value
from bot.frontends.terraform.evaluate.choice import choose
from bot.frontends.terraform.evaluate.conditions import equality_guard

MAX_OTHERS = 3
"""So many elements may be another text than the key says."""

Key = Unknown | StringValue

Candidates = tuple[tuple[str, Value], ...]
"""By the key's values."""


def of_key(candidates: Candidates, key: Key, trail: Trail, again: Callable[..., Value]) -> Value | None:
    """The element; None if more than the key says it. `again` makes one of the same keys' other candidates."""
    values = [value for _, value in candidates]
    if all(isinstance(value, BoolValue) for value in values):
        return _yes_for_some(candidates, key, trail)
    if any(isinstance(value, StringValue) for value in values):
        return _with_key_inside(candidates, key, trail)
    if all(isinstance(value, Choice) for value in values):
        return _each_way(candidates, key, again)
    return None


def _yes_for_some(candidates: Candidates, key: Key, trail: Trail) -> Value:
    """The same condition as that the key is one of those for which it holds."""
    wanted = [label for label, value in candidates if isinstance(value, BoolValue) and value.value]
    given = (ListValue(tuple(map(string, wanted))), Unknown(_one_of_these(candidates, key), key.trail))
    return Unknown(derived(call_name("contains", given), "the key is not known", *given, relation="contains"), trail)


def _with_key_inside(candidates: Candidates, key: Key, trail: Trail) -> Value | None:
    """The text around the key, where it is the same for all but a few, which are told apart by the key."""
    fitting = Counter(around for label, value in candidates for around in _around(label, value))
    if not fitting:
        return None
    around, _ = min(fitting.items(), key=lambda each: (-each[1], each[0]))
    others = [(label, value) for label, value in candidates if around not in _around(label, value)]
    if len(others) > min(MAX_OTHERS, len(candidates) // 4):
        return None
    said = (Part(around[0], trail), Part(_one_of_these(candidates, key), key.trail), Part(around[1], trail))
    result: Value = StringValue(tuple(part for part in said if part.content), trail)
    for label, value in others:
        holds = equality_guard(string(label), key)
        result = choose((Alternative(holds, value), Alternative(holds.turned(False), result)))
    return with_trail(result, trail)


def _around(label: str, value: Value) -> set[tuple[str, str]]:
    """What comes before and after the label in a text, in each way that it is there."""
    text = value.known if isinstance(value, StringValue) else None
    if text is None or not label:
        return set()
    return {(text[:at], text[at + len(label) :]) for at in range(len(text)) if text.startswith(label, at)}


def _one_of_these(candidates: Candidates, key: Key) -> Symbol:
    """The key where it is one of those that there are: with others it is another, and with none Terraform fails."""
    name = shortened(f"{_words(key)} in {{{', '.join(label for label, _ in candidates)}}}")
    keys = ListValue(tuple(string(label) for label, _ in candidates))
    return derived(name, "the key is not known", keys, key, relation=AMONG)


def _words(key: Key) -> str:
    return key.symbol.name if isinstance(key, Unknown) else shown(key)


def _each_way(candidates: Candidates, key: Key, again: Callable[..., Value]) -> Value | None:
    """A choice among what each alternative is at the key, if all hang on the same conditions."""
    choices = [(label, value) for label, value in candidates if isinstance(value, Choice)]
    conditions = [each.guard for each in choices[0][1].alternatives]
    if any([each.guard for each in value.alternatives] != conditions for _, value in choices):
        return None
    ways = (
        (guard, tuple((label, value.alternatives[index].value) for label, value in choices))
        for index, guard in enumerate(conditions)
    )
    return choose(tuple(Alternative(guard, again(found, key=key)) for guard, found in ways))
