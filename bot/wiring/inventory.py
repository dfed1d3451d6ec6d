"""Composition of `inventory`: who holds what in a root module, or in every one below a folder."""

from __future__ import annotations

from pathlib import Path

from bot.data_sources import PROVIDER
from bot.extract import Extracted, extract
from bot.extract.extracted import UnseenModule
from bot.frontends.front_ends import FrontEnds
from bot.iam.managed import managed_policy
from bot.render.inventory_text import write
from bot.review.codec import indented
from bot.review.inventory.model import inventory as inventory_of
from bot.wiring.working_tree import evaluated_in_tree, roots_at_or_below


def inventory(directory: Path, var_files: tuple[str, ...], output: str) -> tuple[str, tuple[str, ...]]:
    """The text or JSON, and a line for each file that could not be evaluated. Raises UsageError or ContentsError."""
    configs, tree = evaluated_in_tree(directory, var_files, roots_at_or_below)
    extracted = [extract(config, managed_policy) for config in configs]
    ours = FrontEnds(PROVIDER).own_accounts(tree, {config.root.directory for config in configs})
    holders = inventory_of(extracted, ours)
    problems = tuple(
        f"{gap.diagnostic.span}: not evaluated: {gap.diagnostic.reason}"
        for one in configs
        for gap in one.gaps
        if gap.diagnostic.kind.meaning.structural
    )
    if output == "json":
        unseen = tuple(f"not looked into: {one}" for one in _unseen(extracted))
        return indented(holders), (*problems, *unseen)
    return write(holders, _unseen(extracted)), problems


def _unseen(extracted: list[Extracted]) -> tuple[str, ...]:
    """The calls of modules that are not here, each once: "module.eks: terraform-aws-modules/eks/aws (main.tf:12)"."""
    calls = (
        f"{gap.address}: {gap.unread.source} ({gap.diagnostic.span})"
        for one in extracted
        for gap in one.gaps
        if isinstance(gap.unread, UnseenModule)
    )
    return tuple(dict.fromkeys(calls))
