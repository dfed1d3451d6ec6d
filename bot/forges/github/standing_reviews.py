"""Which approvals of a pull request stand, told from its reviews."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.forges.github.api import read
from bot.forges.github.webhook import is_bot
from bot.forges.payload import moment
from bot.forges.port import Approval

_VERDICTS = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")
"""What a later review of the same person takes the place of; a comment takes nothing back."""


def approvals(reviews: Iterable[Any]) -> tuple[Approval, ...]:
    """The last verdict of each person, if it is an approval; `reviews` are in the order in which they were given."""
    last: dict[str, Any] = {}
    for review in reviews:
        if read(review, "state", str) in _VERDICTS and review.get("user") and not is_bot(review["user"]):
            last[read(review, "user.login", str).casefold()] = review
    return tuple(filter(None, map(_approval, last.values())))


def _approval(review: Any) -> Approval | None:
    at, commit = moment(review.get("submitted_at")), review.get("commit_id")
    if review["state"] != "APPROVED" or at is None or not commit:
        return None
    return Approval(f"pulls/reviews/{read(review, 'id', int)}", review["user"]["login"], commit, at)
