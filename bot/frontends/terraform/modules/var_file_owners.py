"""Finds the root modules a var file belongs to that Terraform does not load by itself, told by its keys and place."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import field

from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.modules.module import configuration_files, load_module
from bot.frontends.terraform.modules.scan import Layout
from bot.frontends.terraform.modules.var_file_names import VAR_FILE_SUFFIXES, is_loaded_unasked
from bot.frontends.terraform.syntax.source_files import Source, SyntaxCache
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

MIN_KEYS = 2
"""So many variables tell the one root that declares them all, wherever the file is."""

ONE_IN = 10
"""Of so many variables of a var file a root may leave one undeclared."""

_KEY = late_pattern(rb"(?m)^[ \t]*([A-Za-z_][\w-]*)[ \t]*=")


@dataclass(slots=True)
class Owners:
    """Of the var files of two revisions: one belongs to the roots that declare its keys and whose directory contains
    it or is called like it or its folder: all of them, or all but a few. It belongs besides to the only one that
    declares all where none of those does, and to the only one that declares all but a few where no root declares
    more."""

    trees: tuple[SourceTree, ...]
    where: Layout
    cache: SyntaxCache
    _of: dict[str, frozenset[str]] = field(default_factory=dict)
    _files: tuple[str, ...] | None = None
    _roots: list[str] | None = None

    @property
    def roots(self) -> list[str]:
        """The directories that no other one calls."""
        if self._roots is None:
            where = self.where
            self._roots = [one for one in sorted(where.directories - where.linked) if not where.callers.get(one)]
        return self._roots

    @property
    def files(self) -> tuple[str, ...]:
        """Every var file that is not loaded unasked."""
        if self._files is None:
            paths = {path for tree in self.trees for path in tree.listing if path.endswith(VAR_FILE_SUFFIXES)}
            self._files = tuple(sorted(path for path in paths if not self._is_loaded(path)))
        return self._files

    def of(self, path: str) -> frozenset[str]:
        """The directories of the roots that the var file is for."""
        if path not in self._of:
            self._of[path] = frozenset(root for tree in self.trees for root in self._in(path, tree))
        return self._of[path]

    def files_of(self, root: str) -> Iterator[str]:
        """The var files that are for the root in that directory."""
        declared = {name.encode() for tree in self.trees for name in load_module(tree, root, self.cache).variables}
        for path in self.files if declared else ():
            if self._may_be_of(root, path, declared) and root in self.of(path):
                yield path

    def declaring(self, names: Iterable[str]) -> list[str]:
        """The directories of the roots that declare some of these variables."""
        keys = frozenset(names)
        return [root for root in self.roots if any(self._declares_some(tree, root, keys) for tree in self.trees)]

    def keys(self, path: str, tree: SourceTree) -> frozenset[str]:
        """The variables that a var file gives values to at one revision; none if it cannot be read."""
        source = self.cache.source(tree, path) if tree.has(path) else None
        if not isinstance(source, Source):
            return frozenset()
        return frozenset(argument.name for argument in source.syntax.body.arguments)

    def _is_loaded(self, path: str) -> bool:
        return is_loaded_unasked(path) and path.rpartition("/")[0] in self.where.directories

    def _may_be_of(self, root: str, path: str, declared: set[bytes]) -> bool:
        """Whether it is worth parsing: cheap, and never wrong where the answer is no."""
        texts = [text for tree in self.trees if (text := tree.read(path)) is not None]
        if not any(path.endswith(".json") or not declared.isdisjoint(_KEY.findall(text)) for text in texts):
            return False
        folder = path.rpartition("/")[0]
        return _is_placed(root, path) or not any(
            above in self.where.directories and above != root for above in _above(folder)
        )

    def _in(self, path: str, tree: SourceTree) -> Iterator[str]:
        keys = self.keys(path, tree)
        declaring = [root for root in self.roots if self._lacks(tree, root, keys) == 0] if keys else []
        most = [root for root in self.roots if root in declaring or self._declares_most(tree, root, keys)]
        placed = [root for root in most if _is_placed(root, path)]
        yield from placed
        rest = declaring or most
        if placed and (not declaring or not set(declaring).isdisjoint(placed)):
            return
        if len(rest) == 1 and len(keys) >= MIN_KEYS:
            yield rest[0]

    def _declares_most(self, tree: SourceTree, root: str, keys: frozenset[str]) -> bool:
        """Whether a root declares all but a few of these variables: of the rest Terraform only warns."""
        return len(keys) >= ONE_IN and self._lacks(tree, root, keys) * ONE_IN <= len(keys)

    def _lacks(self, tree: SourceTree, root: str, keys: frozenset[str]) -> int:
        """How many of these variables a root does not declare; more than may lack, if its words tell already."""
        unsaid = (key for key in sorted(keys) if not _has_word(tree, root, key, self.cache))
        over = sum(1 for _ in itertools.islice(unsaid, len(keys) // ONE_IN + 1))
        if over * ONE_IN > len(keys):
            return over
        return len(keys - load_module(tree, root, self.cache).variables.keys())

    def _declares_some(self, tree: SourceTree, root: str, keys: frozenset[str]) -> bool:
        some = any(_has_word(tree, root, key, self.cache) for key in keys)
        return some and not keys.isdisjoint(load_module(tree, root, self.cache).variables)


def _has_word(tree: SourceTree, root: str, key: str, cache: SyntaxCache) -> bool:
    """Whether a word is in the root's files at all, which is cheaper to find out than to parse them."""
    return any(key.encode() in (tree.read(path) or b"") for path in configuration_files(cache.directory(tree, root)))


def _is_placed(root: str, path: str) -> bool:
    """Whether a file is inside of the root's directory, or called like it, or in a folder that is."""
    folder, _, name = path.rpartition("/")
    inside = not root or folder == root or folder.startswith(f"{root}/")
    return inside or root.rpartition("/")[2] in (name.split(".", 1)[0], folder.rpartition("/")[2])


def _above(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
