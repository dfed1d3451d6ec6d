"""Which instances count and for_each would make if root variables had not their defaults."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import cast

from bot.evaluated.call import FunctionFault
from bot.evaluated.derived import derived
from bot.evaluated.document import Symbol
from bot.evaluated.guard import Guard
from bot.evaluated.value import BoolValue, Unknown, Value
from bot.frontends.terraform.evaluate.convert import to_bool
from bot.frontends.terraform.evaluate.expansion import Instance, counted, for_each
from bot.frontends.terraform.evaluate.expression import evaluate
from bot.frontends.terraform.evaluate.latent import (
    branch_not_taken,
    conditional,
    counts_none,
    empty_by_default,
    filled,
    is_none,
)
from bot.frontends.terraform.evaluate.latent_mentions import Expanding, latent_guards
from bot.frontends.terraform.evaluate.run import Run
from bot.frontends.terraform.evaluate.scope import Scope
from bot.frontends.terraform.modules.module import Declared
from bot.frontends.terraform.syntax.nodes import Expression
from bot.frontends.terraform.syntax.source_files import Source

Expand = Callable[[Value], tuple[Instance, ...]]


def left_out(declared: Declared, scope_of: Callable[[Source], Scope], run: Run) -> tuple[Instance, ...]:
    """The instances of a block that has none today; none if that rests on more than defaults, or they are too many."""
    found = _left_out(declared, scope_of)
    try:
        run.expand(len(found))
    except FunctionFault:
        return ()
    return found


def _left_out(declared: Declared, scope_of: Callable[[Source], Scope]) -> tuple[Instance, ...]:
    for name, expand in (("count", counted), ("for_each", for_each)):
        written = declared.arguments.get(name)
        if written is None:
            continue
        node, scope = written.argument.value, scope_of(written.source)
        try:
            ways = (_of_other_branch, _of_filled, _of_named)
            return next(filter(None, (way(node, scope, expand) for way in ways)), ())
        except FunctionFault:
            return ()
    return ()


def _of_other_branch(node: Expression, scope: Scope, expand: Expand) -> tuple[Instance, ...]:
    choice = conditional(node, scope)
    if choice is None:
        return ()
    today = to_bool(evaluate(choice[0].condition, choice[1]))
    other = branch_not_taken(*choice, today.value) if isinstance(today, BoolValue) else None
    if other is None:
        return ()
    branch, within, guard = other
    return _guarded(expand(evaluate(branch, within)), guard)


def _of_filled(node: Expression, scope: Scope, expand: Expand) -> tuple[Instance, ...]:
    """What there would be if variables that are empty by default were not."""
    names = empty_by_default(node, scope)
    if not names:
        return ()
    guard = filled(names, scope.source.span(node))
    found = expand(evaluate(node, scope.assuming(frozenset((guard,)))))
    if not found:
        told = (f"variable {name} is {_today(value)}" for name, value in names.items())
        reason = f"{' and '.join(told)} by default"
        variables = tuple(Unknown(Symbol(f"var.{name}", reason)) for name in names)
        found = expand(Unknown(derived(" or ".join(each.symbol.name for each in variables), reason, *variables)))
    return _guarded(found, guard)


def _of_named(node: Expression, scope: Scope, expand: Expand) -> tuple[Instance, ...]:
    """What there would be if the first of the blocks that it names were there which defaults keep out."""
    guards = next(latent_guards(node, cast(Expanding, scope.module)), ())
    found = expand(evaluate(node, scope.assuming(frozenset(guards)))) if guards else ()
    return tuple(dataclasses.replace(each, guards=(*guards, *each.guards)) for each in found)


def _today(value: Value) -> str:
    return "0" if counts_none(value) else "empty" if is_none(value) else "another"


def _guarded(found: tuple[Instance, ...], guard: Guard) -> tuple[Instance, ...]:
    return tuple(dataclasses.replace(each, guards=(guard, *each.guards)) for each in found)
