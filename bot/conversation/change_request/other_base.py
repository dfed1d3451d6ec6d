"""Says in the summary that the same commits were compared with another base before."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import msgspec

from bot.conversation.change_request.kept_reviews import readable
from bot.forges.port import ChangeRequest
from bot.render.phrases import revision
from bot.review.model import Review


class _Compared(msgspec.Struct):
    """As much of a kept review as is needed."""

    base: str = ""
    head: str = ""


def with_base_note(review: Review, change: ChangeRequest, kept: Iterable[bytes]) -> Review:
    """The review, with a note where a kept one of the same head has another merge base: after a retargeting, or a
    push over the target's history, findings come and go though nobody pushed here."""
    earlier = (one.base for one in readable(kept, _Compared) if one.head == review.head and one.base != review.base)
    before = next(earlier, "")
    if not before:
        return review
    note = (
        f"These commits are compared with {revision(review.base)}, where they leave {change.base_branch} now; an "
        f"earlier review compared them with {revision(before)}."
    )
    return dataclasses.replace(review, notes=(*review.notes, note))
