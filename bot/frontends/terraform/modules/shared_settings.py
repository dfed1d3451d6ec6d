"""Files that give settings to root modules: which they are, and whether a change of one says anything else."""

from __future__ import annotations

from collections.abc import Hashable

from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.modules.backends import states_keys
from bot.frontends.terraform.modules.unit_config import STACK, TERRAGRUNT
from bot.frontends.terraform.shape import shape
from bot.frontends.terraform.syntax.source_files import Source, SyntaxCache
from bot.late_pattern import late_pattern

_SAY_SO = (*TERRAGRUNT, STACK, "root.hcl")
"""In a repository with a file so called, every `.hcl` file may be one of Terragrunt's."""

_OTHER_TOOLS = (".pkr.hcl", ".nomad.hcl", ".sentinel.hcl", ".tftest.hcl", ".tfmock.hcl", "docker-bake.hcl")


_MATTERS = late_pattern(
    rb"access_key|assume_role|credential|endpoint|env_vars|hook|iam_|inputs|profile|role_arn|run_cmd|secret|token"
    rb"|\b(data|external|module|provisioner|resource|source)\b"
)
"""What of Terragrunt's settings says with whose access, of what and with which values something is applied, or runs."""


def is_shared(path: str, trees: tuple[SourceTree, ...]) -> bool:
    """Whether a file is one that Terragrunt's files or a back end may take settings from."""
    name = path.rpartition("/")[2]
    if is_of_back_end(path):
        return True
    if not name.endswith((".hcl", ".hcl.json")) or name.startswith(".") or name.endswith(_OTHER_TOOLS):
        return False
    return any(each.rpartition("/")[2] in _SAY_SO for tree in trees for each in tree.listing)


def is_of_back_end(path: str) -> bool:
    """Whether a file is called as those are that `terraform init` is given for a back end."""
    name = path.rpartition("/")[2]
    return name.endswith(".tfbackend") or name in ("backend.hcl", "backend-config.hcl")


def keys_of_back_end(path: str, trees: tuple[SourceTree, ...], cache: SyntaxCache) -> frozenset[str]:
    """What a file says on the sides that have it, if it says on each where a state is kept, and nothing else."""
    found = frozenset[str]()
    for tree in trees:
        source = cache.source(tree, path) if tree.has(path) else None
        if isinstance(source, Source):
            body = source.syntax.body
            keys = frozenset(one.name for one in body.arguments)
            if body.blocks or not states_keys(path, keys):
                return frozenset()
            found |= keys
        elif source is not None:
            return frozenset()
    return found


def keeps_to_layout(path: str, base: SourceTree, head: SourceTree) -> bool:
    """Whether a file of Terragrunt's is new and says nothing of credentials, values, modules or what is run."""
    written = head.read(path)
    is_terragrunts = path.rpartition("/")[2] in _SAY_SO
    return is_terragrunts and not base.has(path) and written is not None and not _MATTERS.search(written)


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
