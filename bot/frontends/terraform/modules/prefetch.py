"""Files that the configuration of some roots reads by name, to ask for them before anything is evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import translate

from bot.evaluated.call import FunctionFault, resolve
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.modules.scan import Layout, Read

MAX_MATCHES = 100
"""A pattern that fits more files is left to the evaluation, which asks for the ones it needs."""


def files_to_read(trees: Iterable[SourceTree], roots: Iterable[str], where: Layout) -> frozenset[str]:
    """The files, not here yet, that the roots and the local modules they reach read by a name that can be told.

    A wrong guess costs a file; a missed one another round.
    """
    wanted = {target for root in roots for target in _targets(root, where)}
    return frozenset(path for tree in trees for target in wanted for path in _missing(tree, target))


def _targets(root: str, where: Layout) -> Iterator[str]:
    for directory in reached(root, where):
        for read in (*where.reads.get(directory, ()), *where.guesses.get(directory, ())):
            target = _target(read, directory, root)
            if target is not None:
                yield target


def reached(root: str, where: Layout) -> frozenset[str]:
    """The directories of the root and of the local modules that it calls, at any depth."""
    seen: set[str] = set()
    waiting = [root]
    while waiting:
        directory = waiting.pop()
        if directory not in seen:
            seen.add(directory)
            waiting.extend(where.calls.get(directory, ()))
    return frozenset(seen)


def _target(read: Read, directory: str, root: str) -> str | None:
    if read.pattern is None:
        return None
    try:
        return resolve(directory if read.own else root, read.pattern)
    except FunctionFault:
        return None


def _missing(tree: SourceTree, target: str) -> list[str]:
    if "*" not in target:
        return [target] if tree.missing(target) else []
    pattern = re.compile(translate(target))
    found = [path for path in tree.listing if pattern.match(path) and tree.missing(path)]
    return found if len(found) <= MAX_MATCHES else []
