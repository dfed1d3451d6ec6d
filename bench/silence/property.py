"""The property itself: whoever is silent must be right, and whoever changes nothing must find silence."""

from __future__ import annotations

import enum
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.silence.graph import reached
from bench.silence.judge import differences
from bench.silence.mutation import Mutation
from bench.silence.mutations import Site
from bench.silence.reviewed import KeptFrontEnds, is_silent, kept, review, words
from bot.evaluated.config import EvaluatedConfig, Root
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.source_tree import SourceTree
from bot.review.model import Review

BROKEN = frozenset(
    {
        DiagnosticKind.BLOCK_PARSE_ERROR, DiagnosticKind.CYCLE, DiagnosticKind.INVALID_ARGUMENT,
        DiagnosticKind.INVALID_REFERENCE, DiagnosticKind.MISSING_ATTRIBUTE, DiagnosticKind.OUT_OF_RANGE,
        DiagnosticKind.PARSE_ERROR, DiagnosticKind.WRONG_TYPE,
    }
)  # fmt: skip
"""What Terraform itself would refuse."""


class Verdict(enum.StrEnum):
    """What came of one mutation."""

    AGREED = "agreed"
    INVALID = "invalid"
    """It is no valid Terraform, or more files are wanted: nothing was compared."""
    SILENCE = "silence"
    """The review is silent, and the judge finds a difference."""
    UNSEEN = "unseen"
    """The review is silent, no text tells a difference, and the judge's graph leads from what was changed to access."""
    NOISE = "noise"
    """Nothing but labels or layout was changed, and the review is not silent."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutation and its verdict. `why` is the first difference, or what was told; `compared` that the review says
    of silence that an argument was compared."""

    site: Site
    mutation: Mutation
    verdict: Verdict
    silent: bool = True
    why: str = ""
    compared: bool = False

    @property
    def disagrees(self) -> bool:
        """Whether review and judge say something else."""
        return self.verdict in (Verdict.SILENCE, Verdict.UNSEEN, Verdict.NOISE)


@dataclass
class Property:
    """Tries mutations one after another; what is not changed is kept."""

    front_ends: KeptFrontEnds = field(default_factory=KeptFrontEnds)

    @contextmanager
    def at_work(self) -> Iterator[Property]:
        """While reviews are made with what is kept."""
        with kept(self.front_ends):
            yield self

    def tried(self, site: Site, mutation: Mutation) -> Tried:
        """One mutation of one world."""
        base = site.world.tree
        head, touched = site.world.changed(site.world.texts(mutation.edits))
        found = review(base, head, touched)
        if found is None:
            return Tried(site, mutation, Verdict.INVALID)
        sides = tuple(self._evaluated(tree, base, head, touched.paths) for tree in (base, head))
        if _is_broken(*sides):
            return Tried(site, mutation, Verdict.INVALID)
        return _compared(site, mutation, found, sides)

    def _evaluated(
        self, tree: SourceTree, base: SourceTree, head: SourceTree, paths: frozenset[str]
    ) -> list[EvaluatedConfig]:
        return [self.front_ends.evaluate(tree, root) for root in self._roots(base, head, paths)]

    def _roots(self, base: SourceTree, head: SourceTree, paths: frozenset[str]) -> tuple[Root, ...]:
        return self.front_ends.affected_roots(base, head, paths).roots


def _is_broken(base: list[EvaluatedConfig], head: list[EvaluatedConfig]) -> bool:
    """Whether the head has more of what Terraform refuses than the base."""
    before, after = (sum(gap.diagnostic.kind in BROKEN for one in side for gap in one.gaps) for side in (base, head))
    return after > before


Sides = tuple[list[EvaluatedConfig], ...]


def _compared(site: Site, mutation: Mutation, found: Review, sides: Sides) -> Tried:
    silent, compared = is_silent(found), bool(found.dispositions.judged)
    tried = functools.partial(Tried, site, mutation, silent=silent, compared=compared)
    if mutation.meaningless:
        return tried(verdict=Verdict.AGREED) if silent else tried(verdict=Verdict.NOISE, why=words(found))
    if not silent:
        return tried(verdict=Verdict.AGREED)
    differing = differences(*sides)
    if differing:
        return tried(verdict=Verdict.SILENCE, why=differing[0])
    unseen = reached(site.written, mutation, *sides)
    return tried(verdict=Verdict.UNSEEN, why=unseen) if unseen else tried(verdict=Verdict.AGREED)
