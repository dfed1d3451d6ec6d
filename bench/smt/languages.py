"""Regular languages by name, and the solver's word on whether one string can be in some and outside others.

The solver answers in milliseconds where a string has one regular expression and seldom at all where it has several,
so that each such question is put as one intersection.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import z3

from bench.smt.text import (
    ANYTHING,
    NO_COLON,
    SEGMENT,
    STRING,
    Part,
    Variable,
    Wild,
    Word,
    arn_segments,
    concat,
    literal,
    union,
)


@dataclass(frozen=True, slots=True)
class Language:
    """The texts that one of `choices` says; `caseless` in either case."""

    choices: tuple[tuple[Part, ...], ...]
    caseless: bool = False


@lru_cache(maxsize=50_000)
def expression(language: Language) -> z3.ReRef:
    """The language as a regular expression."""
    return union([concat([_piece(part, language) for part in parts]) for parts in language.choices])


def _piece(part: Part, language: Language) -> z3.ReRef:
    if isinstance(part, Wild):
        return _WILD[part.char]
    assert isinstance(part, Word)
    if language.caseless:
        return concat([union([z3.Re(literal(form)) for form in sorted({c.lower(), c.upper()})]) for c in part.text])
    return z3.Re(literal(part.text))


_WILD = {
    "*": ANYTHING,
    "?": z3.AllChar(z3.ReSort(STRING)),
    ":": SEGMENT,
    "1": NO_COLON,
    "/": z3.Star(z3.Diff(NO_COLON, z3.Re("/"))),
    "w": z3.Plus(z3.Union(z3.Range("a", "z"), z3.Range("0", "9"))),
    "-": z3.Plus(z3.Union(z3.Range("a", "z"), z3.Range("0", "9"), z3.Re("-"))),
}
"""Besides `*` and `?`: runs and one without a colon, a run without colon and slash, a word, a word with hyphens."""


def loosened(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Anything in the place of each policy variable."""
    return tuple(Wild("*") if isinstance(part, Variable) else part for part in parts)


def segmentwise(parts: tuple[Part, ...]) -> Language:
    """An ARN compared segment by segment, where the text has six."""
    *first, last = arn_segments(parts)
    closed: list[Part] = []
    for segment in first:
        closed += [Wild(":" if part.char == "*" else "1") if isinstance(part, Wild) else part for part in segment]
        closed.append(Word(":"))
    return Language(((*closed, *last),))


Literals = frozenset[tuple[Language, bool]]
"""Languages that a string is in (True) or not in (False)."""


class Undecided(Exception):
    """The solver does not know."""


_KNOWN: dict[Literals, str | None] = {}
"""What has been answered: versions of policies ask the same again and again."""


def example(literals: Literals, milliseconds: int) -> str | None:
    """A string as the literals say, None if there is none. Raises Undecided."""
    concerned = _without_strangers(literals)
    if concerned not in _KNOWN:
        _KNOWN[concerned] = _example(concerned, milliseconds)
    return _KNOWN[concerned]


def _without_strangers(literals: Literals) -> Literals:
    """Without what begins otherwise than the string has to: it is not in that anyway."""
    begin = max((_beginning(one) for one, inside in literals if inside), key=len, default="")
    found = set()
    for one, inside in literals:
        if inside or one.caseless:
            found.add((one, inside))
            continue
        near = tuple(parts for parts in one.choices if _agree(_first(parts), begin))
        if near:
            found.add((Language(near, one.caseless), inside))
    return frozenset(found)


def _beginning(language: Language) -> str:
    return "" if language.caseless or len(language.choices) != 1 else _first(language.choices[0])


def _first(parts: tuple[Part, ...]) -> str:
    return parts[0].text if parts and isinstance(parts[0], Word) else ""


def _agree(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _example(literals: Literals, milliseconds: int) -> str | None:
    wanted = [
        expression(one) if inside else z3.Complement(expression(one)) for one, inside in sorted(literals, key=_order)
    ]
    subject = z3.String("subject")
    solver = z3.SimpleSolver()
    solver.set("timeout", milliseconds)
    solver.add(z3.InRe(subject, z3.Intersect(*wanted) if len(wanted) > 1 else wanted[0]))
    result = solver.check()
    if result == z3.unknown:
        raise Undecided(f"{solver.reason_unknown()}: {len(literals)} languages of one string")
    return solver.model().eval(subject, model_completion=True).as_string() if result == z3.sat else None


def _order(literal_: tuple[Language, bool]) -> tuple[bool, int]:
    return not literal_[1], len(literal_[0].choices)


def core(literals: Literals, milliseconds: int) -> Literals:
    """As few of the literals as still contradict each other; pairs first, as they are what mostly does."""
    inside = [one for one in literals if one[1]]
    for one in inside:
        for other in literals:
            if one != other and example(frozenset((one, other)), milliseconds) is None:
                return frozenset((one, other))
    kept = set(literals)
    for one in sorted(literals, key=_order, reverse=True):
        try:
            if len(kept) > 1 and example(frozenset(kept - {one}), milliseconds) is None:
                kept.discard(one)
        except Undecided:
            continue
    return frozenset(kept)


def forget() -> None:
    """Ask everything again."""
    _KNOWN.clear()
    expression.cache_clear()
