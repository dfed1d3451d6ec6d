"""Questions about strings as atoms of a propositional formula, and the strings that make its models true.

A formula is solved with its questions about strings as mere booleans; what the model says of each string is then put to
the solver as one question (`languages`), or several at once where policy variables tie strings together. What it
refutes becomes a clause, and the formula is solved again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import z3

from bench.smt.document import Unsupported
from bench.smt.implicant import Implicant
from bench.smt.languages import Language, Literals, Undecided, core, example, expression, loosened, segmentwise
from bench.smt.text import ARN_SEGMENTS, Part, Variable, Wild, Word, literal, parts

ARN = segmentwise(parts(":".join("*" * ARN_SEGMENTS), variables=False, globs=True))

Value = Callable[[str], tuple[z3.BoolRef, str]]
"""Of a policy variable's key: whether the request has it, and the name of the string that is its value."""


BUSY = 4


@dataclass(frozen=True, slots=True)
class Solution:
    """A model of the formula, with the strings that make it true."""

    model: z3.ModelRef
    strings: dict[str, str]


@dataclass(frozen=True, slots=True)
class Tie:
    """An atom that policy variables make a question about several strings; without `formula` nobody can say it.

    Where such a one may be as it likes and still nothing is new, the pair is answered all the same.
    """

    atom: z3.BoolRef
    names: frozenset[str]
    formula: z3.BoolRef | None


class OutOfTime(Exception):
    """The pair's seconds are used up, or the solver gave up."""


class Strings:
    """The atoms of one pair; `until` is when its CPU time is used up."""

    def __init__(self, until: float) -> None:
        self._until = until
        self._regular: dict[int, tuple[str, Language]] = {}
        self._atoms: dict[tuple[str, Language], z3.BoolRef] = {}
        self._tied: dict[int, Tie] = {}
        self._clauses: list[z3.BoolRef] = []
        self.definitions: list[z3.BoolRef] = []
        self._learned: set[tuple[str, Literals]] = set()
        self.checks = 0

    def is_in(self, subject: str, language: Language) -> z3.BoolRef:
        """Whether a string is in a language."""
        if (subject, language) not in self._atoms:
            if any(parts and all(part == Wild("*") for part in parts) for parts in language.choices):
                return z3.BoolVal(True)
            atom = z3.Bool(f"in {len(self._atoms)}")
            self._atoms[subject, language] = atom
            self._regular[atom.get_id()] = (subject, language)
        return self._atoms[subject, language]

    def matches(self, subject: str, wanted: Sequence[Part], value: Value, *, caseless: bool = False) -> z3.BoolRef:
        """Whether all of a string is what the parts say. A variable without value and default matches nothing."""
        variables = [part for part in wanted if isinstance(part, Variable)]
        if not variables:
            return self.is_in(subject, Language((tuple(wanted),), caseless))
        if caseless:
            raise Unsupported("a policy variable compared without regard to case")
        for index, part in enumerate(wanted):
            if isinstance(part, Variable) and part.default is not None:
                head, tail = wanted[:index], wanted[index + 1 :]
                return z3.If(
                    value(part.key)[0],
                    self.matches(subject, [*head, Variable(part.key, None), *tail], value),
                    self.matches(subject, [*head, Word(part.default), *tail], value),
                )
        return z3.And(*(value(part.key)[0] for part in variables), self._tie(subject, tuple(wanted), value))

    def _tie(self, subject: str, wanted: tuple[Part, ...], value: Value) -> z3.BoolRef:
        names = {part.key: value(part.key)[1] for part in wanted if isinstance(part, Variable)}
        atom = z3.Bool(f"{subject} is {wanted}")
        if atom.get_id() not in self._tied:
            plain = not any(part == Wild("?") for part in wanted)
            formula = _leftmost(z3.String(subject), _between_stars(wanted), names) if plain else None
            self._tied[atom.get_id()] = Tie(atom, frozenset((subject, *names.values())), formula)
            self._clauses.append(z3.Implies(atom, self.is_in(subject, Language((loosened(wanted),)))))
        return atom

    def taken_apart(self, subject: str) -> list[str]:
        """The names of the six segments of a string, for where it is an ARN."""
        names = [f"{subject}/{number}" for number in range(ARN_SEGMENTS)]
        atom = z3.Bool(f"{subject} taken apart")
        if atom.get_id() not in self._tied:
            joined = [z3.String(names[0])]
            for name in names[1:]:
                joined += [literal(":"), z3.String(name)]
            self._tied[atom.get_id()] = Tie(
                atom, frozenset((subject, *names)), z3.String(subject) == z3.Concat(*joined)
            )
            closed = [self.is_in(name, Language(((Wild(":"),),))) for name in names[:-1]]
            self.definitions.append(z3.Implies(self.is_in(subject, ARN), z3.And(atom, *closed)))
        return names

    def solve(self, *formulas: z3.BoolRef) -> Solution | None:
        """A solution of the formulas, None if there is none. Raises OutOfTime."""
        solver = z3.SimpleSolver()
        solver.add(*formulas, *self.definitions, *self._clauses)
        known = len(self._clauses)
        while True:
            self.checks += 1
            solver.set("timeout", self._left())
            result = solver.check()
            if result != z3.sat:
                if result == z3.unknown:
                    raise OutOfTime(f"unknown: {solver.reason_unknown()}")
                return None
            model = solver.model()
            strings = self._realised(self._needed([*formulas, *self.definitions], model))
            if strings is not None:
                return Solution(model, strings)
            solver.add(*self._clauses[known:])
            known = len(self._clauses)

    def _left(self) -> int:
        """Milliseconds for the solver, which counts real ones: on a busy machine a CPU second takes several."""
        left = int((self._until - time.process_time()) * 1000)
        if left <= 0:
            raise OutOfTime("out of time")
        return left * BUSY

    def _needed(self, formulas: Iterable[z3.BoolRef], model: z3.ModelRef) -> dict[int, bool]:
        """The atoms about strings that make the formulas true in the model, no more than needed."""
        implicant = Implicant(model, self._regular.keys() | self._tied.keys())
        for formula in formulas:
            implicant.need(formula, holds=True)
        return implicant.found

    def _realised(self, atoms: dict[int, bool]) -> dict[str, str] | None:
        """Strings as the atoms say; None if there are none, and then it is a clause why."""
        literals: dict[str, set[tuple[Language, bool]]] = {}
        ties: list[tuple[int, bool]] = []
        for atom, holds in atoms.items():
            if atom in self._tied:
                ties.append((atom, holds))
            else:
                subject, language = self._regular[atom]
                literals.setdefault(subject, set()).add((language, holds))
        strings, refuted = {}, False
        for subject, some in literals.items():
            found = self._string(subject, frozenset(some))
            refuted = refuted or found is None
            strings[subject] = found or ""
        if refuted:
            return None
        return self._together(literals, ties, strings) if ties else strings

    def _string(self, subject: str, literals: Literals) -> str | None:
        try:
            found = example(literals, self._left())
            if found is None:
                self._learn(core(literals, self._left()))
        except Undecided as reason:
            raise OutOfTime(f"unknown: {reason}") from reason
        return found

    def _learn(self, literals: Literals) -> None:
        """No string is as the literals say; said of every string that is asked about so."""
        for subject in {name for name, _ in self._atoms}:
            atoms = [(self._atoms.get((subject, language)), holds) for language, holds in literals]
            if all(atom is not None for atom, _ in atoms) and (subject, literals) not in self._learned:
                self._learned.add((subject, literals))
                self._clauses.append(z3.Or(*(z3.Not(atom) if holds else atom for atom, holds in atoms)))

    def _together(
        self, literals: dict[str, set[tuple[Language, bool]]], ties: list[tuple[int, bool]], strings: dict[str, str]
    ) -> dict[str, str] | None:
        """The strings that variables tie to others, all at once."""
        names = frozenset().union(*(self._tied[atom].names for atom, _ in ties))
        said_of = [(self._tied[atom].formula, holds) for atom, holds in ties]
        if any(formula is None for formula, _ in said_of):
            raise OutOfTime("? beside a policy variable")
        wanted = [formula if holds else z3.Not(formula) for formula, holds in said_of]
        for name in names:
            some = [
                expression(one) if inside else z3.Complement(expression(one)) for one, inside in literals.get(name, ())
            ]
            if some:
                wanted.append(z3.InRe(z3.String(name), z3.Intersect(*some) if len(some) > 1 else some[0]))
        solver = z3.SimpleSolver()
        solver.set("timeout", self._left())
        solver.add(*wanted)
        result = solver.check()
        if result == z3.unknown:
            raise OutOfTime(f"unknown: {solver.reason_unknown()}: {len(ties)} ties")
        if result == z3.unsat:
            said = [(self._atoms[name, one], inside) for name in names for one, inside in literals.get(name, ())]
            said += [(self._tied[atom].atom, holds) for atom, holds in ties]
            self._clauses.append(z3.Or(*(z3.Not(atom) if holds else atom for atom, holds in said)))
            return None
        model = solver.model()
        return strings | {name: model.eval(z3.String(name), model_completion=True).as_string() for name in names}


def _between_stars(wanted: Sequence[Part]) -> list[list[Part]]:
    pieces: list[list[Part]] = [[]]
    for part in wanted:
        if part == Wild("*"):
            pieces.append([])
        else:
            pieces[-1].append(part)
    return pieces


def _leftmost(subject: z3.SeqRef, pieces: list[list[Part]], names: dict[str, str]) -> z3.BoolRef:
    """The pieces between stars one after another: the leftmost place of each is as good as any."""
    texts = [_joined(piece, names) for piece in pieces]
    if len(texts) == 1:
        return subject == texts[0]
    first, *middle, last = texts
    needed: list[z3.BoolRef] = [z3.PrefixOf(first, subject)]
    at: z3.ArithRef = z3.Length(first)
    for text, piece in zip(middle, pieces[1:-1], strict=True):
        if piece:
            place = z3.IndexOf(subject, text, at)
            needed.append(place >= 0)
            at = place + z3.Length(text)
    return z3.And(*needed, z3.SuffixOf(last, subject), z3.Length(subject) >= at + z3.Length(last))


def _joined(piece: list[Part], names: dict[str, str]) -> z3.SeqRef:
    texts = [_as_term(part, names) for part in piece]
    if not texts:
        return literal("")
    return texts[0] if len(texts) == 1 else z3.Concat(*texts)


def _as_term(part: Part, names: dict[str, str]) -> z3.SeqRef:
    assert not isinstance(part, Wild)
    return literal(part.text) if isinstance(part, Word) else z3.String(names[part.key])
