"""The roots of one revision, chosen and evaluated as those of a change of every file are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.evaluated.config import EvaluatedConfig, EvaluationGap, Root
from bot.evaluated.fence import Trouble, fenced
from bot.evaluated.fetched_modules import mounted
from bot.evaluated.source_tree import SourceTree
from bot.extract import root_name
from bot.extract.api_descriptions import with_descriptions
from bot.frontends.front_ends import FrontEnds
from bot.frozen import dataclass
from bot.review.inventory.place import InventoryPlace
from bot.review.model import Need
from bot.review.root_choice import chosen, still_needed
from bot.review.roots import root_choices
from bot.review_config.accounts import own_accounts
from bot.review_config.settings import ReviewConfig


@dataclass(frozen=True, slots=True)
class RootsNow:
    """The roots that somebody may apply, as they are now.

    `gaps` are of files that no root is read from; `own_accounts` whom the rules and the roots say to be ours.
    """

    configs: tuple[EvaluatedConfig, ...]
    gaps: tuple[EvaluationGap, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    own_accounts: frozenset[str] = frozenset()


def roots_now(tree: SourceTree, rules: ReviewConfig, front_ends: FrontEnds, at: InventoryPlace) -> RootsNow | Need:
    """The roots at a place; asks for listed files, and modules from elsewhere, that are not here yet.

    Never raises on content: one that cannot be evaluated is trouble.
    """
    configured = root_choices(rules)
    choice = chosen(lambda paths: front_ends.affected_roots(tree, tree, paths, configured), at.files(tree))
    if choice.found.needs:
        return Need(tuple(sorted(choice.found.needs)))
    there = mounted(tree)
    found = [_evaluated(front_ends, there, root) for root in _applied(at.among(choice.found.roots, tree))]
    configs = tuple(one for one in found if isinstance(one, EvaluatedConfig))
    troubles = tuple(one for one in found if isinstance(one, Trouble))
    ours = own_accounts(rules) | front_ends.own_accounts(tree, {root.directory for root in choice.found.roots})
    return still_needed(configs) or RootsNow(configs, choice.found.gaps, (*choice.troubles, *troubles), ours)


def _applied(roots: Iterable[Root]) -> Iterator[Root]:
    """Without interfaces: what callers of a module may choose is nothing that anybody has."""
    return (root for root in roots if root.kind != "interface")


def _evaluated(front_ends: FrontEnds, tree: SourceTree, root: Root) -> EvaluatedConfig | Trouble:
    return fenced(root_name(root), "evaluating", lambda: with_descriptions(front_ends.evaluate(tree, root)))
