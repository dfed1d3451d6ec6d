"""Says in the summary that the same commits were compared with another base, or were to go elsewhere, before."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

import msgspec

from bot.conversation.change_request.kept_reviews import readable
from bot.forges.port import ChangeRequest
from bot.render.phrases import revision
from bot.review.model import Review


class _Compared(msgspec.Struct):
    """As much of a kept review as is needed; `base_branch` is "" in those that were kept without."""

    base: str = ""
    head: str = ""
    base_branch: str = ""


def with_base_note(review: Review, change: ChangeRequest, kept: Iterable[bytes]) -> Review:
    """The review, with the branch it is to be merged into, and a note where a kept one of the same head has another
    branch or merge base: after a retargeting, or a push over the target's history, findings and the rules that count
    come and go though nobody pushed here."""
    earlier = [one for one in readable(kept, _Compared) if one.head == review.head]
    note = _note(review, change.base_branch, earlier)
    return dataclasses.replace(review, base_branch=change.base_branch, notes=(*review.notes, *note))


def _note(review: Review, branch: str, earlier: Sequence[_Compared]) -> tuple[str, ...]:
    """One sentence, or none."""
    base = next((one.base for one in earlier if one.base != review.base), "")
    into = next((one.base_branch for one in earlier if one.base_branch not in ("", branch)), "")
    instead = f", no longer into {into}" if into else ""
    if base:
        return (
            f"These commits are compared with {revision(review.base)}, where they leave {branch} now{instead}; an "
            f"earlier review compared them with {revision(base)}.",
        )
    if into:
        return (
            f"This is to be merged into {branch} now{instead}: the commits are compared with the same one as before, "
            f"{revision(review.base)}, by the rules of {branch}.",
        )
    return ()
