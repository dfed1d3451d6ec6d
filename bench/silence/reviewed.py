"""Reviews of mutations in this process: what is not changed is parsed and evaluated once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from bot.data_sources import PROVIDER
from bot.evaluated.config import EvaluatedConfig, Provider, Root
from bot.evaluated.fence import Expired, never
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.thing import NO_NAMES, Names
from bot.evaluated.touched import Touched
from bot.frontends.front_ends import FrontEnds
from bot.review import engine
from bot.review.engine import ProposedChange
from bot.review.model import Need, Review
from bot.review_config.settings import ReviewConfig
from bot.risk.verdict import changed_gaps

MOST = 40
"""So many evaluations are kept: one tree's, by the names that things have."""


class KeptFrontEnds(FrontEnds):
    """Front ends that remember what they evaluated: a root's value follows from its tree and names alone."""

    def __init__(self, provider: Provider = PROVIDER) -> None:
        super().__init__(provider)
        self._kept: dict[tuple[int, Root], list[tuple[SourceTree, Names, EvaluatedConfig]]] = {}

    def evaluate(
        self, tree: SourceTree, root: Root, expired: Expired = never, names: Names = NO_NAMES
    ) -> EvaluatedConfig:
        """What a root says at one revision."""
        known = self._kept.setdefault((id(tree.listing), root), [])
        for _, called, config in known:
            if called == names:
                return config
        config = super().evaluate(tree, root, expired, names)
        known.append((tree, names, config))  # the tree too: no other one has its id as long as it is here
        if len(self._kept) > MOST:
            del self._kept[next(key for key in list(self._kept)[1:])]
        return config


@contextmanager
def kept(front_ends: KeptFrontEnds) -> Iterator[None]:
    """Reviews are made with these front ends."""
    with mock.patch.object(engine, "FrontEnds", lambda provider: front_ends):
        yield


def review(base: SourceTree, head: SourceTree, touched: Touched) -> Review | None:
    """The review of a change, by no rules; None if it wants what is not here."""
    found = engine.review(ProposedChange(base, head, touched), ReviewConfig())
    return None if isinstance(found, Need) else found.review


def is_silent(review: Review) -> bool:
    """Whether nothing is told, open or outside."""
    told = (*review.gained, *review.undecided, *review.lost, *changed_gaps(review))
    return not told and not review.dispositions.outside


def words(review: Review) -> str:
    """What a review tells, for people who look at a disagreement."""
    found = [
        f"{one.kind} {one.rule} {one.principal and one.principal.address} {','.join(one.actions)}"
        for one in (*review.gained, *review.undecided)
    ]
    found += [f"lost {one.rule}" for one in review.lost]
    found += [f"gap {gap.kind} {gap.reason}" for gap in changed_gaps(review)]
    found += [f"outside {review.dispositions.outside}"] * bool(review.dispositions.outside)
    return "; ".join(found) or "silent"
