"""Guards: conditions that something depends on, and the way they went; told by what they are, never by their text.

`spelled` is for names and orders; what people read is made of it in `bot.risk.wording.guard_words`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace
from functools import lru_cache

from bot.evaluated.diagnostic import Span
from bot.evaluated.document import Symbol
from bot.evaluated.formula import Atom, Compound, Equals, Formula, satisfiable
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Undecided:
    """A condition that only Terraform will know. `exact` tells it from all others, `name` is shown.

    `formula` is what it is made of, None if it is made of nothing else.
    """

    exact: str
    name: str = field(compare=False)
    formula: Equals | Compound | None = field(default=None, compare=False)

    @property
    def subject(self) -> str:
        """What it says to be equal to a literal, as exact; "" if it is no such equality."""
        return str(self.formula.subject) if isinstance(self.formula, Equals) else ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A condition of the root in `directory`, seen from another root."""

    condition: Condition
    directory: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """That all guards of one of several ways hold."""

    ways: tuple[tuple[Guard, ...], ...]


@dataclass(frozen=True, slots=True)
class OtherThanDefault:
    """A condition, in terms of root variables, that their defaults decide today.

    `variable` is its name if the condition is that variable and nothing else, or that `negated`.
    """

    name: str
    variable: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class NotEmpty:
    """That one of these root variables, empty by default, has elements."""

    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AboveZero:
    """That one of these root variables, 0 by default, is more."""

    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotDefault:
    """That one of these root variables is something else than its default."""

    variables: tuple[str, ...]


Condition = Undecided | Elsewhere | AnyOf | OtherThanDefault | NotEmpty | AboveZero | NotDefault


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition that holds or fails.

    `variables` are the symbols that it follows from in the end, named from the root module on; `origin` is where what
    it is decided by comes from. Neither is needed to tell it from others.
    """

    condition: Condition
    holds: bool = True
    variables: frozenset[Symbol] = field(default=frozenset(), compare=False)
    origin: Span | None = field(default=None, compare=False)

    @property
    def disabled_by_default(self) -> bool:
        """Whether defaults of root variables rule out today what depends on it."""
        return isinstance(self.condition, OtherThanDefault | NotEmpty | AboveZero | NotDefault)

    def turned(self, holds: bool) -> Guard:
        """The guard of the same condition that holds or fails."""
        return self if holds is self.holds else replace(self, holds=holds)

    def value_of(self, variable: str) -> bool | None:
        """What it alone makes of a root variable; None if it leaves that open."""
        match self.condition:
            case OtherThanDefault(variable=name, negated=negated) if name == variable:
                return self.holds is not negated
        return None


@dataclass(frozen=True, slots=True)
class KeptOut:
    """An expression that was not evaluated, or was left aside, as variables have nothing but their defaults.

    `spans` are where it is written, and what it names: locals, arguments, documents. `guard` says what would let it in,
    `variables` are those that it is about, named from the root module on ("var.x", "module.m.var.x"). `address` is the
    block that asked for it first. `is_blank` if it says nothing (`[]`).
    """

    spans: tuple[Span, ...]
    guard: Guard
    variables: tuple[str, ...]
    address: str = ""
    is_blank: bool = False


def all_of(guards: tuple[Guard, ...]) -> Guard:
    """The guard that all these hold."""
    return guards[0] if len(guards) == 1 else any_of((guards,))


def any_of(ways: Iterable[tuple[Guard, ...]]) -> Guard:
    """The guard that all of one of the ways hold."""
    found = tuple(dict.fromkeys(ways))
    every = [guard for way in found for guard in way]
    variables = frozenset(symbol for guard in every for symbol in guard.variables)
    return Guard(
        AnyOf(found), variables=variables, origin=next((guard.origin for guard in every if guard.origin), None)
    )


def disabled_by_default(guards: Iterable[Guard]) -> frozenset[Guard]:
    """Those of the guards that defaults rule out today."""
    return frozenset(guard for guard in guards if guard.disabled_by_default)


def compatible(guards: Iterable[Guard]) -> bool:
    """Whether the guards can hold together: no condition both ways, nothing equal to two different literals.

    What conditions are made of counts: who is one of two cannot fail to be one of three that have these among them.
    """
    went: dict[Condition, Guard] = {}
    if not all(went.setdefault(guard.condition, guard) == guard for guard in guards):
        return False
    if len(went) < 2 or not any(map(_is_made_of_others, went)):
        return True
    return _can_all_hold(frozenset(went.values()))


class Assumed:
    """Guards that hold together, asked one by one: each condition is looked up, and not compared with all again."""

    def __init__(self, by_condition: dict[Condition, Guard] | None = None, formulas: bool = False) -> None:
        self._by_condition = by_condition or {}
        self._formulas = formulas
        """Whether one of them is made of others."""

    def __contains__(self, guard: Guard) -> bool:
        return self._by_condition.get(guard.condition) == guard

    def also(self, guard: Guard) -> Assumed:
        """These and one more."""
        formulas = self._formulas or _is_made_of_others(guard.condition)
        return Assumed({**self._by_condition, guard.condition: guard}, formulas)

    def allow(self, guard: Guard) -> bool:
        """As `compatible`, of these, which are, and one more."""
        if self._by_condition.get(guard.condition, guard) != guard:
            return False
        if not self._by_condition or not (self._formulas or _is_made_of_others(guard.condition)):
            return True
        return compatible((*self._by_condition.values(), guard))

    @property
    def guards(self) -> frozenset[Guard]:
        """All of them."""
        return frozenset(self._by_condition.values())


def implied(guards: Iterable[Guard], given: frozenset[Guard]) -> bool:
    """Whether all of the guards hold wherever those that are given do."""
    return all(one in given or not compatible((*given, one.turned(not one.holds))) for one in guards)


@lru_cache(maxsize=4096)
def _can_all_hold(guards: frozenset[Guard]) -> bool:
    return satisfiable([formula_of(guard) for guard in guards])


def _is_made_of_others(condition: Condition) -> bool:
    match condition:
        case Undecided():
            return condition.formula is not None
        case Elsewhere():
            return _is_made_of_others(condition.condition)
    return isinstance(condition, AnyOf)


def formula_of(guard: Guard, where: tuple[str, ...] = ()) -> Formula:
    """What a guard says; `where` are the directories of roots from which its conditions are seen."""
    said: Formula
    match guard.condition:
        case Elsewhere(condition, directory):
            said = formula_of(Guard(condition), (*where, directory))
        case AnyOf(ways):
            each = (Compound("&&", tuple(formula_of(one, where) for one in way)) for way in ways)
            said = Compound("||", tuple(each))
        case Undecided(formula=Equals() | Compound() as formula):
            said = _seen_from(formula, where)
        case condition:
            said = Atom((where, condition))
    return said if guard.holds else Compound("!", (said,))


def _seen_from(formula: Formula, where: tuple[str, ...]) -> Formula:
    match formula:
        case Equals(subject, literal):
            return Equals((where, subject), literal)
        case Compound(operator, parts):
            return Compound(operator, tuple(_seen_from(part, where) for part in parts))
    return Atom((where, Undecided(str(formula.exact), "")))


def ordered(guards: Iterable[Guard]) -> tuple[Guard, ...]:
    """The guards without repeats, in the order of what people read of them."""
    return tuple(sorted(frozenset(guards), key=_place))


def _place(guard: Guard) -> tuple[str, str]:
    text = spelled(guard)
    return ("nothing today", text) if guard.disabled_by_default else (text, "")


def spelled(guard: Guard) -> str:
    """The guard as an expression of Terraform, as far as there is one."""
    text = _spelled(guard.condition, guard.holds)
    return text if guard.holds or not isinstance(guard.condition, Undecided | AnyOf) else f"!({text})"


def _spelled(condition: Condition, holds: bool) -> str:
    match condition:
        case Undecided():
            return condition.name
        case Elsewhere():
            return f"{spelled(Guard(condition.condition, holds))} of {condition.directory or 'the top directory'}"
        case AnyOf():
            return " or ".join(" and ".join(map(spelled, way)) for way in condition.ways)
        case OtherThanDefault():
            return f"{condition.name} is {'true' if holds else 'false'}"
        case NotEmpty():
            return f"{' or '.join(condition.variables)} is not empty"
        case AboveZero():
            return f"{' or '.join(condition.variables)} is above 0"
        case NotDefault():
            return f"{' or '.join(condition.variables)} is not its default"
