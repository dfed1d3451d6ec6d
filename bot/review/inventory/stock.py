"""The inventory of a whole tree: every root in it, evaluated, and what its holders hold."""

from __future__ import annotations

from dataclasses import dataclass

from bot.data_sources import PROVIDER
from bot.evaluated.source_tree import SourceTree
from bot.extract import extract
from bot.frontends.front_ends import FrontEnds
from bot.iam.managed import managed_policy
from bot.review.inventory.model import HolderInventory, inventory
from bot.review.roots import root_choices
from bot.review_config.settings import ReviewConfig


@dataclass(frozen=True, slots=True)
class Stock:
    """Either every holder of the tree, or the listed paths without which they cannot be told."""

    holders: tuple[HolderInventory, ...] = ()
    needs: tuple[str, ...] = ()


def head_inventory(tree: SourceTree, rules: ReviewConfig) -> Stock:
    """Who holds what in the tree. Never raises on content: what cannot be read is in the holders' `unread`."""
    front_ends = FrontEnds(PROVIDER)
    scope = front_ends.affected_roots(tree, tree, frozenset(tree.listing), root_choices(rules))
    if scope.needs:
        return Stock(needs=tuple(sorted(scope.needs)))
    configs = [front_ends.evaluate(tree, root) for root in scope.roots]
    needs = frozenset[str]().union(*(config.needs for config in configs))
    if needs:
        return Stock(needs=tuple(sorted(needs)))
    return Stock(inventory([extract(config, managed_policy) for config in configs]))
