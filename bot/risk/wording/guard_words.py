"""Guards in a reader's words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from bot.evaluated.formula import Compound, Equals, one_subject
from bot.evaluated.guard import (
    AboveZero,
    Guard,
    NotDefault,
    NotEmpty,
    OtherThanDefault,
    Undecided,
    disabled_by_default,
    ordered,
    spelled,
)
from bot.late_pattern import late_pattern
from bot.review.prose import Prose

LONGEST = 100
"""A title has no room for a longer condition."""

_VARIABLE = late_pattern(r"var\.[\w-]+")


def guard_words(guard: Guard) -> str:
    """The condition that is assumed: "var.x == 1", "nothing today: only where var.y is true"."""
    return f"{'nothing today: only where ' if guard.disabled_by_default else ''}{spelled(guard)}"


def all_words(guards: Sequence[Guard]) -> tuple[str, ...]:
    """What is assumed, guard by guard; that something is no other value is not said of what is said to be one."""
    undecided = {one: one.condition for one in guards if isinstance(one.condition, Undecided)}
    known = {condition.subject for one, condition in undecided.items() if one.holds and condition.subject}
    told = (one for one in guards if one.holds or one not in undecided or undecided[one].subject not in known)
    return tuple(map(guard_words, told))


def latent_words(guards: Iterable[Guard]) -> str:
    """What keeps something out today, in brackets behind it; "" where nothing does. Of more the first two."""
    later = " and ".join(map(spelled, ordered(disabled_by_default(guards))[:2]))
    return f" (nothing today: only where {later})" if later else ""


def only_where_words(guards: Iterable[Guard]) -> str:
    """ ", where var.stage is prod": what a value has to be; "" where nothing so plain is said.

    Nothing of several values: with some of them it may have been held before.
    """
    plain = (_plainly(guard, 1) for guard in ordered(guards) if guard.holds and not guard.disabled_by_default)
    return next((f", where {said}" for said in plain if said), "")


def _plainly(guard: Guard, most: int = 3) -> str:
    """ "var.stage is prod", "var.key is not null": what one variable is, or is not; "" for what is not so plain."""
    match guard.condition:
        case Undecided(formula=Equals() | Compound("||") as formula):
            asked, literals = one_subject([formula])
            named = _NOTHING_ELSE.fullmatch(str(asked))
            if named is not None and len(literals) <= most and not any("${" in one for one in literals):
                *more, last = (_PLAIN.get(one, one.strip(_QUOTES)) for one in sorted(literals))
                told = f"{', '.join(more)} or {last}" if more else last
                return f"{named[1]} is {'' if guard.holds else 'not '}{told}"
    return ""


_PLAIN = {'""': "empty"}
_NOTHING_ELSE = late_pattern(r"(?:\$\{)?(var\.[\w-]+)\}?")
_QUOTES = '"'


def held_where_words(chosen: Collection[Guard], shared: Iterable[Guard]) -> Prose:
    """Who of a module's callers has it, or where it is held: by what is off today, or by what nobody knows yet.

    `shared` are the guards of all of it. That something does not hold says less than what does: it is left out.
    """
    if chosen:
        return Prose(callers_words(chosen))
    off = disabled_by_default(shared := tuple(shared))
    said = map(_positively, ordered(off or (one for one in shared if one.holds)))
    told = [one for one in said if _VARIABLE.search(one) and len(one) <= LONGEST][:2]
    return Prose(f"where {' and '.join(told)}" if told else "")


def all_where_words(guards: Sequence[Guard]) -> str:
    """ "where var.a is true": where all of these are so; "" where that cannot be said in a few words."""
    said = [_positively(one) for one in guards]
    short = len(said) <= _MOST_SAID and all(_VARIABLE.search(one) and len(one) <= LONGEST for one in said)
    return f"where {' and '.join(said)}" if said and short else ""


_MOST_SAID = 2


def _positively(guard: Guard) -> str:
    """What is so where it holds: a condition that is a variable alone is said to be true."""
    said = _plainly(guard) or spelled(guard)
    return f"{said} is true" if _VARIABLE.fullmatch(said) else said


def callers_words(choices: Collection[Guard]) -> str:
    """Which callers of a module have what depends on such guards, by the one that says most."""
    if not choices:
        return "callers who choose it"
    most = max(ordered(choices), key=lambda one: (one.holds, len(one.variables)))
    match most.condition:
        case OtherThanDefault(variable=name, negated=negated) if name:
            return f"callers who set var.{name} to {'false' if most.holds is negated else 'true'}"
        case Undecided(name=name) if _VARIABLE.fullmatch(name):
            return f"callers who set {name} to {'true' if most.holds else 'false'}"
        case NotEmpty(variables=names):
            return f"callers who fill {' or '.join(names)}"
        case AboveZero(variables=names):
            return f"callers who set {' or '.join(names)} above 0"
        case NotDefault(variables=names):
            return f"callers who set {' or '.join(names)}"
    return _callers_for_whom(_plainly(most) or spelled(most))


def _callers_for_whom(condition: str) -> str:
    return f"callers for whom {condition}" if len(condition) <= LONGEST else _by_variables(condition)


def _by_variables(condition: str) -> str:
    """By what callers choose, where how they do so is too long to be said."""
    names = list(dict.fromkeys(_VARIABLE.findall(condition)))[:2]
    return f"callers who choose it by {' and '.join(names)}" if names else "callers who choose it"
