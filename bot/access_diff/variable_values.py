"""Values of policy variables that matter: those at which a text with a variable is another text of the comparison."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product

from bot.access_diff.ruleset import Compiled, RuleSet, may_share_actions
from bot.frozen import dataclass
from bot.iam.condition import Family
from bot.iam.coverage import Box
from bot.iam.intersection import intersect
from bot.iam.pattern import ANY, STAR, STARS, WILDCARDS, TooComplex, is_literal, is_symbol, is_unknown, letters
from bot.iam.vocabulary import Vocabulary

MAX_CHOICES = 48
"""Comparisons with variables fixed before the rest is left open."""

MAX_COMPARED = 4_000
"""Statements compared, over all choices."""

MAX_ALIGNED = 4_000
"""Pairs of texts laid over each other."""

_MAX_WILDCARDS = 6
_WORD = "example"

Values = dict[str, dict[str, None]]
"""The values in question for each condition key, in order."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Combinations of values to be compared each by itself; `complete` if no others matter."""

    combinations: tuple[Mapping[str, str], ...]
    complete: bool

    def settle(self, context: Mapping[str, tuple[str, ...]], vocabulary: Vocabulary) -> bool:
        """Whether a request with these values of its variables is looked at under one of the combinations."""
        if not self.complete:
            return False
        known = {(key, value) for choice in self.combinations for key, value in choice.items()}
        keys = (key for _, key in vocabulary.variables())
        return any((key, value) in known for key in keys for value in context.get(key, ()))


NO_CHOICES = Choices((), complete=False)


def choices(old: Compiled, new: Compiled, vocabulary: Vocabulary) -> Choices:
    """The combinations of values that matter to a comparison. Never raises."""
    if not vocabulary.variables():
        return Choices((), complete=True)
    try:
        values = _values(_relevant(old, new), vocabulary)
    except TooComplex:
        return NO_CHOICES
    statements = len(old.policy.statements) + len(new.policy.statements)
    most = min(MAX_CHOICES, MAX_COMPARED // max(statements, 1))
    options = [[None, *found] for found in values.values()]
    size = 1
    for option in options:
        size *= len(option)
    if size - 1 > most:
        single = [{key: value} for key, found in values.items() for value in found]
        return Choices(tuple(single[:most]), complete=False)
    combined = (
        {key: value for key, value in zip(values, picked, strict=True) if value is not None}
        for picked in product(*options)
    )
    return Choices(tuple(choice for choice in combined if choice), complete=True)


def _relevant(old: Compiled, new: Compiled) -> list[Box]:
    """The boxes that share actions with one that only one side has; what is equal on both sides decides nothing."""
    boxes = [*_boxes(old), *_boxes(new)]
    changed = [*_own(old, new), *_own(new, old)]
    if len(boxes) * len(changed) > MAX_ALIGNED:
        return boxes
    return [box for box in boxes if any(_share_actions(box, other) for other in changed)]


def _share_actions(left: Box, right: Box) -> bool:
    return left.origin is right.origin or may_share_actions(left, right)


def _boxes(side: Compiled) -> Iterator[Box]:
    for rules in (side.main, *side.limits):
        yield from _in(rules)


def _in(rules: RuleSet) -> Iterator[Box]:
    yield from rules.allows.all
    yield from rules.denies.all


def _own(side: Compiled, other: Compiled) -> Iterator[Box]:
    """The boxes of statements and of limits that `other` does not have."""
    yield from (box for box in _in(side.main) if side.main.key_by_id[id(box.origin)] not in other.main.keys)
    kept = {limit.keys for limit in other.limits}
    for limit in side.limits:
        if limit.keys not in kept:
            yield from _in(limit)


def _places(boxes: list[Box]) -> dict[str, dict[str, None]]:
    """The patterns that stand in one place and are compared with each other: by condition key, "" for resources."""
    places: dict[str, dict[str, None]] = {}
    for box in boxes:
        places.setdefault("", {}).update(dict.fromkeys((*box.resources.within, *box.resources.without)))
        for test in box.tests:
            if test.family is Family.STRING:
                places.setdefault(test.key, {}).update(dict.fromkeys(test.values))
    return places


def _values(boxes: list[Box], vocabulary: Vocabulary) -> Values:
    """The values at which a text with a variable meets another, and those a condition names. Raises TooComplex."""
    keys = dict(vocabulary.variables())
    places = _places(boxes)
    found: Values = {key: {} for key in keys.values()}
    spent = 0
    for patterns in places.values():
        variable = [pattern for pattern in patterns if not keys.keys().isdisjoint(pattern)]
        spent += len(variable) * len(patterns)
        if spent > MAX_ALIGNED:
            raise TooComplex("many policy variables")
        for pattern, other in product(variable, patterns):
            if other != pattern:
                _align(pattern, other, keys, vocabulary, found)
    for key, values in found.items():
        for value in places.get(key, ()):
            if is_literal(value) and not any(map(is_symbol, value)):
                values[vocabulary.concrete(value)] = None
    return {key: values for key, values in found.items() if values}


def _align(pattern: str, other: str, keys: Mapping[str, str], vocabulary: Vocabulary, found: Values) -> None:
    """Note what the variables of `pattern` are where it meets `other`. Raises TooComplex."""
    loose = "".join(STAR if char in keys else char for char in pattern)
    wide = "".join(STAR if char in keys and char in pattern else char for char in other)
    if sum(char in WILDCARDS for char in loose) > _MAX_WILDCARDS:
        raise TooComplex("a policy variable among many wildcards")
    meetings = {*intersect(loose, other), *intersect(loose, wide)}
    places = [keys[char] for char in pattern if char in keys]
    for lazy in ("", "?"):
        written = re.compile("".join(_regex(char, keys, lazy) for char in pattern), re.DOTALL)
        for meeting in sorted(meetings, key=lambda text: (len(text), text)):
            match = written.fullmatch(meeting)
            for key, text in zip(places, match.groups(), strict=True) if match else ():
                _note(key, text, keys, vocabulary, found)


def _regex(char: str, keys: Mapping[str, str], lazy: str) -> str:
    if char in keys:
        return f"(.+{lazy})"
    if char in STARS:
        return f".*{lazy}"
    if char == ANY or char in WILDCARDS:
        return "."
    return f"[{re.escape(char + letters(char))}]"


def _note(key: str, text: str, keys: Mapping[str, str], vocabulary: Vocabulary, found: Values) -> None:
    if set(text) <= STARS or any(map(is_unknown, text)):
        return
    for char in text:
        if char in keys:
            found[keys[char]][_WORD] = None
    plain = (
        _WORD if char in STARS or char in keys else "x" if char in WILDCARDS else letters(char)[0] for char in text
    )
    found[key][vocabulary.concrete("".join(plain))] = None
