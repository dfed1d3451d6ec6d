"""Composition of `inventory`: who holds what in a root module, or in every one below a folder."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bot.contents.folders import FolderContents
from bot.data_sources import PROVIDER
from bot.errors import UsageError
from bot.extract import Extracted, extract
from bot.gaps import STRUCTURAL
from bot.iam.managed import managed_policy
from bot.inventory import inventory as inventory_of
from bot.render.inventory import write
from bot.reviewer import MAX_ROUNDS
from bot.terraform.config import EvaluatedConfig, Root, RootSettings
from bot.terraform.evaluate import evaluate
from bot.terraform.links import followed
from bot.terraform.scan import Layout, Scans, layout
from bot.terraform.source import SourceTree
from bot.terraform.sources import SyntaxCache


def inventory(directory: Path, var_files: tuple[str, ...], output: str) -> tuple[str, tuple[str, ...]]:
    """The text or JSON, and a line for each file that could not be evaluated. Raises UsageError or ContentsError."""
    if not directory.is_dir():
        raise UsageError(f"--dir {directory}: not a directory")
    top = _top(directory.resolve())
    where = directory.resolve().relative_to(top).as_posix()
    configs = _evaluated(FolderContents(top, top), "" if where == "." else where, var_files)
    extracted = [extract(config, managed_policy) for config in configs]
    holders = inventory_of(extracted)
    problems = tuple(
        f"{gap.span}: not evaluated: {gap.reason}" for one in configs for gap in one.gaps if _hides(gap.kind)
    )
    if output == "json":
        unseen = tuple(f"not looked into: {one}" for one in _unseen(extracted))
        return msgspec.json.format(msgspec.json.encode(holders), indent=2).decode() + "\n", (*problems, *unseen)
    return write(holders, _unseen(extracted)), problems


def _hides(kind: str) -> bool:
    return kind in STRUCTURAL


def _unseen(extracted: list[Extracted]) -> tuple[str, ...]:
    """The calls of modules that are not here, each once: "module.eks: terraform-aws-modules/eks/aws (main.tf:12)"."""
    gaps = (gap for one in extracted for gap in one.gaps if gap.kind == "remote-module")
    return tuple(dict.fromkeys(f"{gap.address}: {gap.symbol.removeprefix('module ')} ({gap.span})" for gap in gaps))


def _evaluated(contents: FolderContents, where: str, var_files: tuple[str, ...]) -> list[EvaluatedConfig]:
    found = contents.revisions()
    blobs = dict(found.blobs)
    cache = SyntaxCache()
    configs: list[EvaluatedConfig] = []
    for _ in range(MAX_ROUNDS):
        tree = followed(SourceTree("here", found.head_listing, blobs))
        roots = _roots(layout((tree,), Scans()), where)
        settings = RootSettings(var_files=var_files)
        configs = [evaluate(tree, Root(root, settings=settings), PROVIDER, cache) for root in roots]
        needs = frozenset[str]().union(*(config.needs for config in configs))
        if not needs:
            break
        blobs.update(contents.read({tree.listing[path] for path in needs}))
    return configs


def _roots(where_what: Layout, where: str) -> list[str]:
    """The folder itself if it has configuration files; else the root modules below it, which no other one calls."""
    if where in where_what.directories:
        return [where]
    inside = f"{where}/" if where else ""
    below = [one for one in where_what.directories if one.startswith(inside)]
    roots = sorted(one for one in below if not where_what.callers.get(one) and one not in where_what.linked)
    if not roots:
        raise UsageError(f"there is no Terraform configuration in {where or 'this folder'} or below")
    return roots


def _top(directory: Path) -> Path:
    """The working tree that holds the directory: modules beside it are looked for there."""
    return next((parent for parent in (directory, *directory.parents) if (parent / ".git").exists()), directory)
