"""What becomes of a reviewed change now, and who can accept what was found, in sentences for its page."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import UNSET

from bot.render.accepting import EXAMPLE, MAX_NAMED
from bot.review.acceptors import Acceptors
from bot.review.model import Review
from bot.review_config.settings import RULES_FILE


def next_steps(review: Review) -> tuple[str, ...]:
    """Nothing where nothing is open: nobody has anything to do."""
    waits = any(one.waiver is None for one in review.gained)
    if not waits and review.verdict == "pass":
        return ()
    return tuple(_steps(review, waits))


def _steps(review: Review, waits: bool) -> Iterator[str]:
    yield _consequence(review)
    if review.verdict == "fail":
        told = "" if review.mode == "observe" else "; what it fixes is told in the comment on it"
        yield f"A push is reviewed by itself{told}."
    if waits and review.acceptors is not UNSET:
        yield _accepting(review, review.acceptors)


def _consequence(review: Review) -> str:
    if review.verdict == "pass":
        return f"The check does not fail: nothing that counts is {review.fail_at} or worse."
    if review.mode == "enforce":
        return "The check fails until what blocks is gone at a newer head, or accepted."
    return f"The mode is {review.mode}, so the check does not fail; with mode: enforce it would."


def _accepting(review: Review, acceptors: Acceptors) -> str:
    if "guardrail" in review.blocked_by:
        return f"A guardrail cannot be accepted in a comment: only the base branch's {RULES_FILE} can do that."
    if not acceptors.names:
        return f"Nobody can accept this yet: the base branch's {RULES_FILE} names no approvers."
    more = len(acceptors.names) - MAX_NAMED
    named = ", ".join(acceptors.names[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
    approving = ", or all that this commit was found to grant by approving it" if acceptors.by_approval else ""
    return (
        f"{named} can accept a finding, unless they wrote or pushed part of the change, for {acceptors.days} days at "
        f"most, by a comment: {EXAMPLE}{approving}."
    )
