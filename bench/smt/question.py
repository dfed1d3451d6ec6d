"""Is there a request that the new policy allows and the old one does not? One answer a pair of policies."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import z3

from bench.smt.catalogue import catalogue, expansion, is_pattern
from bench.smt.document import Json, Statement, Unsupported, statements
from bench.smt.keys import Keys, Slot
from bench.smt.languages import Language
from bench.smt.names import Names
from bench.smt.strings import OutOfTime, Solution, Strings
from bench.smt.text import Wild, Word, parts

BUDGET = 10.0
"""Seconds for one pair."""


class Found(StrEnum):
    """The solver's word."""

    NOTHING = "nothing new"
    SOMETHING = "something new"
    UNANSWERED = "not answered"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found; `request` shows something new, `why` says what kept the solver from answering."""

    found: Found
    request: dict[str, str] = field(default_factory=dict)
    why: str = ""
    checks: int = 0


def ask(old: Json, new: Json, budget: float = BUDGET) -> Answer:
    """Put one pair of policies to the solver."""
    question = None
    try:
        question = Question(statements(old), statements(new), time.process_time() + budget)
        request = question.answer()
    except (Unsupported, OutOfTime, z3.Z3Exception) as reason:
        return Answer(Found.UNANSWERED, why=str(reason), checks=question.checks if question else 0)
    return Answer(Found.SOMETHING if request else Found.NOTHING, request or {}, checks=question.checks)


class Question:
    """One pair: formulas of statements, each made once, and the searches over groups of actions."""

    def __init__(self, old: tuple[Statement, ...], new: tuple[Statement, ...], until: float) -> None:
        self._old, self._new = frozenset(old), frozenset(new)
        self._every = tuple(dict.fromkeys((*old, *new)))
        self._strings = Strings(until)
        self._keys = Keys(self._every, self._strings)
        self._formulas: dict[Statement, z3.BoolRef] = {}
        self._names = Names(self._every)

    @property
    def checks(self) -> int:
        """How often the solver was asked."""
        return self._strings.checks

    def answer(self) -> dict[str, str] | None:
        """A request that is new, None if there is none. Raises OutOfTime and Unsupported."""
        for concerned, actions in self._groups():
            request = self._search_listed(concerned, actions)
            if request:
                return request
        return self._search_unlisted()

    def _groups(self) -> Iterator[tuple[frozenset[Statement], list[str]]]:
        """The listed actions by which statements name them, those that the new policy allows at all."""
        named: dict[str, int] = {}
        for number, statement in enumerate(self._every):
            for action in _named(statement):
                named[action] = named.get(action, 0) | 1 << number
        groups: dict[int, list[str]] = {}
        for action, bits in named.items():
            groups.setdefault(bits, []).append(action)
        for bits, actions in groups.items():
            concerned = frozenset(one for number, one in enumerate(self._every) if bits >> number & 1)
            if any(one.allows for one in concerned & self._new):
                yield concerned, sorted(actions)

    def _search_listed(self, concerned: frozenset[Statement], actions: list[str]) -> dict[str, str] | None:
        """First on any resource: if nothing is new there, nothing is on those the actions act on."""
        wanted = self._is_new({one: z3.BoolVal(one in concerned) for one in self._every})
        if self._strings.solve(wanted) is None:
            return None
        by_formats: dict[tuple[str, ...], str] = {}
        for action in actions:
            by_formats.setdefault(catalogue().formats[action], action)
        if len(by_formats) > 1 and self._strings.solve(wanted, self._acted_on(self._names.every_arn)) is None:
            return None
        for formats, action in by_formats.items():
            found = self._strings.solve(wanted, self._acted_on(self._names.of(formats)))
            if found is not None:
                return {"action": action, **self._request(found)}
        return None

    def _acted_on(self, languages: Iterable[tuple[Language, ...]]) -> z3.BoolRef:
        return z3.Or(*(z3.And(*(self._strings.is_in("resource", one) for one in some)) for some in languages))

    def _search_unlisted(self) -> dict[str, str] | None:
        """What AWS may publish yet: the action is a variable too."""
        wanted = self._is_new({one: self._takes_in(one) for one in self._every})
        beside = [self._strings.is_in("action", ACTION), self._acted_on(self._names.any)]
        beside += [z3.Not(self._strings.is_in("action", one)) for one in _no_services(self._every)]
        for _ in range(MAX_LISTED):
            found = self._strings.solve(wanted, *beside)
            if found is None:
                return None
            action = found.strings["action"]
            if action not in catalogue().formats:
                return {"action": f"{action} (not published)", **self._request(found)}
            beside.append(z3.Not(self._strings.is_in("action", _listed_like(action, self._every))))
        raise Unsupported("an action beside those that are listed")

    def _takes_in(self, statement: Statement) -> z3.BoolRef:
        wild = (parts(one, variables=False, globs=True) for one in statement.actions if is_pattern(one))
        named = z3.Or(*(self._strings.is_in("action", Language((one,))) for one in wild))
        return z3.Not(named) if statement.not_action else named

    def _is_new(self, concerns: dict[Statement, z3.BoolRef]) -> z3.BoolRef:
        return z3.And(self._allowed(self._new, concerns), z3.Not(self._allowed(self._old, concerns)))

    def _allowed(self, policy: frozenset[Statement], concerns: dict[Statement, z3.BoolRef]) -> z3.BoolRef:
        met = [
            (one, z3.And(concerns[one], self._formula(one)))
            for one in self._every
            if one in policy and not z3.is_false(concerns[one])
        ]
        allows = [formula for one, formula in met if one.allows]
        denies = [formula for one, formula in met if not one.allows]
        return z3.And(z3.Or(*allows), z3.Not(z3.Or(*denies)))

    def _formula(self, statement: Statement) -> z3.BoolRef:
        """Whether resource, caller and conditions of a statement are met."""
        if statement not in self._formulas:
            conditions = [self._keys.holds(one, variables=statement.variables) for one in statement.conditions]
            self._formulas[statement] = z3.And(self._on(statement), self._by(statement), *conditions)
        return self._formulas[statement]

    def _on(self, statement: Statement) -> z3.BoolRef:
        if not statement.resources:
            return z3.BoolVal(True)
        texts = (parts(one, variables=statement.variables, globs=True) for one in statement.resources)
        named = z3.Or(*(self._strings.matches("resource", one, self._keys.value) for one in texts))
        return z3.Not(named) if statement.not_resource else named

    def _by(self, statement: Statement) -> z3.BoolRef:
        if statement.principals is None:
            return z3.BoolVal(True)
        named = z3.Or(*(self._is_caller(kind, who) for kind, who in statement.principals))
        return z3.Not(named) if statement.not_principal else named

    def _is_caller(self, kind: str, who: str) -> z3.BoolRef:
        if who == "*" and kind in ("AWS", "*"):
            return z3.BoolVal(True)
        account = re.fullmatch(r"arn:[^:]*:iam::([^:]+):root|(\d+)", who) if kind == "AWS" else None
        if account is not None:
            return z3.And(self._is("kind", "AWS"), self._is("account", account[1] or account[2]))
        if is_pattern(who) or ":role/" in who:
            raise Unsupported(f"principal {who}")
        return z3.And(self._is("kind", kind), self._is("caller", who))

    def _is(self, subject: str, text: str) -> z3.BoolRef:
        return self._strings.is_in(subject, Language(((Word(text),),)))

    def _request(self, found: Solution) -> dict[str, str]:
        """The solution as a request: the keys it needs."""
        request = {"resource": found.strings.get("resource", "any")}
        for key, slots in self._keys.in_view().items():
            filled = [slot for slot in slots if z3.is_true(found.model.eval(slot.filled))]
            if filled:
                request[key] = ", ".join(_shown(found, slot) for slot in filled)
        return request


def _shown(found: Solution, slot: Slot) -> str:
    numbers = (str(found.model.eval(one)) for one in (slot.number, slot.address))
    said = [one for one in numbers if "#" not in one]
    return found.strings.get(slot.text, " ".join(said) or "any")


MAX_LISTED = 30
ACTION = Language(((Wild("-"), Word(":"), Wild("w")),))


def _named(statement: Statement) -> Iterable[str]:
    named = frozenset().union(*map(expansion, statement.actions))
    return (one for one in catalogue().formats if one not in named) if statement.not_action else named


def _listed_like(action: str, every: Iterable[Statement]) -> Language:
    """The listed actions of the patterns that name this one, of its service only: they are not asked about again."""
    service = action.partition(":")[0]
    patterns = {one for statement in every for one in statement.actions if is_pattern(one)}
    alike = {name for one in patterns if action in expansion(one) for name in expansion(one)}
    return Language(tuple((Word(one),) for one in sorted(alike | {action}) if one.startswith(f"{service}:")))


def _no_services(every: Iterable[Statement]) -> set[Language]:
    """A pattern of a service that does not exist names nothing."""
    prefixes = {one.partition(":")[0] for statement in every for one in statement.actions if ":" in one}
    unknown = (one for one in prefixes if not is_pattern(one) and one not in catalogue().services)
    return {Language(((Word(f"{one}:"), Wild("*")),)) for one in unknown}
