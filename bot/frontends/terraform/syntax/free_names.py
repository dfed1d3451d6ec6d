"""Which names a template asks for that it does not bind itself."""

from __future__ import annotations

from collections.abc import Iterator

from bot.frontends.terraform.syntax.nodes import ForObject, ForTuple, Name, Node, TemplateFor


def free_names(template: Node) -> frozenset[str]:
    """The first words of the references of a template or expression, without those that it binds itself."""
    return frozenset(_free(template, frozenset()))


def _free(node: Node, bound: frozenset[str]) -> Iterator[str]:
    if isinstance(node, Name):
        if node.name not in bound:
            yield node.name
        return
    inside = bound
    if isinstance(node, TemplateFor):
        inside = bound | {node.value, node.key or node.value}
    elif isinstance(node, (ForTuple, ForObject)):
        inside = bound | {node.name, node.key or node.name}
    for field in node.__struct_fields__:
        for child in _nodes(getattr(node, field)):
            yield from _free(child, bound if field == "collection" else inside)


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        yield from (each for each in value if isinstance(each, Node))
