"""A finding's one sentence in parts, and how it is fitted to a title's length."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator

from bot.frozen import dataclass
from bot.review.prose import Prose
from bot.risk.wording.words import LONGEST_SECOND, LONGEST_TITLE, MOST_TITLE, SHOWN, clipped


class Modality(enum.Enum):
    """Whether something is proved, or could not be settled."""

    CERTAIN = enum.auto()
    POSSIBLE = enum.auto()


class Verb(enum.Enum):
    """What becomes of whom or what a sentence is about, as (certain, possible)."""

    GAINS = ("can now", "might now")
    HOLDS = ("can", "might be able to")
    LOSES = ("can no longer", "might no longer be able to")
    LETS_THROUGH = ("no longer holds back", "might no longer hold back")
    HOLDS_BACK = ("now holds back", "might now hold back")
    IS_GIVEN = ("gets", "might get")
    RUNS = ("runs", "might now run")
    RUN = ("run", "might now run")
    IS_USABLE = ("can be used by", "might be usable by")

    def said(self, modality: Modality) -> str:
        """The verb's words."""
        certain, possible = self.value
        return certain if modality is Modality.CERTAIN else possible


@dataclass(frozen=True, slots=True)
class Predicate:
    """What is said of the subject: "can now" and "use s3:GetObject on *"."""

    verb: Verb
    what: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """Who, how surely, what, and what stands after it; `heading` stands before it ("the boundary forbids it").

    `extras` begin with what joins them: ", and 2 more grants", "; it can be used by account 1".
    """

    subject: str
    modality: Modality
    predicate: Predicate
    extras: tuple[str, ...] = ()
    heading: str = ""

    @property
    def words(self) -> str:
        """All of it in one line, without an end."""
        heading = f"{self.heading}: " if self.heading else ""
        verb = self.predicate.verb.said(self.modality)
        return f"{heading}{self.subject} {verb} {self.predicate.what}{''.join(self.extras)}"


def fitted(
    built: Callable[[int], Sentence],
    ended: Callable[[int], str] = lambda shown: "",
    fuller: Callable[[int], Sentence] | None = None,
) -> Prose:
    """The sentence as a title has room for; `built` makes it with so many of each list named, where long with fewer.

    `ended` makes what stands at its end and is never cut. What names one of each list may be longer than there is room
    for: who gains and what is new are never left out for that. `fuller` says more with as many named, and stands in its
    place where that is not much longer.
    """
    shown, words, end = next(_fitting(built, ended))
    more = fuller(shown).words if fuller is not None else words
    if len(more) <= len(words) + LONGEST_SECOND:
        words = more
    return Prose(f"{clipped(words, MOST_TITLE - len(end))}{end}")


def _fitting(built: Callable[[int], Sentence], ended: Callable[[int], str]) -> Iterator[tuple[int, str, str]]:
    """What names most and has room, with how many of a list it names; what names fewest if nothing has."""
    for shown in range(SHOWN, -1, -1):
        words, end = built(shown).words, ended(shown)
        if len(words) + len(end) <= LONGEST_TITLE or shown == 0:
            yield shown, words, end
