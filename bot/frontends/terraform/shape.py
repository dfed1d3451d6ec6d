"""What a piece of syntax says, whatever its place, layout and comments: equal shapes mean the same to Terraform."""

from __future__ import annotations

from collections.abc import Hashable

from bot.frontends.terraform.syntax.nodes import Argument, Block, Body, Literal, Node

_LAYOUT = frozenset(("start", "end", "header_end", "verbatim", "quoted"))
"""Fields that say where and how something is written, not what."""


def shape(node: Node, without: frozenset[str] = frozenset()) -> Hashable:
    """The node without its layout; arguments in any order. `without` are arguments and blocks that do not count."""
    if isinstance(node, Body):
        arguments = [shape(each) for each in node.arguments if each.name not in without]
        blocks = [shape(each, without) for each in node.blocks if each.type not in without]
        return (frozenset(arguments), tuple(blocks))
    if isinstance(node, Block):
        return (node.type, node.labels, shape(node.body, without))
    if isinstance(node, Argument):
        return (node.name, shape(node.value))
    if isinstance(node, Literal):
        return (type(node.value).__name__, node.value)
    fields = (name for name in node.__struct_fields__ if name not in _LAYOUT)
    return (type(node).__name__, *(_field(getattr(node, name)) for name in fields))


def _field(value: object) -> Hashable:
    if isinstance(value, Node):
        return shape(value)
    if isinstance(value, tuple):
        return tuple(_field(each) for each in value)
    return value if isinstance(value, Hashable) else repr(value)
