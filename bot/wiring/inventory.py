"""Composition of `inventory`: who holds what in a root module, or in every one below a folder."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

from bot.data_sources import PROVIDER
from bot.errors import UsageError
from bot.extract import Extracted, extract
from bot.extract.extracted import UnseenModule
from bot.frontends.front_ends import FrontEnds
from bot.iam.arn import is_arn
from bot.iam.catalog import load_catalog
from bot.iam.managed import managed_policy
from bot.iam.pattern import meets
from bot.render.inventory_text import write, write_paths
from bot.review.codec import indented
from bot.review.inventory.access_query import who_can
from bot.review.inventory.model import inventory as inventory_of
from bot.wiring.working_tree import evaluated_in_tree, roots_at_or_below


def inventory(
    directory: Path, var_files: tuple[str, ...], output: str, action: str = "", resource: str = ""
) -> tuple[str, tuple[str, ...]]:
    """The text or JSON, and a line for each file that could not be evaluated; with an action, of those alone who can do
    it. Raises UsageError or ContentsError."""
    _refuse_half_a_question(action, resource)
    configs, tree = evaluated_in_tree(directory, var_files, roots_at_or_below)
    extracted = [extract(config, managed_policy) for config in configs]
    ours = FrontEnds(PROVIDER).own_accounts(tree, {config.root.directory for config in configs})
    holders = inventory_of(extracted, ours)
    problems = tuple(_misasked(action, resource)) + tuple(
        f"{gap.diagnostic.span}: not evaluated: {gap.diagnostic.reason}"
        for gap in itertools.chain.from_iterable(one.gaps for one in configs)
        if gap.diagnostic.kind.meaning.structural
    )
    paths = tuple(who_can(holders, action, resource)) if action else None
    if output == "json":
        unseen = tuple(f"not looked into: {one}" for one in _unseen(extracted))
        return indented(holders if paths is None else paths), (*problems, *unseen)
    if paths is None:
        return write(holders, _unseen(extracted)), problems
    return write_paths(paths, action, resource, _unseen(extracted)), problems


def _refuse_half_a_question(action: str, resource: str) -> None:
    if resource and not action:
        raise UsageError("--on belongs to --can, which names an action")
    if resource and not is_arn(resource) and not resource.startswith("*"):
        raise UsageError(f"--on: a resource is an ARN, or a pattern such as *{resource}*")


def _misasked(action: str, resource: str) -> Iterator[str]:
    """Why nobody might be found who can do it, though somebody can."""
    catalog = load_catalog()
    known = catalog.expand(action)
    if action and not known:
        nearest = catalog.nearest(action)
        yield f"no action of AWS that is known here is called {action}{f'; perhaps {nearest}' if nearest else ''}"
    elif resource and not any(meets(arn, resource) for one in known for arn in catalog.fits(one)):
        yield f"{action} is never on {resource}; it is on {' or '.join(catalog.fits(known[0]))}"


def _unseen(extracted: list[Extracted]) -> tuple[str, ...]:
    """The calls of modules that are not here, each once: "module.eks: terraform-aws-modules/eks/aws (main.tf:12)"."""
    calls = (
        f"{gap.address}: {gap.unread.source} ({gap.diagnostic.span})"
        for one in extracted
        for gap in one.gaps
        if isinstance(gap.unread, UnseenModule)
    )
    return tuple(dict.fromkeys(calls))
