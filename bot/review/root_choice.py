"""Which roots a change touches, chosen so that a file with which that fails takes no other file's roots along, and what
has to be fetched for them."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from bot.evaluated.config import EvaluatedConfig
from bot.evaluated.fence import Trouble, fenced
from bot.evaluated.front_end import AffectedRoots
from bot.evaluated.wanted_modules import RemoteCall
from bot.frozen import dataclass
from bot.review.model import Need

T = TypeVar("T")

Choose = Callable[[frozenset[str]], AffectedRoots]
"""The roots that a change of these files touches."""

ALONE = 200
"""So many changed files are tried one by one."""

EVERYTHING = "what the change touches"


@dataclass(frozen=True, slots=True)
class ChosenRoots:
    """The roots, and what kept those of some files from being chosen."""

    found: AffectedRoots
    troubles: tuple[Trouble, ...] = ()

    def evaluated(self, also: frozenset[str], *, all_of_them: bool = False) -> AffectedRoots:
        """The roots without those that say the same on both sides; these are besides if their directories are `also`
        asked for."""
        found = self.found
        if all_of_them or not found.alike:
            return dataclasses.replace(found, alike=frozenset())
        roots = tuple(root for root in found.roots if root not in found.alike)
        more = tuple(root for root in found.roots if root in found.alike and root.directory in also)
        return dataclasses.replace(found, roots=roots, besides=(*found.besides, *more))


def chosen(choose: Choose, paths: frozenset[str]) -> ChosenRoots:
    """The roots of a change of `paths`; where choosing fails, those of each file by itself."""
    found = _tried(choose, paths, EVERYTHING)
    if not isinstance(found, Trouble):
        return ChosenRoots(found)
    nothing = _tried(choose, frozenset(), EVERYTHING)
    if isinstance(nothing, Trouble) or len(paths) > ALONE:  # it is no file's trouble, or takes too long to tell whose
        return ChosenRoots(AffectedRoots(), (found,))
    tried = [nothing, *(_tried(choose, frozenset({path}), path) for path in sorted(paths))]
    troubles = tuple(one for one in tried if isinstance(one, Trouble))
    return ChosenRoots(_together([one for one in tried if isinstance(one, AffectedRoots)]), troubles or (found,))


def _tried(choose: Choose, paths: frozenset[str], about: str) -> AffectedRoots | Trouble:
    return fenced("", "choosing the roots of", functools.partial(choose, paths), about)


def _together(answers: Sequence[AffectedRoots]) -> AffectedRoots:
    roots = _once(one.roots for one in answers)
    return AffectedRoots(
        roots,
        _once(one.gaps for one in answers),
        frozenset(_once(one.needs for one in answers)),
        frozenset(_once(one.irrelevant for one in answers)),
        tuple(root for root in _once(one.besides for one in answers) if root not in roots),
        frozenset(roots).difference(*(set(one.roots) - one.alike for one in answers)),
        _once(one.assumed for one in answers),
    )


def _once(each: Iterable[Iterable[T]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(itertools.chain.from_iterable(each)))


def still_needed(configs: Iterable[EvaluatedConfig]) -> Need | None:
    """What has to be fetched before the roots are evaluated as they are."""
    paths, calls = set[str](), set[RemoteCall]()
    for one in configs:
        paths |= one.needs
        calls |= one.modules
    if not paths and not calls:
        return None
    return Need(tuple(sorted(paths)), tuple(sorted((call.source, call.version) for call in calls)))
