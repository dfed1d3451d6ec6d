"""A root module whose state is kept elsewhere at head: what it declares may be another copy of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator

import msgspec

from bot.evaluated.config import Root
from bot.evaluated.diagnostic import Side
from bot.evaluated.redefinition import Place, Redefinition, redefinition
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.earlier_paths import earlier_directory
from bot.frontends.terraform.modules.backends import INERT, keeping_state
from bot.frontends.terraform.modules.module import configuration_files
from bot.frontends.terraform.modules.unit_config import UnitConfig
from bot.frontends.terraform.shape import shape
from bot.frontends.terraform.syntax.nodes import Argument, Block, Node, ObjectExpression, literal_text
from bot.frontends.terraform.syntax.source_files import Source, SyntaxCache

_OF_ROLE = frozenset({"external_id", "role_arn", "session_name"})
"""What is called alike within `assume_role` and without it."""


def moved_state(
    base: SourceTree,
    head: SourceTree,
    root: Root,
    cache: SyntaxCache,
    units: Callable[[SourceTree], Iterable[UnitConfig]],
) -> Iterator[Redefinition]:
    """The back end of a root module, if both sides have the module and keep its state apart.

    Not where the state alone moves, to where no other state is, or was: nobody gains by what is made anew then.
    """
    directory = root.directory
    sides = ((base, earlier_directory(root)), (head, directory))
    before, after = (_backends(tree, where, cache) for tree, where in sides)
    if before is None or after is None or _said(before) == _said(after):
        return
    if _moves_alone(before, after):
        from bot.frontends.terraform.modules.state_places import comes_to_another

        if not comes_to_another((base, head), (earlier_directory(root), directory), cache, units):
            return
    found_in: tuple[tuple[Side, list[tuple[Source, Node]]], ...] = (("head", after), ("base", before))
    places: tuple[Place, ...] = tuple((side, source.span(node)) for side, found in found_in for source, node in found)
    called = directory or "the top directory"
    yield redefinition(
        f"terraform.backend in {called}",
        f"the state of {called} is kept elsewhere: what is declared here may be made anew, "
        "beside what there was, or stand for what another state holds",
        "check which state this reads and writes then, and in which account",
        places,
    )


def _moves_alone(before: list[tuple[Source, Node]], after: list[tuple[Source, Node]]) -> bool:
    """Whether it is, with the same credentials, another place alone that two back ends say, or another kind of them."""
    nodes = [_with_role(node) for _, node in (*before, *after)]
    blocks = [node for node in nodes if isinstance(node, Block)]
    if len(blocks) < len(nodes) or len(before) > 1 or len(after) > 1:
        return False
    if not (before and after) or blocks[0].labels != blocks[1].labels:
        return True
    from bot.frontends.terraform.modules.state_places import MOVED_ALONE

    return shape(blocks[0], MOVED_ALONE) == shape(blocks[1], MOVED_ALONE)


def _said(found: list[tuple[Source, Node]]) -> frozenset[Hashable]:
    return frozenset(shape(_with_role(node), INERT) for _, node in found)


def _with_role(node: Node) -> Node:
    """A back end of S3 with the role that it assumes written as before Terraform 1.6, which takes both.

    The arguments on top are "deprecated. Use assume_role.role_arn instead" (Terraform, S3 backend, Assume Role
    Configuration).
    """
    if not isinstance(node, Block) or node.labels != ("s3",):
        return node
    role = node.body.argument("assume_role")
    inner = None if role is None else _inner(role)
    if role is None or inner is None:
        return node
    arguments = (*(one for one in node.body.arguments if one is not role), *inner)
    return msgspec.structs.replace(node, body=msgspec.structs.replace(node.body, arguments=arguments))


def _inner(role: Argument) -> tuple[Argument, ...] | None:
    """What is written within `assume_role` as arguments; None if that says more than which role it is."""
    if not isinstance(role.value, ObjectExpression):
        return None
    items = [(literal_text(item.key) or "", item.value) for item in role.value.items]
    names = {name for name, _ in items}
    if "role_arn" not in names or not names <= _OF_ROLE:
        return None
    return tuple(Argument(role.start, role.end, name, value) for name, value in items)


def _backends(tree: SourceTree, directory: str, cache: SyntaxCache) -> list[tuple[Source, Node]] | None:
    """The back ends as written; None if there is no module or a part of it cannot be read, which is a gap anyway."""
    paths = configuration_files(cache.directory(tree, directory))
    sources = [cache.source(tree, path) for path in paths]
    if not sources or not all(isinstance(source, Source) for source in sources):
        return None
    return [each for source in sources if isinstance(source, Source) for each in _written(source)]


def _written(source: Source) -> Iterator[tuple[Source, Node]]:
    for settings in source.syntax.body.blocks:
        if settings.type == "terraform":
            yield from ((source, node) for node in keeping_state(settings.body))
