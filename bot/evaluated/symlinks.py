"""Follows symbolic links inside one revision: what is behind them is listed at their paths too, under its real name."""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.evaluated.call import FunctionFault, resolve
from bot.evaluated.source_tree import LINK, SourceTree

MAX_HOPS = 40
"""Links that lead to links, as often as Linux follows them."""

MAX_NESTED = 3
"""Links to directories that hold links to directories."""

MAX_ALIASES = 20_000
"""So many more paths a revision may have by its links; those beyond are not followed."""


def followed(tree: SourceTree) -> SourceTree:
    """The revision with the files behind its links; links that lead out of it or nowhere stay links.

    A link's contents, the path it names, must be in `tree.blobs` under the link's own id.
    """
    links = dict(_links(tree.listing, tree.blobs))
    if not links:
        return tree
    found = _Followed(tree.listing, links, sorted(path for path in tree.listing if path not in links))
    aliases = dict(found.aliases())
    listing = {path: blob for path, blob in tree.listing.items() if path not in found.directories}
    listing |= {alias: tree.listing[real] for alias, real in aliases.items()}
    return dataclasses.replace(tree, listing=listing, aliases=aliases, linked=frozenset(found.directories))


def _links(listing: Mapping[str, str], blobs: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for path, blob in listing.items():
        if blob.startswith(LINK) and (content := blobs.get(blob)) is not None:
            yield path, content.decode("utf-8", "replace")


@dataclass(slots=True)
class _Followed:
    listing: Mapping[str, str]
    links: Mapping[str, str]
    files: list[str]
    directories: set[str] = dataclasses.field(default_factory=set)
    leads: dict[str, str | None] = dataclasses.field(default_factory=dict)
    """Where each link leads, as far as that was looked for."""

    def aliases(self) -> Iterator[tuple[str, str]]:
        """Pairs of a path by way of a link and the real path of the regular file there."""
        left = MAX_ALIASES
        for path in sorted(self.links):
            found = list(self._behind(path, MAX_NESTED, left))
            if len(found) < left:
                left -= len(found)
                yield from found

    def _behind(self, path: str, nested: int, left: int) -> Iterator[tuple[str, str]]:
        if path not in self.leads:
            self.leads[path] = self._real(path)
        real = self.leads[path]
        if not real or f"{path}/".startswith(f"{real}/"):
            return
        if real in self.listing:
            if real not in self.links and not self._is_elsewhere(real):
                yield path, real
            return
        yield from self._behind_directory(path, real, nested, left)

    def _behind_directory(self, path: str, real: str, nested: int, left: int) -> Iterator[tuple[str, str]]:
        inside = self._below(self.files, real)
        if not inside:
            return
        self.directories.add(path)
        for file in inside[:left]:
            if not self._is_elsewhere(file):
                yield path + file[len(real) :], file
        for link in [each for each in self.links if each.startswith(f"{real}/")] if nested else ():
            for alias, file in self._behind(link, nested - 1, left):
                yield path + alias[len(real) :], file

    def _is_elsewhere(self, path: str) -> bool:
        return ":" in self.listing[path]

    @staticmethod
    def _below(files: list[str], directory: str) -> list[str]:
        start = bisect_left(files, f"{directory}/")
        return files[start : bisect_left(files, f"{directory}/\U0010ffff")]

    def _real(self, path: str) -> str | None:
        """Where a path leads once every link on the way is followed; None for out of the tree, or in a circle."""
        for _ in range(MAX_HOPS):
            link = next((each for each in ancestors(path) if each in self.links), None)
            if link is None:
                return path
            try:
                target = resolve(link.rpartition("/")[0], self.links[link])
            except FunctionFault:
                return None
            path = f"{target}{path[len(link) :]}".strip("/")
        return None


def ancestors(path: str) -> Iterable[str]:
    """The path's beginnings, shortest first, itself last."""
    return (path[: match.start()] for match in re.finditer("/|$", path))


def touched_aliases(tree: SourceTree, changed: frozenset[str]) -> Iterator[str]:
    """The paths by way of links whose file is among the changed ones, or whose link is."""
    for alias, real in tree.aliases.items():
        if real in changed or any(path in changed for path in ancestors(alias)):
            yield alias
