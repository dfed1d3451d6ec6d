"""Files of modules from elsewhere among a revision's."""

from __future__ import annotations

import dataclasses

from bot.evaluated.source_tree import SourceTree

PREFIX = ".iam-review/modules/"
"""Paths that begin so are files of fetched modules; what a repository has there is not seen beside them."""


def mounted(tree: SourceTree) -> SourceTree:
    """The revision with the files of fetched modules in it."""
    if tree.remote is None or not tree.remote.listing:
        return tree
    own = {path: blob for path, blob in tree.listing.items() if not path.startswith(PREFIX)}
    return dataclasses.replace(tree, listing={**own, **tree.remote.listing})


def is_fetched(path: str) -> bool:
    """Whether a directory or file is a fetched module's."""
    return path.startswith(PREFIX)


def package_of(path: str) -> str:
    """The top directory of the fetched package that a path is in."""
    return PREFIX + path.removeprefix(PREFIX).partition("/")[0]


def told_path(path: str) -> str:
    """A path as people are told of it: one inside a fetched module is the module's own, "" for its top directory."""
    _, fetched, inside = path.partition(PREFIX)
    return inside.partition("/")[2] if fetched else path
