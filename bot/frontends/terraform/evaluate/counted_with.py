"""Why instances exist that are counted by another resource's: what makes these makes them as well."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping

from bot.evaluated.trails import joined
from bot.frontends.terraform.evaluate.expansion import Instance
from bot.frontends.terraform.modules.module import ResourceKey
from bot.frontends.terraform.syntax.nodes import Attribute, Expression, Name, Node, children


def counted_with(
    found: tuple[Instance, ...],
    written: Expression,
    expanded: Mapping[object, tuple[Instance, ...]],
    ask: Callable[[ResourceKey], None],
) -> tuple[Instance, ...]:
    """The instances with the trails of those that `count` or `for_each` refers to, of the same key if there is one.

    `expanded` are the module's resources whose instances are known: evaluating `written` has expanded what it took.
    `ask` is told which of them are looked at.
    """
    others: list[Instance] = []
    for kind, name in _references(written):
        key = ("managed", kind, name)
        if key in expanded:
            ask(key)
            others += expanded[key]
    return tuple(_with(one, others) for one in found) if others else found


def _with(one: Instance, others: list[Instance]) -> Instance:
    same = [other for other in others if other.key == one.key] or others
    existence = one.existence
    for other in same:
        existence = joined(other.existence, existence)
    return dataclasses.replace(one, existence=existence)


def _references(node: Node) -> Iterator[tuple[str, str]]:
    if isinstance(node, Attribute) and isinstance(node.target, Name):
        yield node.target.name, node.name
        return
    for child in children(node):
        yield from _references(child)
