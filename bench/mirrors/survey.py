"""Looks at all repositories in turns, two things at a time: first their roots, then a change of each, and so on."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import zip_longest

from bench.mirrors.bounded import Bounds
from bench.mirrors.budget import WORKERS, Budget
from bench.mirrors.faults import Fault
from bench.mirrors.repositories import Change, Repository, drawn, head, merged
from bench.mirrors.reviews import Code, Outcome, of_change
from bench.mirrors.roots import Roots, of_head
from bench.mirrors.state import State

OF_ROOTS = 0.5
"""The share of a repository's time that its roots may take."""

TURNS = 4
"""How often time that is left is shared out anew."""

WHOLE = Bounds(cpu_seconds=3600, wall_seconds=3600)
"""For all roots of a repository together."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of each repository: changes out of the `last` ones, and roots; another `seed` draws others."""

    last: int = 30
    changes: int = 30
    roots: int = 10**6
    seed: str = "0"


@dataclass(slots=True)
class Seen:
    """One repository: `changes` there are, `outcomes` of those that were reviewed, in order of `drawn`."""

    repository: Repository
    changes: tuple[Change, ...]
    drawn: tuple[Change, ...]
    roots: Roots | None = None
    outcomes: dict[Change, Outcome] = field(default_factory=dict)

    @property
    def unfinished(self) -> bool:
        """Whether there are roots that there was no time for yet."""
        return self.roots is None or self.roots.cut

    @property
    def waiting(self) -> tuple[Change, ...]:
        """The drawn changes that there was no time for yet."""
        return tuple(change for change in self.drawn if change not in self.outcomes)


@dataclass
class Survey:
    """One run over the repositories."""

    extent: Extent
    budget: Budget
    state: State
    code: Code = Code()
    bounds: Bounds = Bounds()
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, repositories: Sequence[Repository]) -> list[Seen]:
        """Look at everything there is time for; what some repositories leave of theirs goes to the others."""
        seen = waiting = [self._seen(one) for one in repositories]
        for _ in range(TURNS):
            self._turn(waiting)
            waiting = [one for one in waiting if one.unfinished or one.waiting]
            if not self.budget.again(len(waiting)):
                break
        return seen

    def _turn(self, seen: Sequence[Seen]) -> None:
        rounds = zip_longest(*(one.waiting for one in seen))
        work: list[Callable[[], None]] = [self._roots_of(one) for one in seen if one.unfinished]
        work += [self._review(one, each) for turn in rounds for one, each in zip(seen, turn, strict=True) if each]
        with ThreadPoolExecutor(WORKERS) as pool:
            for done, _ in enumerate(pool.map(lambda each: each(), work), 1):
                if done % 50 == 0:
                    print(f"{done} of {len(work)}", file=sys.stderr, flush=True)

    def _seen(self, repository: Repository) -> Seen:
        changes = merged(repository, self.extent.last)
        by_name = {change.name: change for change in changes}
        chosen = drawn(by_name, self.extent.changes, self.extent.seed)
        return Seen(repository, changes, tuple(by_name[name] for name in chosen))

    def _roots_of(self, seen: Seen) -> Callable[[], None]:
        def look() -> None:
            repository = seen.repository
            commit = head(repository)
            known = self.state.roots(repository, commit)
            left = self.budget.left(repository.name, OF_ROOTS)
            if known is not None:
                seen.roots = known
            if known is not None or left == 0:
                return
            begun = time.monotonic()
            before = len(seen.roots.faults) if seen.roots else 0
            seen.roots = of_head(repository, self.extent.roots, _within(WHOLE, left), self.extent.seed, seen.roots)
            self.budget.spend(repository.name, time.monotonic() - begun)
            self._tell(seen.roots.faults[before:])
            if not seen.roots.cut and len(seen.roots.seconds) > seen.roots.known:
                self.state.keep_roots(repository, commit, seen.roots)

        return look

    def _review(self, seen: Seen, change: Change) -> Callable[[], None]:
        def review() -> None:
            known = self.state.outcome(change)
            left = self.budget.left(change.repository)
            if known is not None:
                seen.outcomes[change] = known
                return
            if left == 0:
                return
            begun = time.monotonic()
            outcome = of_change(self.code, seen.repository, change, _within(self.bounds, left))
            self.budget.spend(change.repository, time.monotonic() - begun)
            self._tell(outcome.faults)
            if outcome.over == "wall" and left is not None and left < self.bounds.wall_seconds:
                return  # its repository's time was over, not its own
            seen.outcomes[change] = outcome
            self.state.keep_outcome(change, outcome)

        return review

    def _tell(self, faults: Sequence[Fault]) -> None:
        with self._lock:
            for one in faults:
                print(f"exception: {one.repository} {one.where}: {one.place}", file=sys.stderr, flush=True)


def _within(bounds: Bounds, seconds: float | None) -> Bounds:
    if seconds is None:
        return bounds
    return Bounds(bounds.cpu_seconds, min(bounds.wall_seconds, seconds), bounds.memory_bytes)
