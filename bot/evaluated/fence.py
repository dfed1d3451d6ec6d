"""The fence around one root, file or plan: an exception in it, or a bound met, is told of it and ends no other's."""

from __future__ import annotations

import math
import traceback
from collections.abc import Callable
from typing import Literal, TypeVar

from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.frozen import dataclass

T = TypeVar("T")

Stage = Literal["evaluating", "extracting", "judging", "choosing the roots of", "merging", "suggesting"]

Expired = Callable[[], bool]
"""Whether the time of something that has begun is over."""

ROOT_SHARE, ALL_SHARE = 0.2, 0.6
"""Of the time that a review has: what one root may take, evaluated on one side or judged; and after how much no root is
evaluated any more, so that there is enough left to judge and tell what was found."""


def never() -> bool:
    """Where nobody holds a clock."""
    return False


class OutOfTime(TimeoutError):
    """A root took longer than its share; `root` is "" where whoever began it knows."""

    def __init__(self, root: str = "") -> None:
        super().__init__(root)
        self.root = root


class Clock:
    """The seconds that a review has from now on, by a clock that stands still where nobody holds one."""

    def __init__(self, seconds: float = math.inf, now: Callable[[], float] = float) -> None:
        self.now = now
        self.share = seconds * ROOT_SHARE
        self.end = now() + seconds * ALL_SHARE
        self.spent: dict[str, float] = {}

    def root(self) -> Expired:
        """Whether a root that begins now has taken its share."""
        end = min(self.now() + self.share, self.end)
        return lambda: self.now() >= end

    def charged(self, root: str, work: Callable[[], T]) -> T:
        """What `work` for a root yields, unless earlier work for it has taken its share: then OutOfTime."""
        if self.spent.get(root, 0.0) >= self.share:
            raise OutOfTime(root)
        began = self.now()
        try:
            return work()
        finally:
            self.spent[root] = self.spent.get(root, 0.0) + self.now() - began


def look_at(expired: Expired) -> None:
    """Raise OutOfTime once the time is over."""
    if expired():
        raise OutOfTime


_BOUNDS: tuple[tuple[type[Exception], str], ...] = (
    (MemoryError, "it needed more memory than there is"),
    (RecursionError, "it is nested too deeply"),
    (OutOfTime, "it took longer than one root may"),
)
"""Exceptions that are a bound met, and not a mistake of ours, in words."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a root, or what `about` names (a file, a plan), could not be reviewed.

    It is a bound that was met, if `limit` says which, else a fault of ours.

    `told` is the traceback, for a log and for `--debug`. It may hold what the repository says, so it belongs into
    nothing that is published; `exception` is a type's name and does not.
    """

    root: str
    stage: Stage
    exception: str
    told: str
    limit: str = ""
    about: str = ""

    @property
    def kind(self) -> DiagnosticKind:
        """The kind of gap that this is."""
        return DiagnosticKind.OVER_BUDGET if self.limit else DiagnosticKind.FAULT

    @property
    def reason(self) -> str:
        """What happened, in words that may be published."""
        why = self.limit or f"an internal error ({self.exception})"
        if self.stage == "suggesting":
            return f"nothing narrower could be suggested: {why}"
        return f"{self._what} could not be reviewed: {self.stage} it, {why}"

    @property
    def remedy(self) -> str:
        """What to do about it."""
        if self.limit:
            return "split the root module, or bound what is large in it"
        if self.stage == "suggesting":
            return "report the fault to whoever runs the bot"
        return f"review {self.about or 'this root'} by hand, and report the fault to whoever runs the bot"

    @property
    def _what(self) -> str:
        return self.about or f"the root {self.root or 'at the top'}"


def fenced(root: str, stage: Stage, work: Callable[[], T], about: str = "") -> T | Trouble:
    """What `work` on a root, or on what `about` names, yields; whatever exception it ends in is trouble of that."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - the one place where any is taken: it is a gap of the root, never a pass
        limit = next((words for kind, words in _BOUNDS if isinstance(error, kind)), "")
        root = error.root if isinstance(error, OutOfTime) and error.root else root
        told = "".join(traceback.format_exception(error, limit=-FRAMES))
        return Trouble(root, stage, type(error).__name__, told, limit, about)


FRAMES = 30
"""So many of a traceback's innermost frames are kept: recursion has thousands."""
