"""What locals, arguments and outputs are where guards hold that defaults rule out today."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, cast

from bot.evaluated.guard import Guard, disabled_by_default
from bot.evaluated.value import Value
from bot.frontends.terraform.evaluate.block import argument
from bot.frontends.terraform.evaluate.expression import evaluate
from bot.frontends.terraform.evaluate.latent import rests_on
from bot.frontends.terraform.evaluate.latent_mentions import Expanding, latent_guards
from bot.frontends.terraform.evaluate.scope import Scope
from bot.frontends.terraform.modules.module import Declared
from bot.frontends.terraform.syntax.nodes import Expression


class Keeping(Expanding, Protocol):
    """A module instance that evaluates each thing once."""

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
    within = written_in or where
    return where.once((*key, guards), lambda: compute(guards) if _otherwise(node, within, guards) else today())


def _otherwise(node: Expression, where: Expanding, guards: frozenset[Guard]) -> bool:
    names = {symbol.name for guard in guards for symbol in guard.variables}
    return any(f"var.{name}" in names for _, name in rests_on(node, where)) or any(
        guards.issuperset(found) for found in latent_guards(node, where)
    )
