"""Where in a repository an inventory is taken: which of its roots."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from bot.evaluated.config import Root
from bot.evaluated.source_tree import SourceTree
from bot.frontends.front_ends import is_configuration
from bot.frozen import dataclass

Reach = Literal["all", "one", "only"]


@dataclass(frozen=True, slots=True)
class InventoryPlace:
    """A folder ("" is the top): "all" the roots at it and below, "one", which is the root that it is itself if it is
    one, and else those below, or that one "only".

    The folder of a unit of Terragrunt is one of its module's.
    """

    folder: str = ""
    reach: Reach = "all"

    def files(self, tree: SourceTree) -> frozenset[str]:
        """The files whose roots are meant."""
        if self.reach == "only" or (self.reach == "one" and self._holds_configuration(tree)):
            return frozenset(tree.directory(self.folder))
        return frozenset(tree.listing) if not self.folder else frozenset(filter(self.holds, tree.listing))

    def among(self, roots: Iterable[Root], tree: SourceTree) -> tuple[Root, ...]:
        """Those of the roots that are there; a module that others call is one where it is asked for by its folder."""
        every = tuple(root for root in roots if any(map(self.holds, _folders(root))))
        here = tuple(root for root in every if self.folder in _folders(root))
        found = {"all": every, "one": here or every, "only": here}[self.reach]
        is_called = not here and self._holds_configuration(tree)
        return (Root(self.folder),) if is_called and (not found or self.reach != "all") else found

    def holds(self, path: str) -> bool:
        """Whether a folder or file is there."""
        return not self.folder or path == self.folder or path.startswith(f"{self.folder}/")

    def _holds_configuration(self, tree: SourceTree) -> bool:
        return any(map(is_configuration, tree.directory(self.folder)))


def _folders(root: Root) -> tuple[str, ...]:
    """Where it is written, and where it is applied."""
    return (root.directory, *root.unit)


EVERYWHERE = InventoryPlace()
