"""The inventory of a whole tree: every root in it, evaluated, and what its holders hold."""

from __future__ import annotations

from collections.abc import Iterable

from bot.data_sources import PROVIDER
from bot.evaluated.config import EvaluatedConfig, Root
from bot.evaluated.fence import Trouble, fenced
from bot.evaluated.source_tree import SourceTree
from bot.extract import extract, root_name
from bot.frontends.front_ends import FrontEnds
from bot.frozen import dataclass
from bot.iam.managed import managed_policy
from bot.review.inventory.model import HolderInventory, in_order, inventory, unread_root
from bot.review.root_choice import chosen
from bot.review.roots import root_choices
from bot.review_config.accounts import own_accounts
from bot.review_config.settings import ReviewConfig


@dataclass(frozen=True, slots=True)
class Stock:
    """Either every holder of the tree, or the listed paths without which they cannot be told.

    `troubles` are what kept roots from being read, for a log: each is a holder that says so.
    """

    holders: tuple[HolderInventory, ...] = ()
    needs: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()


def head_inventory(tree: SourceTree, rules: ReviewConfig) -> Stock:
    """Who holds what in the tree. Never raises on content: what cannot be read is in the holders' `unread`."""
    front_ends, configured = FrontEnds(PROVIDER), root_choices(rules)
    choice = chosen(lambda paths: front_ends.affected_roots(tree, tree, paths, configured), frozenset(tree.listing))
    if choice.found.needs:
        return Stock(needs=tuple(sorted(choice.found.needs)))
    configs = [_evaluated(front_ends, tree, root) for root in choice.found.roots]
    needs = {path for one in configs if isinstance(one, EvaluatedConfig) for path in one.needs}
    if needs:
        return Stock(needs=tuple(sorted(needs)))
    declared = front_ends.own_accounts(tree, {root.directory for root in choice.found.roots})
    ours = own_accounts(rules) | declared
    return _stock([one if isinstance(one, Trouble) else _held(one, ours) for one in configs], choice.troubles)


def _stock(held: Iterable[tuple[HolderInventory, ...] | Trouble], troubles: tuple[Trouble, ...]) -> Stock:
    holders: list[HolderInventory] = []
    for one in held:
        if isinstance(one, Trouble):
            troubles = (*troubles, one)
        else:
            holders += one
    return Stock(in_order((*holders, *map(unread_root, troubles))), troubles=troubles)


def _evaluated(front_ends: FrontEnds, tree: SourceTree, root: Root) -> EvaluatedConfig | Trouble:
    return fenced(root_name(root), "evaluating", lambda: front_ends.evaluate(tree, root))


def _held(config: EvaluatedConfig, own_accounts: frozenset[str]) -> tuple[HolderInventory, ...] | Trouble:
    return fenced(
        root_name(config.root), "extracting", lambda: inventory([extract(config, managed_policy)], own_accounts)
    )
