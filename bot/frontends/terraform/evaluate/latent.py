"""What count and for_each leave out today only because nobody here sets a root variable: the branch not taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, cast

from bot.evaluated.diagnostic import Span
from bot.evaluated.document import Symbol
from bot.evaluated.guard import AboveZero, Guard, NotDefault, NotEmpty, OtherThanDefault, disabled_by_default, spelled
from bot.evaluated.value import (
    BoolValue,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    StringValue,
    Unknown,
    Value,
)
from bot.frontends.terraform.evaluate.convert import to_bool
from bot.frontends.terraform.evaluate.expression import evaluate
from bot.frontends.terraform.evaluate.scope import Scope
from bot.frontends.terraform.modules.module import Module, Written
from bot.frontends.terraform.syntax.nodes import (
    Attribute,
    Binary,
    Conditional,
    Expression,
    ForObject,
    ForTuple,
    FunctionCall,
    Index,
    Literal,
    Name,
    Node,
    Parentheses,
    Splat,
    Template,
    TemplateText,
    Unary,
    children,
)
from bot.frontends.terraform.syntax.source_files import Source
from bot.frozen import dataclass

MAX_REFERENCES = 16
"""Longer chains of locals and arguments are not followed."""

MAX_NAMES = 200
"""An expression that rests on more is not followed to its end."""


@dataclass(frozen=True, slots=True)
class _Words:
    """A condition in words, the root variables in it, and the one it is if it is nothing else (or that negated)."""

    text: str
    variables: frozenset[str] = frozenset()
    alone: str = ""
    negated: bool = False


class _Given(Protocol):
    @property
    def written(self) -> Written: ...
    @property
    def scope(self) -> Scope: ...
    @property
    def what(self) -> str: ...
    @property
    def by_default(self) -> bool: ...


class Declaring(Protocol):
    """A module instance: what it declares, and what its variables are given."""

    @property
    def module(self) -> Module:
        """Its declarations."""

    @property
    def address(self) -> str:
        """Empty for the root module."""

    def variable(self, name: str) -> Value:
        """The value of a variable that is declared."""

    @property
    def givens(self) -> Mapping[str, _Given]:
        """What its variables are given, by name."""

    def scope(self, source: Source) -> Scope:
        """A scope for an expression of it."""


def branch_not_taken(node: Expression, scope: Scope, taken: bool) -> tuple[Expression, Scope, Guard] | None:
    """The other branch of a conditional that rests on defaults of root variables alone, and its guard.

    `taken` is what the condition is today; None for anything else than such a conditional.
    """
    found = conditional(node, scope)
    if found is None:
        return None
    choice, within = found
    condition = _words(choice.condition, cast(Declaring, within.module), within.source, MAX_REFERENCES)
    if condition is None or not condition.variables:
        return None
    other = OtherThanDefault(condition.text, condition.alone, condition.negated)
    guard = Guard(other, not taken, _symbols(condition.variables), within.source.span(choice.condition))
    return choice.otherwise if taken else choice.then, within.assuming(frozenset((guard,))), guard


def conditional(node: Expression, scope: Scope) -> tuple[Conditional, Scope] | None:
    """The conditional that an expression is, or that the local is which it names, and where it is written."""
    for _ in range(MAX_REFERENCES):
        if isinstance(node, Parentheses):
            node = node.inner
            continue
        name = _member_of("local", node)
        written = cast(Declaring, scope.module).module.locals.get(name) if name else None
        if written is None:
            break
        node, scope = written.argument.value, scope.at(written.source)
    return (node, scope) if isinstance(node, Conditional) else None


def assumed_value(name: str, default: Value, scope: Scope) -> Value:
    """What a root variable is where latent guards hold: what they say of it, or its default unless that is null.

    Who sets the variable that a guard names sets those that are null until then.
    """
    guards = disabled_by_default(scope.assumed)
    variable = Symbol(f"var.{name}")
    for guard in guards:
        if (told := guard.value_of(name)) is not None:
            return BoolValue(told)
        if variable in guard.variables:
            reason = f"variable {name} has not its default where {spelled(guard)}"
            return Unknown(Symbol(variable.name, reason), default.trail)
    if guards and isinstance(default, NullValue):
        return Unknown(Symbol(f"var.{name}", f"variable {name} is null by default"), default.trail)
    return default


def filled(by_default: Mapping[str, Value], origin: Span) -> Guard:
    """The guard of what is there only where one of these variables has elements, or counts some, unlike by default."""
    values = by_default.values()
    condition = AboveZero if all(map(counts_none, values)) else NotEmpty if all(map(is_none, values)) else NotDefault
    names = tuple(f"var.{name}" for name in by_default)
    return Guard(condition(names), True, _symbols(by_default), origin)


def _symbols(names: Iterable[str]) -> frozenset[Symbol]:
    return frozenset(Symbol(f"var.{name}") for name in names)


def empty_by_default(node: Expression, scope: Scope) -> Mapping[str, Value]:
    """The root variables that an expression rests on and that are empty, 0 or null by default, with what they are.

    If none is, all that it rests on, where it rests on nothing else.
    """
    found = rests_on(node, cast(Declaring, scope.module))
    values = {name: root.variable(name) for root, name in found}
    empty = {name: value for name, value in values.items() if is_none(value)}
    return empty or (values if _words(node, cast(Declaring, scope.module), scope.source, MAX_REFERENCES) else {})


def is_none(value: Value) -> bool:
    """Whether it counts no instances: 0, or nothing to go through."""
    return counts_none(value) or _is_empty(value)


def counts_none(value: Value) -> bool:
    """Whether it is a number of instances, 0."""
    match value:
        case NumberValue():
            return value.value == 0
        case StringValue():
            return value.known == "0"
    return False


def _is_empty(value: Value) -> bool:
    match value:
        case ListValue():
            return not value.items
        case ObjectValue():
            return not value.entries
        case StringValue():
            return value.known == ""
    return isinstance(value, NullValue)


def rests_on(node: Node, where: Declaring) -> Iterator[tuple[Declaring, str]]:
    """The root variables with nothing but a default that an expression refers to, by way of locals and arguments."""
    return _rests_on(node, where, set())


def _rests_on(node: Node, where: Declaring, seen: set[tuple[int, str]]) -> Iterator[tuple[Declaring, str]]:
    """The same; each local and variable is followed once: they are in `seen` then."""
    name = _member_of("local", node) or _member_of("var", node)
    if not name:
        for child in children(node):
            yield from _rests_on(child, where, seen)
        return
    is_local = bool(_member_of("local", node))
    key = (id(where), f"{is_local}.{name}")
    if key in seen or len(seen) > MAX_NAMES:
        return
    seen.add(key)
    if not is_local:
        yield from _of_variable(name, where, seen)
    elif name in where.module.locals:
        yield from _rests_on(where.module.locals[name].argument.value, where, seen)


def _of_variable(name: str, where: Declaring, seen: set[tuple[int, str]]) -> Iterator[tuple[Declaring, str]]:
    given = where.givens.get(name) if where.address else None
    if name not in where.module.variables:
        return
    if given is not None:
        yield from _rests_on(given.written.argument.value, cast(Declaring, given.scope.module), seen)
    elif not where.address and _by_default(name, where):
        yield where, name


def visible(guards: Iterable[Guard], scope: Scope) -> bool:
    """Whether what these guards rule out today is there where `scope` is: its own guards are of the same variables."""
    here = frozenset(name for guard in disabled_by_default(scope.assumed) for name in guard.variables)
    return all(guard in scope.assumed or guard.variables & here for guard in disabled_by_default(guards))


def _words(node: Expression, where: Declaring, source: Source, left: int) -> _Words | None:
    """The condition in terms of root variables that have only their defaults; None if it rests on anything else."""
    match node:
        case _ if left == 0:
            return None
        case Parentheses():
            return _words(node.inner, where, source, left - 1)
        case Literal():
            return _Words(source.text(node))
        case Template() if all(isinstance(part, TemplateText) for part in node.parts):
            return _Words(source.text(node))
        case Unary():
            inner = _words(node.operand, where, source, left - 1)
            return None if inner is None else _negated(node.operator, inner)
        case Binary():
            return _of_two(node, where, source, left)
        case Attribute() if not isinstance(node.target, Index | Splat | FunctionCall | Parentheses):
            return _reference(node, where, left)
    return _composed(node, where, source, left)


def _of_two(node: Binary, where: Declaring, source: Source, left: int) -> _Words | None:
    """Both sides in words; of && and || the one that decides, where the other leaves it to that."""
    first, second = (_words(side, where, source, left - 1) for side in (node.left, node.right))
    if first is None or second is None:
        return _settling(node, (first, second), where, source)
    sides = ((node.left, first), (node.right, second))
    told = [one for side, one in sides if _decides(node, side, where, source)]
    if len(told) == 1:
        return told[0]
    texts = (_beside(node, side, one) for side, one in sides)
    return _Words(f" {node.operator} ".join(texts), first.variables | second.variables)


def _settling(
    both: Binary, sides: tuple[_Words | None, _Words | None], where: Declaring, source: Source
) -> _Words | None:
    """The one side of && or || that defaults decide, where it settles the whole today whatever the other one is."""
    settles = {"&&": False, "||": True}.get(both.operator)
    for side, words in zip((both.left, both.right), sides, strict=True):
        if words is not None and words.variables and settles is not None:
            today = to_bool(evaluate(side, where.scope(source)))
            return words if isinstance(today, BoolValue) and today.value is settles else None
    return None


def _composed(
    node: Node, where: Declaring, source: Source, left: int, bound: frozenset[str] = frozenset()
) -> _Words | None:
    """Anything made of references (a call, an element, a loop, which has names `bound` to it) in their words."""
    if isinstance(node, ForTuple | ForObject):
        bound = bound.union(name for name in (node.key, node.name) if name)
    text, end, variables = "", node.start, frozenset[str]()
    for child in children(node):
        words = _part(child, where, source, left - 1, bound)
        if words is None:
            return None
        text += f"{source.between_text(end, child.start)}{_beside(node, child, words)}"
        end, variables = child.end, variables | words.variables
    return _Words(f"{text}{source.between_text(end, node.end)}", variables)


def _beside(node: Node, child: Node, words: _Words) -> str:
    """In brackets what stands for a local or an argument, of several words, where it would run into what is beside."""
    apart = isinstance(node, FunctionCall | Parentheses) or not isinstance(child, Attribute) or " " not in words.text
    return words.text if apart else f"({words.text})"


def _part(node: Node, where: Declaring, source: Source, left: int, bound: frozenset[str]) -> _Words | None:
    if isinstance(node, Name):
        return _Words(node.name) if node.name in bound else None
    if left == 0:
        return None
    if isinstance(node, Attribute) and (_member_of("local", node) or _member_of("var", node)):
        return _reference(node, where, left)
    return _composed(node, where, source, left, bound)


def _decides(both: Binary, side: Expression, where: Declaring, source: Source) -> bool:
    """Whether one side of && or || is not what leaves the other to decide: true beside &&, false beside ||."""
    neutral = {"&&": True, "||": False}.get(both.operator)
    if neutral is None:
        return True
    today = to_bool(evaluate(side, where.scope(source)))
    return not (isinstance(today, BoolValue) and today.value is neutral)


def _negated(operator: str, inner: _Words) -> _Words:
    text = f"{operator}{f'({inner.text})' if ' ' in inner.text else inner.text}"
    if operator == "!":
        return _Words(text, inner.variables, inner.alone, not inner.negated)
    return _Words(text, inner.variables)


def _reference(node: Attribute, where: Declaring, left: int) -> _Words | None:
    name = _member_of("local", node)
    local = where.module.locals.get(name) if name else None
    if local is not None:
        return _words(local.argument.value, where, local.source, left - 1)
    name = _member_of("var", node)
    if not name:
        inner = _reference(node.target, where, left - 1) if isinstance(node.target, Attribute) and left else None
        return None if inner is None else _Words(f"{inner.text}.{node.name}", inner.variables)
    if where.address:
        given = where.givens.get(name)
        return None if given is None else _given_words(given, left - 1)
    if name not in where.module.variables or not _by_default(name, where):
        return None
    return _Words(f"var.{name}", frozenset((name,)), name)


def _given_words(given: _Given, left: int) -> _Words | None:
    return _words(given.written.argument.value, cast(Declaring, given.scope.module), given.written.source, left)


def _by_default(name: str, root: Declaring) -> bool:
    """Whether a variable of the root module has what it has only until somebody sets it."""
    given = root.givens.get(name)
    if given is not None:
        return given.by_default
    return "default" in root.module.variables[name].arguments


def _member_of(head: str, node: Node) -> str:
    """`x` for `head.x`, else nothing."""
    named = isinstance(node, Attribute) and isinstance(node.target, Name) and node.target.name == head
    return node.name if named and isinstance(node, Attribute) else ""
