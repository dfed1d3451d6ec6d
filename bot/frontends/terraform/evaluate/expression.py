"""Evaluates expressions: one function a kind of node, and a table of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from bot.evaluated.call import FunctionFault
from bot.evaluated.derived import derived, may_fail, own_symbols, says_something
from bot.evaluated.diagnostic import Span, StepKind, Trail
from bot.evaluated.diagnostic import Step as TrailStep
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Derivation, Symbol
from bot.evaluated.guard import Guard
from bot.evaluated.partial import NoneOf, OneOf, RepeatedList, repeated
from bot.evaluated.symbol_names import call_name, shortened, shown
from bot.evaluated.trails import elements, joined, standing_in, with_step
from bot.evaluated.value import (
    Alternative,
    BoolValue,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    StringValue,
    Unknown,
    Value,
)
from bot.frontends.terraform.evaluate.branches import other_entries, passed_over
from bot.frontends.terraform.evaluate.choice import PartlyFaulted, assume, choose, leaf_count, settled, spread
from bot.frontends.terraform.evaluate.conditional import conditional
from bot.frontends.terraform.evaluate.convert import MAX_ALTERNATIVES
from bot.frontends.terraform.evaluate.function_call import NamedFault, call
from bot.frontends.terraform.evaluate.iteration import decide, entry_key, for_object, for_tuple
from bot.frontends.terraform.evaluate.member_access import has_key, indexed, member
from bot.frontends.terraform.evaluate.operators import binary, unary
from bot.frontends.terraform.evaluate.scope import AccessStep, Scope
from bot.frontends.terraform.evaluate.template import template
from bot.frontends.terraform.evaluate.unevaluated import Unevaluated
from bot.frontends.terraform.syntax.nodes import (
    Attribute,
    Binary,
    Conditional,
    Element,
    Expression,
    ForObject,
    ForTuple,
    FunctionCall,
    Index,
    Literal,
    Name,
    ObjectExpression,
    Parentheses,
    Splat,
    Template,
    TupleExpression,
    Unary,
)

ELEMENT = "*"
"""The binding of the element at hand inside a splat."""


def evaluate(node: Expression, scope: Scope) -> Value:
    """The expression's value; what cannot be evaluated is Unknown and a gap (inside `try`: a FunctionFault)."""
    run = scope.module.run
    run.depth += 1
    try:
        run.tick()
        return _EVALUATORS[type(node)](node, scope)
    except FunctionFault as fault:
        if run.catching:
            raise
        return _surviving(fault, node, scope) if isinstance(fault, PartlyFaulted) else failed(fault, node, scope)
    except RecursionError:
        return _too_deep(node, scope)
    finally:
        run.depth -= 1


def _surviving(fault: PartlyFaulted, node: Expression, scope: Scope) -> Value:
    """What the expression is where it can be evaluated: Terraform would stop elsewhere.

    It is evaluated anew under each condition, as the fault may be that of its first part alone: of `a[k]` in `a[k].b`.
    """
    if any(guard in scope.assumed for guard in fault.guards):
        return failed(fault, node, scope)
    ways = [(guard, _way(node, scope.assuming(frozenset((guard,))))) for guard in fault.guards]
    there = tuple(Alternative(guard, value) for guard, value in ways if value is not None)
    return choose(there) if there else failed(fault, node, scope)


def _way(node: Expression, scope: Scope) -> Value | None:
    """What the expression is in a scope; None where Terraform would stop."""
    try:
        return _EVALUATORS[type(node)](node, scope)
    except PartlyFaulted as fault:
        return _surviving(fault, node, scope)
    except FunctionFault as fault:
        return failed(fault, node, scope) if fault.kind.meaning.stops_try else None


def _too_deep(node: Expression, scope: Scope) -> Unknown:
    fault = FunctionFault(DiagnosticKind.OVER_BUDGET, "a value is nested too deeply")
    if scope.module.run.catching:
        raise fault
    return failed(fault, node, scope)


def failed(fault: FunctionFault, node: Expression, scope: Scope) -> Unknown:
    """The Unknown that stands for an expression with a fault, which is recorded as a gap."""
    trail: Trail = (scope.source.step(node, "expression"),)
    name = _name(fault, node, scope)
    derivation: Derivation = Unevaluated(node, scope.module.address, scope.source)
    if isinstance(fault, NamedFault):
        name, derivation, trail = fault.name, fault.derivation, joined(fault.trail, trail)
    inputs: tuple[Span, ...] = tuple(dict.fromkeys(step.span for step in trail))
    scope.module.run.gap(fault.kind, fault.reason, scope.source.span(node), inputs)
    return Unknown(
        Symbol(shortened(name), fault.reason, fault.kind, derivation, written=scope.source.text(node)), trail
    )


def _name(fault: FunctionFault, node: Expression, scope: Scope) -> str:
    """The source text and where it is evaluated; what is not declared is the same all over its module."""
    text = scope.source.text(node)
    if fault.kind.meaning.undeclared and isinstance(node, (Name, Attribute)) and "[" not in text:
        return f"{scope.module.address}.{text}" if scope.module.address else text
    return f"{text} in {scope.label}" if scope.label else text


def _literal(node: Literal, scope: Scope) -> Value:
    found = scope.source.constants.get(node.start)
    if found is None:
        trail = (scope.source.step(node, "literal", StepKind.AROUND),)
        if node.value is None:
            found = NullValue(trail)
        elif isinstance(node.value, bool):
            found = BoolValue(node.value, trail)
        else:
            found = NumberValue(node.value, trail)
        scope.source.constants[node.start] = found
    return found


def _template(node: Template, scope: Scope) -> Value:
    return template(node, scope, evaluate)


def _tuple(node: TupleExpression, scope: Scope) -> Value:
    items = tuple(evaluate(item, scope) for item in node.items)
    return ListValue(items, _opener(node.start, scope, "list"))


def _opener(start: int, scope: Scope, what: str) -> Trail:
    """A container is written where its bracket opens: its elements know their own places."""
    return (scope.source.step_between(start, start + 1, what, StepKind.AROUND),)


def _object(node: ObjectExpression, scope: Scope) -> Value:
    keys = tuple(evaluate(item.key, scope) for item in node.items)
    values = tuple(evaluate(item.value, scope) for item in node.items)
    trail = _opener(node.start, scope, "object")

    def build(chosen: tuple[Value, ...]) -> Value:
        members = {entry_key(key): value for key, value in zip(chosen, values, strict=True)}
        return ObjectValue(tuple(sorted(members.items())), trail)

    return spread(keys, build)


def _parentheses(node: Parentheses, scope: Scope) -> Value:
    return evaluate(node.inner, scope)


def _traversal(node: Name | Attribute | Index | Element, scope: Scope) -> Value:
    steps: list[AccessStep] = []
    target: Expression = node
    while isinstance(target, (Attribute, Index)):
        steps.append(target)
        target = target.target
    steps.reverse()
    used = 0
    if isinstance(target, Element):
        value = scope.bindings[ELEMENT]
    elif not isinstance(target, Name):
        value = evaluate(target, scope)
    elif target.name in scope.bindings:
        value = scope.bindings[target.name]
    else:
        value, used = scope.module.refer(target.name, steps, scope)
    value = settled(value, scope.assumed)
    for step in steps[used:]:
        value = settled(_stepped(value, step, scope), scope.assumed)
    if isinstance(target, Name):
        kind = StepKind.OTHER if node is target else StepKind.ADDRESS
        step_here = scope.source.step(node, scope.source.text(node), kind)
        value = _first_used(value, step_here) if isinstance(value, Unknown) else with_step(value, step_here)
    return value


def _first_used(value: Unknown, step: TrailStep) -> Value:
    """An unknown value is written where it is first referred to; its declaration, which says nothing, comes after."""
    if len(value.trail) == 1 and not isinstance(value, OneOf | NoneOf):
        return Unknown(value.symbol, joined((step,), value.trail))
    return with_step(value, step)


ENTRIES_A_STEP = 256
"""To look for one of so many entries counts as one more step."""


def _stepped(value: Value, step: AccessStep, scope: Scope) -> Value:
    if isinstance(value, ObjectValue) and len(value.entries) > ENTRIES_A_STEP:
        scope.module.run.spend(len(value.entries) // ENTRIES_A_STEP)
    if isinstance(step, Attribute):
        return member(value, step.name)
    key = evaluate(step.key, scope)
    if passed := other_entries(step, key):
        scope.module.run.leave(scope, *passed)
    return indexed(value, key)


def _splat(node: Splat, scope: Scope) -> Value:
    target = evaluate(node.target, scope)
    return assume(target, lambda value, given: _splat_of(node, value, scope.assuming(given)))


def _splat_of(node: Splat, target: Value, scope: Scope) -> Value:
    def each(value: Value) -> Value:
        return evaluate(node.each, scope.bind(**{ELEMENT: value}))

    match target:
        case RepeatedList():
            return repeated(tuple(each(item) for item in elements(target)), target.trail)
        case ListValue():
            return ListValue(tuple(each(item) for item in elements(target)), target.trail)
        case NullValue():
            return ListValue((), target.trail)
        case Unknown():
            name = derived(f"{target.symbol.name}[*]", target.symbol.reason, target, relation="[*]")
            return repeated((each(Unknown(name, target.trail)),), target.trail)
    return ListValue((each(target),), target.trail)


def _function(node: FunctionCall, scope: Scope) -> Value:
    if node.name in ("try", "can"):
        return _try(node, scope) if node.name == "try" else _can(node, scope)
    arguments = [evaluate(argument, scope) for argument in node.arguments]
    for passed in passed_over(node, arguments):
        scope.module.run.leave(scope, *passed)
    return call(node, arguments, scope, evaluate)


def _attempt(node: Expression, scope: Scope) -> Value | FunctionFault:
    run = scope.module.run
    run.catching += 1
    try:
        return evaluate(node, scope)
    except FunctionFault as fault:
        return fault
    finally:
        run.catching -= 1


def _try(node: FunctionCall, scope: Scope) -> Value:
    """Its first argument that can be evaluated; of a table's entry at a key that is not known, where there is such."""
    there = _is_there(node.arguments[0], scope) if len(node.arguments) > 1 else None
    rest = msgspec.structs.replace(node, arguments=node.arguments[1:])
    if there is None or isinstance(_attempt(rest, scope), FunctionFault):
        return _first_of(node, scope)
    return decide(
        there,
        scope.assumed,
        lambda given: _first_of(node, scope.assuming(given)),
        lambda given: _try(rest, scope.assuming(given)),
    )


def _is_there(node: Expression, scope: Scope) -> Unknown | None:
    """Whether the table that an expression takes an entry of has one at the key; None where that is not in doubt."""
    while isinstance(node, Attribute | Index | Parentheses):
        if isinstance(node, Index) and not isinstance(node.key, Literal):
            table, key = _attempt(node.target, scope), _attempt(node.key, scope)
            if type(table) is ObjectValue and isinstance(key, Unknown | StringValue):
                return has_key(table, key)
        node = node.inner if isinstance(node, Parentheses) else node.target
    return None


def _first_of(node: FunctionCall, scope: Scope) -> Value:
    reasons: list[str] = []
    failed: Trail = ()
    for index, argument in enumerate(node.arguments):
        outcome = _attempt(argument, scope)
        if not isinstance(outcome, FunctionFault):
            outcome = standing_in(outcome, failed)
            found = _or_else(outcome, node.arguments[index + 1 :], scope)
            if found is outcome:
                scope.module.run.leave(scope, node.arguments[index + 1 :], argument, outcome)
            return found
        if outcome.kind.meaning.stops_try:
            raise outcome
        if isinstance(outcome, PartlyFaulted):
            return _each_way(node, outcome.guards, scope)
        reasons.append(outcome.reason)
        failed = joined(failed, outcome.trail)
    raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, f"no argument of try can be evaluated: {'; '.join(reasons)}")


def _or_else(value: Value, others: tuple[Expression, ...], scope: Scope) -> Value:
    """What `try` gives if its first argument is `value`: not only that where it may fail and another says something."""
    if not isinstance(value, Unknown | StringValue) or not any(map(may_fail, own_symbols(value))):
        return value
    outcomes = (_attempt(other, scope) for other in others)
    rest = [one for one in outcomes if not isinstance(one, FunctionFault)]
    if not any(map(says_something, rest)):
        return value
    given = (value, *rest)
    return Unknown(derived(call_name("try", given), "it may fail", *given, relation="try"), value.trail)


def _each_way(node: FunctionCall, guards: tuple[Guard, ...], scope: Scope) -> Value:
    """The call under each guard that decides whether an argument of it fails."""
    if any(guard in scope.assumed for guard in guards):
        raise FunctionFault(DiagnosticKind.UNDECIDED, "an undecided condition stays undecided")
    ways = tuple(Alternative(guard, _function(node, scope.assuming(frozenset((guard,))))) for guard in guards)
    result = choose(ways)
    if leaf_count(result) > MAX_ALTERNATIVES:
        raise FunctionFault(DiagnosticKind.UNDECIDED, "too many combinations of undecided conditions")
    return result


def _can(node: FunctionCall, scope: Scope) -> Value:
    if len(node.arguments) != 1:
        raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, "can takes one argument")
    there = _is_there(node.arguments[0], scope)
    if there is None:
        return _works(node, scope)
    gone = BoolValue(False, (scope.source.step(node, "can"),))
    return decide(there, scope.assumed, lambda given: _works(node, scope.assuming(given)), lambda _: gone)


def _works(node: FunctionCall, scope: Scope) -> Value:
    outcome = _attempt(node.arguments[0], scope)
    if not isinstance(outcome, FunctionFault):
        if isinstance(outcome, Unknown) or any(map(may_fail, own_symbols(outcome))):
            name = shortened(f"can({outcome.symbol.name if isinstance(outcome, Unknown) else shown(outcome)})")
            return Unknown(derived(name, "it may fail", outcome, relation="can"), outcome.trail)
        return BoolValue(True, outcome.trail)
    if outcome.kind.meaning.stops_try:
        raise outcome
    if isinstance(outcome, PartlyFaulted):
        return _each_way(node, outcome.guards, scope)
    return BoolValue(False, (scope.source.step(node, "can"),))


def _binary(node: Binary, scope: Scope) -> Value:
    left, right = evaluate(node.left, scope), evaluate(node.right, scope)
    if node.operator in ("&&", "||") and isinstance(left, BoolValue) is not isinstance(right, BoolValue):
        decided, value = (node.left, left) if isinstance(left, BoolValue) else (node.right, right)
        if isinstance(value, BoolValue) and value.value is (node.operator == "&&"):
            scope.module.run.leave(scope, (node,), decided, value)  # else the other operand would not say it all
    if node.operator in ("==", "!=") and (_apart(node.left, node.right, scope) or _apart(node.right, node.left, scope)):
        return BoolValue(node.operator == "!=", joined(left.trail, right.trail))
    return binary(node.operator, left, right)


def _apart(variable: Expression, written: Expression, scope: Scope) -> bool:
    """Whether one is a list, set or map by its declaration and the other a tuple or object, which equals none."""
    match variable:
        case Attribute(target=Name(name="var"), name=name) if isinstance(written, (TupleExpression, ObjectExpression)):
            return scope.module.is_collection(name)
    return False


def _unary(node: Unary, scope: Scope) -> Value:
    return unary(node.operator, evaluate(node.operand, scope))


_EVALUATORS: dict[type, Callable[[Any, Scope], Value]] = {
    Literal: _literal,
    Template: _template,
    TupleExpression: _tuple,
    ObjectExpression: _object,
    Parentheses: _parentheses,
    Name: _traversal,
    Attribute: _traversal,
    Index: _traversal,
    Element: _traversal,
    Splat: _splat,
    FunctionCall: _function,
    Conditional: lambda node, scope: conditional(node, scope, evaluate),
    Binary: _binary,
    Unary: _unary,
    ForTuple: lambda node, scope: for_tuple(node, scope, evaluate),
    ForObject: lambda node, scope: for_object(node, scope, evaluate),
}
