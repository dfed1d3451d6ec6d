"""Evaluates root modules of a folder as it is now, for the commands that compare nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.contents.folders import OneFolder
from bot.data_sources import PROVIDER
from bot.errors import UsageError
from bot.evaluated.config import EvaluatedConfig, Root, RootSettings
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.symlinks import followed
from bot.frontends.front_ends import FrontEnds
from bot.review_process.rounds import MAX_ROUNDS
from bot.wiring.given_var_files import check_var_files

ChooseRoots = Callable[[FrontEnds, SourceTree, str], Sequence[Root]]
"""The roots to evaluate, given the working tree and the folder's path in it."""


def evaluated(directory: Path, var_files: tuple[str, ...], roots: ChooseRoots) -> list[EvaluatedConfig]:
    """The chosen root modules, in the working tree that holds `directory`. Raises UsageError or ContentsError."""
    return evaluated_in_tree(directory, var_files, roots)[0]


def evaluated_in_tree(
    directory: Path, var_files: tuple[str, ...], roots: ChooseRoots
) -> tuple[list[EvaluatedConfig], SourceTree]:
    """The same, and the tree they were read from. Raises UsageError or ContentsError."""
    if not directory.is_dir():
        raise UsageError(f"--dir {directory}: not a directory")
    top = top_of(directory.resolve())
    where = directory.resolve().relative_to(top).as_posix()
    folder = OneFolder.listed(top)
    check_var_files(var_files, folder.listing)
    blobs = folder.first()
    front_ends = FrontEnds(PROVIDER)
    settings = RootSettings(var_files=var_files)
    tree = followed(SourceTree(str(directory), folder.listing, blobs))
    configs: list[EvaluatedConfig] = []
    for _ in range(MAX_ROUNDS):
        chosen = roots(front_ends, tree, "" if where == "." else where)
        configs = [front_ends.evaluate(tree, dataclasses.replace(root, settings=settings)) for root in chosen]
        needs = frozenset[str]().union(*(config.needs for config in configs))
        if not needs:
            break
        blobs.update(folder.read({tree.listing[path] for path in needs}))
        tree = followed(SourceTree(str(directory), folder.listing, blobs))
    return configs, tree


def roots_at_or_below(front_ends: FrontEnds, tree: SourceTree, where: str) -> tuple[Root, ...]:
    """The root module at a folder, else those below it. Raises UsageError if there is none."""
    roots = front_ends.roots_within(tree, where)
    if not roots:
        raise UsageError(f"there is no Terraform configuration in {where or 'this folder'} or below")
    return roots


def top_of(directory: Path) -> Path:
    """The working tree that holds the directory: modules beside it are looked for there."""
    return next((parent for parent in (directory, *directory.parents) if (parent / ".git").exists()), directory)
