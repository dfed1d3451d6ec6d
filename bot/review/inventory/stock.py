"""The inventory of a tree: every root at a place in it, evaluated, and what its holders hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from bot.data_sources import PROVIDER
from bot.evaluated.config import EvaluatedConfig
from bot.evaluated.fence import Clock, Trouble, fenced
from bot.evaluated.source_tree import SourceTree
from bot.extract import Extracted
from bot.frontends.front_ends import FrontEnds
from bot.frozen import dataclass
from bot.review.inventory.model import (
    HolderInventory,
    Worst,
    in_order,
    inventory,
    unread_places,
    unread_root,
    with_places,
)
from bot.review.inventory.place import EVERYWHERE, InventoryPlace
from bot.review.inventory.roots_now import RootsNow, roots_now
from bot.review.inventory.worst_held import worst_held
from bot.review.model import Need
from bot.review.seen import both_extracted
from bot.review_config.settings import ReviewConfig


@dataclass(frozen=True, slots=True)
class Stock:
    """Every holder of the roots at a place, and every place among them that could not be read.

    `troubles` are what kept roots from being read, for a log: each is a holder that says so. `files` are what the roots
    are read from.
    """

    holders: tuple[HolderInventory, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    roots: int = 0
    files: frozenset[str] = frozenset()


def head_inventory(
    tree: SourceTree, rules: ReviewConfig, at: InventoryPlace = EVERYWHERE, clock: Clock | None = None
) -> Stock | Need:
    """Who holds what in the tree. Never raises on content: what cannot be read is in the holders' `unread`."""
    found = roots_now(tree, rules, FrontEnds(PROVIDER), at)
    return found if isinstance(found, Need) else _stock(found, rules, clock or Clock())


def _stock(found: RootsNow, rules: ReviewConfig, clock: Clock) -> Stock:
    rules = dataclasses.replace(rules, accounts=tuple(sorted(found.own_accounts)))
    said = [(config, both_extracted(EvaluatedConfig(config.root), config)[1]) for config in found.configs]
    read = [(config, one) for config, one in said if isinstance(one, Extracted)]
    worst = _worst(read, rules, clock)
    troubles = (*found.troubles, *(one for _, one in said if isinstance(one, Trouble)))
    holders = [*unread_places("", found.gaps), *map(unread_root, troubles)]
    for config, one in read:
        held = inventory([one], found.own_accounts, worst.get(one.root))
        holders += with_places(held, unread_places(one.root, config.gaps))
    files = frozenset[str]().union(*(config.files for config in found.configs))
    return Stock(in_order(holders), troubles, len(found.configs) + len(troubles), files)


def _worst(read: Sequence[tuple[EvaluatedConfig, Extracted]], rules: ReviewConfig, clock: Clock) -> Mapping[str, Worst]:
    """How bad what holders have is, by root; without those that cannot be judged, or not in the time that there is."""
    together = _judged(read, rules, clock)
    if not isinstance(together, Trouble):
        return {one.root: together for _, one in read}
    if together.limit:
        return {}
    alone = ((one.root, _judged([(config, one)], rules, clock)) for config, one in read)
    return {root: worst for root, worst in alone if not isinstance(worst, Trouble)}


def _judged(read: Sequence[tuple[EvaluatedConfig, Extracted]], rules: ReviewConfig, clock: Clock) -> Worst | Trouble:
    configs, said = [config for config, _ in read], [one for _, one in read]
    return fenced("", "judging", lambda: worst_held(configs, said, rules, clock))
