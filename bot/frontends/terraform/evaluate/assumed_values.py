"""What locals, arguments and outputs are where guards hold that defaults rule out today."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Protocol, cast

from bot.evaluated.guard import Guard, disabled_by_default
from bot.evaluated.value import Value
from bot.frontends.terraform.evaluate.block import argument
from bot.frontends.terraform.evaluate.expansion import Instance, collected
from bot.frontends.terraform.evaluate.expression import evaluate
from bot.frontends.terraform.evaluate.latent import MAX_NAMES, rests_on
from bot.frontends.terraform.evaluate.latent_mentions import Expanding, data_named, latent_guards
from bot.frontends.terraform.evaluate.run import Run
from bot.frontends.terraform.evaluate.scope import Scope
from bot.frontends.terraform.modules.module import Declared, ResourceKey
from bot.frontends.terraform.syntax.nodes import Expression, Node


class Keeping(Expanding, Protocol):
    """A module instance that evaluates each thing once."""

    @property
    def run(self) -> Run:
        """The evaluation of its root."""

    def expansion(self, declared: Declared, key: object) -> tuple[Instance, ...]:
        """The instances of a block today."""

    def once(self, key: tuple[object, ...], compute: Callable[[], Value]) -> Value:
        """The value of `compute`, computed once."""

    def local(self, name: str) -> Value:
        """A local's value today. Raises FunctionFault if it is not declared."""

    def output(self, name: str) -> Value:
        """An output's value today. Raises FunctionFault if it is not declared."""

    def typed(self, value: Value, declared: Declared) -> Value:
        """A value as a variable of that type has it."""


def local_in(where: Keeping, name: str, scope: Scope) -> Value:
    """A local's value where `scope` is. Raises FunctionFault if it is not declared."""
    written = where.module.locals.get(name)
    if written is None or not scope.assumed:
        return where.local(name)
    node, within = written.argument.value, where.scope(written.source)
    return _assumed(
        ("local", name),
        node,
        where,
        scope,
        lambda: where.local(name),
        lambda guards: evaluate(node, within.assuming(guards)),
    )


def output_in(where: Keeping, name: str, scope: Scope) -> Value:
    """An output's value where `scope` is, which asks for it. Raises FunctionFault if it is not declared."""
    declared = where.module.outputs.get(name)
    written = None if declared is None else declared.arguments.get("value")
    if written is None or not scope.assumed:
        return where.output(name)
    within = where.scope(written.source)
    return _assumed(
        ("output", name),
        written.argument.value,
        where,
        scope,
        lambda: where.output(name),
        lambda guards: argument(written, within.assuming(guards), f"output {name}"),
    )


def argument_in(where: Keeping, name: str, scope: Scope, today: Callable[[], Value]) -> Value:
    """What a call gives a variable of its module where `scope` is."""
    given = where.givens[name]
    return _assumed(
        ("var", name),
        given.written.argument.value,
        where,
        scope,
        today,
        lambda guards: where.typed(
            argument(given.written, given.scope.assuming(guards), given.what), where.module.variables[name]
        ),
        cast(Expanding, given.scope.module),
    )


def _assumed(
    key: tuple[str, str],
    node: Expression,
    where: Keeping,
    scope: Scope,
    today: Callable[[], Value],
    compute: Callable[[frozenset[Guard]], Value],
    written_in: Expanding | None = None,
) -> Value:
    """A value as it is `today`, unless it rests on what is otherwise where the guards hold that defaults rule out."""
    guards = disabled_by_default(scope.assumed)
    if not guards:
        return today()
    where.run.keep_apart()  # which looks at what is written besides
    within = written_in or where
    return where.once((*key, guards), lambda: compute(guards) if _otherwise(node, within, guards) else today())


def data_in(
    where: Keeping, key: ResourceKey, declared: Declared, scope: Scope, today: Value, of: Callable[[Instance], Value]
) -> Value:
    """A data source as it is where `scope` is, whose instances are what `of` makes of them there.

    A document that names who is let in says it of the default alone, else: nobody, where that is empty.
    """
    guards = disabled_by_default(scope.assumed)
    where.run.keep_apart()

    def compute() -> Value:
        if not any(_otherwise(layer.block, where, guards) for layer in declared.layers):
            return today
        held = tuple(guards)
        there = (dataclasses.replace(one, guards=(*held, *one.guards)) for one in where.expansion(declared, key))
        return collected([(one, of(one)) for one in there], declared)

    return where.once(("assumed", *key, guards), compute)


def _otherwise(node: Node, where: Expanding, guards: frozenset[Guard]) -> bool:
    """Whether something names, by way of locals, arguments, outputs and data sources, what the guards say of."""
    return any(_speaks_of(one, within, guards) for one, within in with_data(node, where))


def with_data(node: Node, where: Expanding) -> Iterator[tuple[Node, Expanding]]:
    """An expression and the blocks of data sources that it names, and that those name, each once, and of whom."""
    seen: set[int] = set()
    left: list[tuple[Node, Expanding]] = [(node, where)]
    while left and len(seen) < MAX_NAMES:
        one, within = left.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one, within
            left += data_named(one, within)


def _speaks_of(node: Node, where: Expanding, guards: frozenset[Guard]) -> bool:
    names = {symbol.name for guard in guards for symbol in guard.variables}
    return any(f"var.{name}" in names for _, name in rests_on(node, where)) or any(
        guards.issuperset(found) for found in latent_guards(node, where)
    )
