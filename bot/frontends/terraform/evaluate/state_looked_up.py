"""Which root module of the repository keeps the state whose outputs a data block looks up."""

from __future__ import annotations

import functools

from bot.evaluated.partial import RepeatedObject
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.value import ListValue, NullValue, ObjectValue, Value, known_text
from bot.frontends.terraform.modules.backends import place, root_with_state
from bot.frontends.terraform.syntax.source_files import SyntaxCache

REMOTE_STATE = "terraform_remote_state"


def root_looked_up(tree: SourceTree, root: str, arguments: ObjectValue, cache: SyntaxCache) -> str | None:
    """The root whose outputs a data block of the root in directory `root` asks for.

    None if it is not in the repository or not certain which.
    """
    kind, config, workspace = (arguments.get(name) for name in ("backend", "config", "workspace"))
    named = known_text(kind)
    if named is None or not isinstance(config, ObjectValue) or isinstance(config, RepeatedObject):
        return None
    if not _is_default(workspace):
        return None
    if named == "local" and known_text(config.get("path")) is None:
        return None
    wanted = place(named, functools.partial(_setting, config), root)
    return None if wanted is None else root_with_state(tree, wanted, cache)


def _is_default(workspace: Value | None) -> bool:
    return workspace is None or isinstance(workspace, NullValue) or known_text(workspace) == "default"


def _setting(config: ObjectValue, name: str) -> str | None:
    block, _, rest = name.partition(".")
    value = config.get(block)
    if not rest:
        return known_text(value)
    inner = value.items[0] if isinstance(value, ListValue) and len(value.items) == 1 else value
    return known_text(inner.get(rest)) if isinstance(inner, ObjectValue) else None
