"""The inventory of a tree: every root at a place in it, evaluated, and what its holders hold."""

from __future__ import annotations

from bot.data_sources import PROVIDER
from bot.evaluated.config import EvaluatedConfig
from bot.evaluated.fence import Trouble, fenced
from bot.evaluated.source_tree import SourceTree
from bot.extract import extract, root_name
from bot.frontends.front_ends import FrontEnds
from bot.frozen import dataclass
from bot.iam.managed import managed_policy
from bot.review.inventory.model import (
    HolderInventory,
    in_order,
    inventory,
    unread_places,
    unread_root,
    with_places,
)
from bot.review.inventory.place import EVERYWHERE, InventoryPlace
from bot.review.inventory.roots_now import RootsNow, roots_now
from bot.review.model import Need
from bot.review_config.settings import ReviewConfig


@dataclass(frozen=True, slots=True)
class Stock:
    """Every holder of the roots at a place, and every place among them that could not be read.

    `troubles` are what kept roots from being read, for a log: each is a holder that says so.
    """

    holders: tuple[HolderInventory, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    roots: int = 0


def head_inventory(tree: SourceTree, rules: ReviewConfig, at: InventoryPlace = EVERYWHERE) -> Stock | Need:
    """Who holds what in the tree. Never raises on content: what cannot be read is in the holders' `unread`."""
    found = roots_now(tree, rules, FrontEnds(PROVIDER), at)
    return found if isinstance(found, Need) else _stock(found)


def _stock(found: RootsNow) -> Stock:
    holders: list[HolderInventory] = list(unread_places("", found.gaps))
    troubles = found.troubles
    for config in found.configs:
        held = _held(config, found.own_accounts)
        if isinstance(held, Trouble):
            troubles = (*troubles, held)
        else:
            holders += held
    return Stock(in_order((*holders, *map(unread_root, troubles))), troubles, len(found.configs) + len(troubles))


def _held(config: EvaluatedConfig, own_accounts: frozenset[str]) -> list[HolderInventory] | Trouble:
    return fenced(root_name(config.root), "extracting", lambda: _of_root(config, own_accounts))


def _of_root(config: EvaluatedConfig, own_accounts: frozenset[str]) -> list[HolderInventory]:
    """What a module leaves to its callers is told like all that is not known: any of them may fill it in."""
    held = inventory([extract(config, managed_policy)], own_accounts)
    return with_places(held, unread_places(root_name(config.root), config.gaps))
