"""That the same commits were compared with another base before is said, and nothing else is."""

from __future__ import annotations

import pytest

from bot.conversation.change_request.other_base import with_base_note
from bot.review.codec import encode
from tests.fakes.forge import change
from tests.fakes.reviews import finding, review

NOW = review(finding("0" * 16, line=2))
SAID = (
    "These commits are compared with bbbbbbbbbbbb, where they leave release now; an earlier review compared them with "
    "cccccccccccc.",
)


@pytest.mark.parametrize(
    ("kept", "notes"),
    [
        ((), ()),
        ((review(),), ()),
        ((review(base="c" * 40),), SAID),
        ((review(), review(base="c" * 40)), SAID),
        ((review(base="c" * 40, head="d" * 40),), ()),
    ],
    ids=["the first review", "reviewed again", "retargeted", "reviewed again after that", "another head"],
)
def test_base(kept: tuple[object, ...], notes: tuple[str, ...]) -> None:
    told = with_base_note(NOW, change(base_branch="release"), map(encode, kept))
    assert told.notes == notes
    assert told.gained == NOW.gained
