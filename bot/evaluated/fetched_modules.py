"""Modules from elsewhere that a review was given: where their files are among the revision's, and which do not come."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.evaluated.call import FunctionFault
from bot.evaluated.source_tree import SourceTree

PREFIX = ".iam-review/modules/"
"""Paths that begin so are files of fetched modules; what a repository has there is not seen beside them."""


@dataclass(frozen=True, slots=True)
class RemoteCall:
    """A module as it is called: its `source` and `version`, as they are written."""

    source: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class RemoteModules:
    """What is known of the modules that were asked for.

    `directories` are where they are, below PREFIX; `refused` says of others why they do not come. `listing` are all
    their files with blob ids. If `closed`, nothing more may be asked for.
    """

    directories: Mapping[RemoteCall, str] = field(default_factory=dict)
    refused: Mapping[RemoteCall, str] = field(default_factory=dict)
    listing: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False

    def asks(self, call: RemoteCall) -> bool:
        """Whether the module is to be asked for."""
        return not self.closed and call not in self.directories and call not in self.refused

    def why_not(self, call: RemoteCall) -> str:
        """Why a module does not come, in words that follow a colon."""
        return self.refused.get(call, "it was asked for too late")


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


def stay_inside(origin: str, target: str) -> None:
    """Raise FunctionFault if a fetched module's path leads out of its package."""
    if is_fetched(origin) and target != package_of(origin) and not target.startswith(f"{package_of(origin)}/"):
        raise FunctionFault("unresolved-path", "a module's source leads out of its package")
