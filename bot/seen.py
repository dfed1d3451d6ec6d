"""What both sides' roots say about access: evaluated, extracted and judged so that trouble in one stays in that one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.data_sources import PROVIDER
from bot.diagnostics import Span
from bot.extract import Extracted, extract, root_name
from bot.fence import Trouble, fenced
from bot.iam.managed import managed_policy
from bot.terraform.config import EvaluatedConfig, EvaluationGap, Root
from bot.terraform.evaluate import evaluate
from bot.terraform.source import SourceTree
from bot.terraform.sources import SyntaxCache

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seen:
    """One side's roots, evaluated, and what they say about access."""

    configs: tuple[EvaluatedConfig, ...]
    extracted: tuple[Extracted, ...]

    def only(self, indices: Iterable[int]) -> Seen:
        """Those of the roots, in their order."""
        wanted = sorted(indices)
        return Seen(tuple(self.configs[i] for i in wanted), tuple(self.extracted[i] for i in wanted))

    def without(self, indices: Iterable[int]) -> Seen:
        """All roots, of which these say nothing."""
        gone = frozenset(indices)
        empty = tuple(_nothing(config.root) if i in gone else config for i, config in enumerate(self.configs))
        silent = (Extracted(one.root) if i in gone else one for i, one in enumerate(self.extracted))
        return Seen(empty, tuple(silent))


@dataclass(frozen=True, slots=True)
class Both:
    """Both sides in the same order, and what kept some roots from being looked at: these say nothing on either side."""

    base: Seen
    head: Seen
    troubles: tuple[Trouble, ...] = ()


def evaluated(
    trees: tuple[SourceTree, SourceTree], roots: Sequence[Root], cache: SyntaxCache
) -> tuple[tuple[EvaluatedConfig, ...], tuple[EvaluatedConfig, ...], tuple[Trouble, ...]]:
    """The roots of base and head, evaluated. One with trouble on either side is empty on both.

    What one side alone says would seem new, or gone.
    """
    pairs = [tuple(_one(tree, root, cache) for tree in trees) for root in roots]
    troubles = tuple(each for pair in pairs for each in pair if isinstance(each, Trouble))
    base, head = (tuple(_usable(pair, side, root) for pair, root in zip(pairs, roots, strict=True)) for side in (0, 1))
    return base, head, _once(troubles)


def _one(tree: SourceTree, root: Root, cache: SyntaxCache) -> EvaluatedConfig | Trouble:
    return fenced(root_name(root), "evaluating", lambda: evaluate(tree, root, PROVIDER, cache))


def _usable(pair: tuple[EvaluatedConfig | Trouble, ...], side: int, root: Root) -> EvaluatedConfig:
    found = pair[side]
    whole = not any(isinstance(each, Trouble) for each in pair)
    return found if whole and isinstance(found, EvaluatedConfig) else _nothing(root)


def look(base: tuple[EvaluatedConfig, ...], head: tuple[EvaluatedConfig, ...]) -> Both:
    """What both sides' roots say about access."""
    found = [tuple(_extracted(config) for config in pair) for pair in zip(base, head, strict=True)]
    bad = {i for i, pair in enumerate(found) if any(isinstance(each, Trouble) for each in pair)}
    sides = (
        Seen(configs, tuple(_whole(pair[side], config.root) for pair, config in zip(found, configs, strict=True)))
        for side, configs in enumerate((base, head))
    )
    before, after = (side.without(bad) for side in sides)
    return Both(before, after, _once(each for pair in found for each in pair if isinstance(each, Trouble)))


def _extracted(config: EvaluatedConfig) -> Extracted | Trouble:
    return fenced(root_name(config.root), "extracting", lambda: extract(config, managed_policy))


def _whole(found: Extracted | Trouble, root: Root) -> Extracted:
    return found if isinstance(found, Extracted) else Extracted(root_name(root))


def judged_together(both: Both, judge: Callable[[Seen, Seen], T]) -> tuple[Both, T]:
    """What `judge` makes of all roots together, but for those with which it fails.

    Raises what it raises if it fails even without any: then it is no root's trouble.
    """
    found = fenced("", "judging", lambda: judge(both.base, both.head))
    if not isinstance(found, Trouble):
        return both, found
    bad = _culprits(both, judge)
    left = Both(both.base.without(bad), both.head.without(bad), (*both.troubles, *bad.values()))
    return left, judge(left.base, left.head)


def _culprits(both: Both, judge: Callable[[Seen, Seen], T]) -> dict[int, Trouble]:
    """The roots that fail alone, or with those before them that do not."""
    bad: dict[int, Trouble] = {}

    def tried(indices: Iterable[int], blamed: int) -> bool:
        wanted = tuple(indices)
        name = both.head.extracted[blamed].root
        found = fenced(name, "judging", lambda: judge(both.base.only(wanted), both.head.only(wanted)))
        if isinstance(found, Trouble):
            bad[blamed] = found
        return not isinstance(found, Trouble)

    sound = [index for index in range(len(both.head.configs)) if tried((index,), index)]
    if not sound or not isinstance(_together(both, sound, judge), Trouble):
        return bad
    kept: list[int] = []
    for index in sound:
        if tried((*kept, index), index):
            kept.append(index)
    return bad


def _together(both: Both, indices: Sequence[int], judge: Callable[[Seen, Seen], T]) -> T | Trouble:
    return fenced("", "judging", lambda: judge(both.base.only(indices), both.head.only(indices)))


def trouble_gap(trouble: Trouble, directory: str) -> EvaluationGap:
    """The gap that a root with trouble is; its place is the root's folder."""
    place = Span(directory or ".", 0, 0, 0, 0)
    return EvaluationGap(trouble.kind, trouble.reason, trouble.remedy, trouble.root, place)


def _nothing(root: Root) -> EvaluatedConfig:
    return EvaluatedConfig(root)


def _once(troubles: Iterable[Trouble]) -> tuple[Trouble, ...]:
    """One for each root, a fault before a limit: both sides mostly fail alike."""
    found: dict[str, Trouble] = {}
    for trouble in troubles:
        if trouble.root not in found or (found[trouble.root].limit and not trouble.limit):
            found[trouble.root] = trouble
    return tuple(found.values())
