"""What Terragrunt's files say: which module one configures, and whether a change of one says anything else."""

from __future__ import annotations

from collections.abc import Hashable

from bot.evaluated.call import FunctionFault, resolve
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.shape import shape
from bot.frontends.terraform.syntax.nodes import Template, TemplateText
from bot.frontends.terraform.syntax.source_files import Source, SyntaxCache

TERRAGRUNT = ("terragrunt.hcl", "terragrunt.hcl.json", "root.hcl", "terragrunt.stack.hcl")
FOLLOWED = frozenset({"inputs"})
"""What of a terragrunt.hcl goes into the evaluation of the module it names."""

_OTHER_TOOLS = (".pkr.hcl", ".nomad.hcl", ".sentinel.hcl", ".tftest.hcl", ".tfmock.hcl", "docker-bake.hcl")


def is_shared(path: str, trees: tuple[SourceTree, ...]) -> bool:
    """Whether a file is one that Terragrunt's files or a back end may take settings from."""
    name = path.rpartition("/")[2]
    if name.endswith(".tfbackend") or name in ("backend.hcl", "backend-config.hcl"):
        return True
    if not name.endswith((".hcl", ".hcl.json")) or name.startswith(".") or name.endswith(_OTHER_TOOLS):
        return False
    return any(each.rpartition("/")[2] in TERRAGRUNT for tree in trees for each in tree.listing)


def says_the_same(
    path: str, base: SourceTree, head: SourceTree, cache: SyntaxCache, without: frozenset[str] = frozenset()
) -> bool:
    """Whether both sides have the file and it says the same there, but for layout and comments."""
    if not (base.has(path) and head.has(path)):
        return False
    sides = [cache.source(tree, path) for tree in (base, head)]
    known = [shape(side.syntax.body, without) for side in sides if isinstance(side, Source)]
    return len(known) == len(sides) and known[0] == known[1]


def changed_values(path: str, base: SourceTree, head: SourceTree, cache: SyntaxCache) -> frozenset[str] | None:
    """The variables that a var file gives another value, or a value on one side alone; None if it cannot be read."""
    sides: list[dict[str, Hashable]] = []
    for tree in (base, head):
        source = cache.source(tree, path) if tree.has(path) else None
        if tree.has(path) and not isinstance(source, Source):
            return None
        written = source.syntax.body.arguments if isinstance(source, Source) else ()
        sides.append({each.name: shape(each.value) for each in written})
    return frozenset(name for name, _ in sides[0].items() ^ sides[1].items())


def terragrunt_source(tree: SourceTree, path: str, cache: SyntaxCache) -> str | None:
    """The directory of the module in the repository that a terragrunt.hcl names literally."""
    source = cache.source(tree, path) if tree.has(path) else None
    if not isinstance(source, Source):
        return None
    for block in source.syntax.body.blocks:
        written = block.body.argument("source") if block.type == "terraform" else None
        value = written.value if written is not None else None
        if isinstance(value, Template) and all(isinstance(part, TemplateText) for part in value.parts):
            text = "".join(part.text for part in value.parts if isinstance(part, TemplateText))
            if text.startswith("."):
                try:
                    return resolve(path.rpartition("/")[0], text.replace("//", "/"))
                except FunctionFault:
                    return None
    return None
