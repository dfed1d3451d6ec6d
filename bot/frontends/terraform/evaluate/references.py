"""What each first word of a reference means: var, local, data, path and the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.evaluated.call import FunctionFault
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Symbol
from bot.evaluated.partial import NoneOf
from bot.evaluated.trails import string
from bot.evaluated.value import Unknown, Value
from bot.frontends.terraform.evaluate.assumed_values import Keeping, local_in
from bot.frontends.terraform.evaluate.scope import AccessStep, Scope
from bot.frontends.terraform.syntax.nodes import Attribute


class Referring(Keeping, Protocol):
    """A module instance as references see it."""

    @property
    def path(self) -> str:
        """What `path.module` is."""

    def variable_in(self, name: str, scope: Scope) -> Value:
        """A variable's value where `scope` is. Raises FunctionFault if it is not declared."""

    def module_reference(self, steps: list[AccessStep], scope: Scope) -> tuple[Value, int]:
        """What `steps` name of a module call, and how many of them that took."""

    def resource_reference(
        self, mode: str, kind: str, steps: list[AccessStep], used: int, scope: Scope
    ) -> tuple[Value, int]:
        """The resource that `steps` name after the first `used`, and how many steps that took."""


Resolver = Callable[[Referring, list[AccessStep], Scope], tuple[Value, int]]


def _path(instance: Referring, steps: list[AccessStep], scope: Scope) -> tuple[Value, int]:
    name = _attribute(steps, "path")
    if name == "module":
        return string(instance.path), 1
    if name == "root":
        return string("."), 1
    if name == "cwd":
        return Unknown(Symbol("path.cwd", "the working directory is not known")), 1
    raise FunctionFault(DiagnosticKind.INVALID_REFERENCE, f"there is no path.{name}")


def _terraform(instance: Referring, steps: list[AccessStep], scope: Scope) -> tuple[Value, int]:
    name = _attribute(steps, "terraform")
    settings = instance.run.root.settings
    if name == "workspace" and settings.workspace is not None:
        return string(settings.workspace), 1
    if name == "workspace" and settings.other_workspaces:
        return NoneOf(Symbol("terraform.workspace", "it is one that nothing names"), (), settings.other_workspaces), 1
    return Unknown(Symbol(f"terraform.{name}", "the workspace is not configured")), 1


def _attribute(steps: list[AccessStep], head: str) -> str:
    if not steps or not isinstance(steps[0], Attribute):
        raise FunctionFault(DiagnosticKind.INVALID_REFERENCE, f"{head} needs an attribute")
    return steps[0].name


def _data(instance: Referring, steps: list[AccessStep], scope: Scope) -> tuple[Value, int]:
    kind = _attribute(steps, "data")
    return instance.resource_reference("data", kind, steps, 1, scope)


def _outside(head: str) -> Resolver:
    def refuse(instance: Referring, steps: list[AccessStep], scope: Scope) -> tuple[Value, int]:
        raise FunctionFault(DiagnosticKind.INVALID_REFERENCE, f"{head} has no meaning here")

    return refuse


HEADS: dict[str, Resolver] = {
    "var": lambda instance, steps, scope: (instance.variable_in(_attribute(steps, "var"), scope), 1),
    "local": lambda instance, steps, scope: (local_in(instance, _attribute(steps, "local"), scope), 1),
    "module": lambda instance, steps, scope: instance.module_reference(steps, scope),
    "data": _data,
    "path": _path,
    "terraform": _terraform,
    "resource": lambda instance, steps, scope: instance.resource_reference(
        "managed", _attribute(steps, "resource"), steps, 1, scope
    ),
    "each": _outside("each"),
    "count": _outside("count"),
    "self": _outside("self"),
}
