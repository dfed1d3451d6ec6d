"""In which of Terraform's workspaces something is there, where its conditions say so."""

from __future__ import annotations

from collections.abc import Iterable

from bot.evaluated.formula import Compound, Equals, Formula
from bot.evaluated.guard import AnyOf, Guard, Undecided
from bot.evaluated.production import production_first
from bot.frozen import dataclass

WORKSPACE = "terraform.workspace"


@dataclass(frozen=True, slots=True)
class _Workspaces:
    """The workspaces that a condition names; `others`: it may hold in ones that it does not name."""

    names: frozenset[str]
    others: bool = False

    def both(self, other: _Workspaces) -> _Workspaces:
        """Those in which two conditions may hold."""
        if self.others and other.others:
            return _Workspaces(self.names & other.names, others=True)
        if self.others or other.others:
            return other if self.others else self
        return _Workspaces(self.names & other.names)

    def either(self, other: _Workspaces) -> _Workspaces:
        """Those in which one of two conditions may hold."""
        return _Workspaces(self.names | other.names, self.others or other.others)


_ANY = _Workspaces(frozenset(), others=True)


def workspaces(guards: Iterable[Guard]) -> tuple[str, ...]:
    """The workspaces in which all guards may hold, production first, with "others" where it may be in more.

    Nothing where no workspace is named.
    """
    found = _ANY
    for guard in guards:
        found = found.both(_of(guard))
    if not found.names:
        return ()
    return (*production_first(sorted(found.names)), *(("others",) if found.others else ()))


def _of(guard: Guard) -> _Workspaces:
    if not any(symbol.name == WORKSPACE for symbol in guard.variables):
        return _ANY
    match guard.condition:
        case Undecided(formula=Equals() | Compound() as formula) if guard.holds:
            return _of_formula(formula)
        case AnyOf(ways=ways) if guard.holds:
            return _any_of([_all_of(map(_of, way)) for way in ways])
    return _ANY


def _of_formula(formula: Formula) -> _Workspaces:
    match formula:
        case Equals(subject=subject, literal=literal) if WORKSPACE in str(subject):
            return _Workspaces(frozenset((literal.strip('"'),)))
        case Compound(operator="&&", parts=parts):
            return _all_of(map(_of_formula, parts))
        case Compound(operator="||", parts=parts):
            return _any_of(map(_of_formula, parts))
    return _ANY


def _all_of(parts: Iterable[_Workspaces]) -> _Workspaces:
    found = _ANY
    for part in parts:
        found = found.both(part)
    return found


def _any_of(parts: Iterable[_Workspaces]) -> _Workspaces:
    found = _Workspaces(frozenset())
    for part in parts:
        found = found.either(part)
    return found
