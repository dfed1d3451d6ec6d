"""Of a model of a formula, the atoms that make it true: the rest may be as it likes."""

from __future__ import annotations

from collections.abc import Collection

import z3


class Implicant:
    """Collects in `found` what is needed of the `atoms`, by their ids."""

    def __init__(self, model: z3.ModelRef, atoms: Collection[int]) -> None:
        self._model, self._atoms = model, atoms
        self._truth: dict[int, bool] = {}
        self._needed: set[tuple[int, bool]] = set()
        self.found: dict[int, bool] = {}

    def need(self, formula: z3.BoolRef, *, holds: bool) -> None:
        """Note the atoms by which the formula is true, or false, in the model."""
        number = formula.get_id()
        if (number, holds) in self._needed:
            return
        self._needed.add((number, holds))
        if number in self._atoms:
            self.found[number] = holds
            return
        kind, children = formula.decl().kind(), formula.children()
        if kind == z3.Z3_OP_NOT:
            self.need(children[0], holds=not holds)
        elif kind in (z3.Z3_OP_AND, z3.Z3_OP_OR):
            self._need_some(children, holds=holds, every=holds == (kind == z3.Z3_OP_AND))
        elif kind == z3.Z3_OP_IMPLIES:
            if not holds or not self._is_true(children[0]):
                self.need(children[0], holds=not holds)
            if not holds or self._is_true(children[0]):
                self.need(children[1], holds=holds)
        elif kind == z3.Z3_OP_ITE:
            condition = self._is_true(children[0])
            self.need(children[0], holds=condition)
            self.need(children[1 if condition else 2], holds=holds)

    def _need_some(self, children: list[z3.BoolRef], *, holds: bool, every: bool) -> None:
        if every:
            for child in children:
                self.need(child, holds=holds)
            return
        fitting = [child for child in children if self._is_true(child) == holds]
        known = [child for child in fitting if (child.get_id(), holds) in self._needed]
        if not known:
            self.need(min(fitting, key=self._cost), holds=holds)

    def _cost(self, formula: z3.BoolRef) -> int:
        """Atoms about strings cost more than what the model says by itself."""
        if formula.get_id() in self._atoms:
            return 1
        return 2 if formula.children() else 0

    def _is_true(self, formula: z3.BoolRef) -> bool:
        number = formula.get_id()
        if number not in self._truth:
            self._truth[number] = self._evaluated(formula)
        return self._truth[number]

    def _evaluated(self, formula: z3.BoolRef) -> bool:
        kind = formula.decl().kind()
        if kind == z3.Z3_OP_NOT:
            return not self._is_true(formula.arg(0))
        if kind == z3.Z3_OP_AND:
            return all(map(self._is_true, formula.children()))
        if kind == z3.Z3_OP_OR:
            return any(map(self._is_true, formula.children()))
        if kind == z3.Z3_OP_IMPLIES:
            return not self._is_true(formula.arg(0)) or self._is_true(formula.arg(1))
        if kind == z3.Z3_OP_ITE:
            return self._is_true(formula.arg(1 if self._is_true(formula.arg(0)) else 2))
        return z3.is_true(self._model.eval(formula, model_completion=True))
