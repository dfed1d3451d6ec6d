"""Roots whose folder is called otherwise at head: the base is evaluated where it was, and compared with what it is now.

A folder is gone with all that its root declared, and another one comes that declares nearly the same. What is
compared then is what would be if it had stayed: blocks by their addresses, providers and back ends too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from bot.evaluated.config import Root
from bot.evaluated.production import is_of_another_environment
from bot.evaluated.source_tree import SourceTree
from bot.frontends.front_ends import FrontEnds

ALIKE = 0.6
"""So much of what two roots declare is the same where they are one."""

Folders = Mapping[str, frozenset[str]]
"""What roots declare, by their folders."""


def with_moved(roots: Sequence[Root], trees: tuple[SourceTree, SourceTree], front_ends: FrontEnds) -> tuple[Root, ...]:
    """The roots, each that is another one in a new folder in place of both."""
    places = dict.fromkeys(root.directory for root in roots if not root.unit)
    base, head = (_declared(tree, places, front_ends) for tree in trees)
    moves = dict(_moves(_only(base, head), _only(head, base)))
    if not moves:
        return tuple(roots)
    earlier = [root for root in roots if root.directory in moves.values()]
    found = [one for root in roots for one in _placed(root, _earlier(root, earlier, moves))]
    taken = _taken(found)
    return tuple(one for root in found for one in _left(root, taken))


def _declared(tree: SourceTree, places: Iterable[str], front_ends: FrontEnds) -> Folders:
    return {one: names for one in places if (names := front_ends.declared(tree, one))}


def _only(these: Folders, those: Folders) -> Folders:
    return {one: names for one, names in these.items() if one not in those}


def _earlier(root: Root, earlier: Iterable[Root], moves: Mapping[str, str]) -> list[Root]:
    """The roots of the folder that a root's folder was."""
    return [one for one in earlier if one.directory == moves.get(root.directory) and one.kind == root.kind]


def _taken(roots: Iterable[Root]) -> set[tuple[str, str, str]]:
    """The variants of roots of before that others are now."""
    was = [one.was for one in roots if one.was is not None]
    return {(one.directory, one.kind, name) for one in was for name in _names(one)}


def _placed(root: Root, was: Sequence[Root]) -> Iterator[Root]:
    """A root as what another one became, for each of those that it stands for; what is left of it is new."""
    names = list(_names(root))
    if len(was) == len(names) == 1 and len(_names(was[0])) == 1:
        yield dataclasses.replace(root, only=None, was=was[0])
        return
    for one in was:
        both = [name for name in names if name in _names(one)]
        if both:
            yield dataclasses.replace(_called(root, both), only=None, was=_called(one, both))
        names = [name for name in names if name not in both]
    if names:
        yield _called(root, names)


def _left(root: Root, taken: Set[tuple[str, str, str]]) -> Iterator[Root]:
    """A root without the variants that another one stands for now."""
    names = [name for name in _names(root) if (root.directory, root.kind, name) not in taken]
    if names:
        yield _called(root, names)


def _names(root: Root) -> tuple[str, ...]:
    return root.variants or ("",)


def _called(root: Root, names: Sequence[str]) -> Root:
    return dataclasses.replace(root, variant=names[0], alike=tuple(names[1:]))


def _moves(gone: Folders, new: Folders) -> Iterator[tuple[str, str]]:
    """Each new folder with the one it was, those that are most alike first, then those that end alike."""
    ranked = sorted(
        (
            (len(old & now) / len(old | now), _same_end(before, after), after, before)
            for before, old in gone.items()
            for after, now in new.items()
        ),
        reverse=True,
    )
    taken: set[str] = set()
    for alike, _, after, before in ranked:
        if alike >= ALIKE and not {after, before} & taken and not is_of_another_environment(before, after):
            taken |= {after, before}
            yield after, before


def _same_end(before: str, after: str) -> int:
    """How many steps at the end of two paths are the same."""
    pairs = zip(reversed(before.split("/")), reversed(after.split("/")), strict=False)
    return next((place for place, (left, right) in enumerate(pairs) if left != right), 0)
