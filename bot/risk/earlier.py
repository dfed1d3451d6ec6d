"""What earlier reviews found and this one does not: as it is asked about, and as it is answered."""

from __future__ import annotations

from typing import Literal

from bot.frozen import dataclass
from bot.review.identity import ThreadKey
from bot.review.model import FindingProof

Standing = Literal["refused", "allowed", "unknown"]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A finding of an earlier review by its proofs; `beside` are the threads of all findings of that review."""

    thread: ThreadKey
    proofs: tuple[FindingProof, ...]
    beside: tuple[ThreadKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Recheck:
    """What became of an earlier finding's requests at head: "refused" only if every one of them certainly is.

    `at_base`: all that are allowed are so at base as well. `by` is the thread of the finding that covers it now, None
    if none does; `why` says what keeps it from being known.
    """

    thread: ThreadKey
    standing: Standing
    at_base: bool = False
    by: ThreadKey | None = None
    why: str = ""
