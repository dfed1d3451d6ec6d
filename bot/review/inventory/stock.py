"""The inventory of a tree: every root at a place in it, evaluated, what its holders hold, and how bad that is."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence

from bot.access_diff.delta import Delta, PolicySet
from bot.access_diff.diff import compare
from bot.access_diff.diff_configs import diff_configs
from bot.access_diff.holder_diff import Compare
from bot.data_sources import PROVIDER
from bot.evaluated.config import EvaluatedConfig
from bot.evaluated.fence import Clock, Trouble, fenced, look_at
from bot.evaluated.named_things import named_things
from bot.evaluated.source_tree import SourceTree
from bot.extract import Extracted, root_name
from bot.frontends.front_ends import FrontEnds
from bot.frozen import dataclass
from bot.review.inventory.model import (
    HolderInventory,
    Worst,
    WorstHeld,
    in_order,
    inventory,
    unread_places,
    unread_root,
    with_places,
)
from bot.review.inventory.place import EVERYWHERE, InventoryPlace
from bot.review.inventory.roots_now import RootsNow, roots_now
from bot.review.model import GRADES, Need
from bot.review.seen import both_extracted
from bot.review_config.settings import ReviewConfig
from bot.risk.assess import Surroundings, graded_alone
from bot.risk.escalation.iam_graph import iam_graph_of


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


def worst_held(
    configs: Sequence[EvaluatedConfig], extracted: Sequence[Extracted], rules: ReviewConfig, clock: Clock
) -> Worst:
    """By holder; `rules` name the own accounts. Each variant of a root is judged by itself: none has another's holders.

    Raises OutOfTime if a root takes longer than it may.
    """
    expired = clock.root()
    nothing = tuple(Extracted(one.root) for one in extracted)
    diff = diff_configs(nothing, extracted, _comparison(), clock.charged, frozenset(rules.accounts))
    beside = Surroundings(
        iam_graph_of(configs, extracted),
        named={root_name(config.root): tuple(named_things(config)) for config in configs},
        kinds={root_name(config.root): config.root.kind for config in configs},
    )
    worst: dict[tuple[str, str], WorstHeld] = {}
    for gain, grade, why in graded_alone(diff, rules, beside):
        look_at(expired)
        key = gain.grant.holder.root, gain.grant.holder.address
        if GRADES.index(grade) > GRADES.index(worst.get(key, WorstHeld()).grade):
            worst[key] = WorstHeld(grade, why)
    return worst


def _comparison() -> Compare:
    """Compares what is the same in several variants once, and proves nothing to anybody: only grades are told."""

    @functools.cache
    def compared(base: PolicySet, head: PolicySet, holder: str) -> Delta:
        return compare(base, head, holder, proofs=False)

    return compared
