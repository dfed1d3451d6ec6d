"""Evaluates `condition ? a : b`: what is taken is converted to the type that both results have in common."""

from __future__ import annotations

import functools
from collections.abc import Callable

from bot.evaluated.call import FunctionFault
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.guard import Guard
from bot.evaluated.value import ListValue, StringValue, Value
from bot.evaluated.value_size import weight
from bot.frontends.terraform.evaluate.conversion import MAX_HELD, converted
from bot.frontends.terraform.evaluate.convert import type_name
from bot.frontends.terraform.evaluate.iteration import decide
from bot.frontends.terraform.evaluate.scope import Scope
from bot.frontends.terraform.evaluate.types import ANY, Type
from bot.frontends.terraform.evaluate.unify import BOOL, NUMBER, STRING, holds_more_than_text, type_of, unify
from bot.frontends.terraform.syntax.nodes import (
    Binary,
    Conditional,
    Expression,
    ForObject,
    ForTuple,
    FunctionCall,
    Literal,
    ObjectExpression,
    Parentheses,
    Template,
    TemplateText,
    TupleExpression,
    Unary,
)

VALUES_A_STEP = 4
"""To look at so many values counts as one step of evaluation."""

Evaluate = Callable[[Expression, Scope], Value]


def conditional(node: Conditional, scope: Scope, evaluate: Evaluate) -> Value:
    """The result of the branch that is taken, or of both. Raises FunctionFault if their types do not fit."""
    taken: dict[int, Value] = {}

    def take(given: frozenset[Guard], branch: Expression) -> Value:
        taken[id(branch)] = value = evaluate(branch, scope.assuming(given))
        return value

    condition = evaluate(node.condition, scope)
    result = decide(
        condition,
        scope.assumed,
        functools.partial(take, branch=node.then),
        functools.partial(take, branch=node.otherwise),
    )
    branches = (node.then, node.otherwise)
    for each in branches:
        if id(each) in taken:
            scope.module.run.take((each,), scope)
        else:
            scope.module.run.leave(scope, (each,), node.condition, condition)
    held = weight(taken.values(), MAX_HELD)
    scope.module.run.spend(held // VALUES_A_STEP)
    if held > MAX_HELD or not _may_change(branches, taken, scope):
        return result
    kinds = tuple(type_of(taken[id(each)]) if id(each) in taken else _type(each, scope, evaluate) for each in branches)
    if kinds[0] == kinds[1]:
        return result
    wanted = unify(kinds)
    if wanted is None:
        found = " and ".join(map(type_name, taken.values()))
        raise FunctionFault(
            DiagnosticKind.WRONG_TYPE, f"the results of a conditional have no type in common: {found} and another"
        )
    return converted(result, wanted)


def _may_change(branches: tuple[Expression, Expression], taken: dict[int, Value], scope: Scope) -> bool:
    """Whether the type of the one could matter to the other: what is text, null or unknown stays as it is."""
    if any(map(holds_more_than_text, taken.values())):
        return True
    others = [each for each in branches if id(each) not in taken]
    if any(isinstance(value, ListValue) and value.items for value in taken.values()):
        return any("set" in scope.source.text(each) for each in others)
    is_text = any(isinstance(value, StringValue) for value in taken.values())
    return is_text and any(isinstance(_bare(each), _CONTAINERS) for each in others)


_CONTAINERS = (TupleExpression, ObjectExpression, ForTuple, ForObject)


def _bare(node: Expression) -> Expression:
    while isinstance(node, Parentheses):
        node = node.inner
    return node


def _type(node: Expression, scope: Scope, evaluate: Evaluate) -> Type:
    """The type of the branch not taken, by evaluating it only where its words do not tell."""
    told = _told(_bare(node))
    if told is not None:
        return told
    run = scope.module.run
    run.catching += 1
    try:
        value = evaluate(node, scope)
        return type_of(value) if weight((value,), MAX_HELD) <= MAX_HELD else ANY
    except FunctionFault:
        return ANY
    finally:
        run.catching -= 1


def _told(node: Expression) -> Type | None:
    match node:
        case Literal():
            return ANY if node.value is None else BOOL if isinstance(node.value, bool) else NUMBER
        case Template() if len(node.parts) != 1 or isinstance(node.parts[0], TemplateText) or not node.quoted:
            return STRING
        case FunctionCall():
            return _RESULTS.get(node.name)
        case Binary():
            return NUMBER if node.operator in "+-*/%" else BOOL
        case Unary():
            return BOOL if node.operator == "!" else NUMBER
        case Conditional():
            ways = (_told(_bare(node.then)), _told(_bare(node.otherwise)))
            return None if None in ways else unify([each for each in ways if each is not None])
    return None


_RESULTS: dict[str, Type] = {
    **dict.fromkeys(("length", "max", "min", "sum", "index", "ceil", "floor", "abs", "tonumber", "parseint"), NUMBER),
    **dict.fromkeys(("contains", "can", "alltrue", "anytrue", "startswith", "endswith", "fileexists", "tobool"), BOOL),
    **dict.fromkeys(("join", "format", "jsonencode", "replace", "lower", "upper", "tostring", "file"), STRING),
}
"""What the commonest functions give, whatever they are given."""
