"""Choices as tables: what a value is for each literal that its condition compares one symbol with, and for no such."""

from __future__ import annotations

from collections.abc import Mapping

from bot.evaluated.formula import holds_where, one_subject
from bot.evaluated.guard import Guard, Undecided, formula_of
from bot.evaluated.value import Choice, Value
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Cases:
    """What a choice is where its subject is each literal, and at None where it is none of these; None: nothing is."""

    subject: str
    values: Mapping[str | None, Value | None]

    @property
    def literals(self) -> frozenset[str]:
        """The literals that are asked for."""
        return frozenset(literal for literal in self.values if literal is not None)

    def at(self, literal: str | None) -> Value | None:
        """What it is there; a literal that nothing asks for goes the way of all others."""
        return self.values[literal if literal in self.values else None]

    def guard(self, literal: str | None) -> Guard:
        """That the subject is the literal; at None, that it is none that is a case of its own."""
        said = "is anything else" if literal is None else f"== {literal}"
        return Guard(Undecided(f"{self.subject} {said}", ""))


def cases(choice: Choice) -> Cases | None:
    """The cases of a choice and of choices in it; None where they hang on more than one thing, or on no literals."""
    formulas = tuple(formula_of(each.guard) for each in choice.alternatives)
    subject, literals = one_subject(formulas)
    match subject:
        case ((), str() as said):
            within = tuple(_within(each.value, said) for each in choice.alternatives)
            asked = literals.union(*(one.literals for one in within if one is not None))
        case _:  # nothing, or what another root asks about
            return None

    def value(literal: str | None) -> Value | None:
        gone = next((at for at, one in enumerate(formulas) if holds_where(one, subject, literal)), None)
        if gone is None:
            return None
        inner = within[gone]
        return choice.alternatives[gone].value if inner is None else inner.at(literal)

    return Cases(said, {literal: value(literal) for literal in (*sorted(asked), None)})


def _within(value: Value, subject: str) -> Cases | None:
    """The cases of a choice that hangs on the subject too."""
    found = cases(value) if isinstance(value, Choice) else None
    return found if found is not None and found.subject == subject else None
