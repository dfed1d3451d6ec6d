"""What each first word of a reference means: var, local, data, path and the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.evaluated.call import FunctionFault
from bot.evaluated.document import Symbol
from bot.evaluated.trails import string
from bot.evaluated.value import Unknown, Value
from bot.frontends.terraform.evaluate.scope import AccessStep, Scope
from bot.frontends.terraform.syntax.nodes import Attribute

if TYPE_CHECKING:
    from bot.frontends.terraform.evaluate.instance import ModuleInstance

Resolver = Callable[["ModuleInstance", list[AccessStep], Scope], tuple[Value, int]]


def _path(instance: ModuleInstance, steps: list[AccessStep], scope: Scope) -> tuple[Value, int]:
    name = _attribute(steps, "path")
    if name == "module":
        return string(instance.path), 1
    if name == "root":
        return string("."), 1
    if name == "cwd":
        return Unknown(Symbol("path.cwd", "the working directory is not known")), 1
    raise FunctionFault("invalid-reference", f"there is no path.{name}")


def _terraform(instance: ModuleInstance, steps: list[AccessStep], scope: Scope) -> tuple[Value, int]:
    name = _attribute(steps, "terraform")
    workspace = instance.run.root.settings.workspace
    if name == "workspace" and workspace is not None:
        return string(workspace), 1
    return Unknown(Symbol(f"terraform.{name}", "the workspace is not configured")), 1


def _attribute(steps: list[AccessStep], head: str) -> str:
    if not steps or not isinstance(steps[0], Attribute):
        raise FunctionFault("invalid-reference", f"{head} needs an attribute")
    return steps[0].name


def _data(instance: ModuleInstance, steps: list[AccessStep], scope: Scope) -> tuple[Value, int]:
    kind = _attribute(steps, "data")
    return instance.resource_reference("data", kind, steps, 1, scope)


def _outside(head: str) -> Resolver:
    def refuse(instance: ModuleInstance, steps: list[AccessStep], scope: Scope) -> tuple[Value, int]:
        raise FunctionFault("invalid-reference", f"{head} has no meaning here")

    return refuse


HEADS: dict[str, Resolver] = {
    "var": lambda instance, steps, scope: (instance.variable_in(_attribute(steps, "var"), scope), 1),
    "local": lambda instance, steps, scope: (instance.local(_attribute(steps, "local")), 1),
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
