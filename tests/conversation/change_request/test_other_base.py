"""That the same commits were compared with another base, or were to go elsewhere, is said, and nothing else is."""

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
ELSEWHERE = (
    "This is to be merged into release now, no longer into main: the commits are compared with the same one as before, "
    "bbbbbbbbbbbb, by the rules of release.",
)


@pytest.mark.parametrize(
    ("kept", "notes"),
    [
        ((), ()),
        ((review(),), ()),
        ((review(base="c" * 40),), SAID),
        ((review(), review(base="c" * 40)), SAID),
        ((review(base="c" * 40, head="d" * 40),), ()),
        ((review(base_branch="release"),), ()),
        ((review(base_branch="main"),), ELSEWHERE),
        ((review(base_branch="main", base="c" * 40),), (SAID[0].replace("now;", "now, no longer into main;"),)),
        ((review(base_branch="main", head="d" * 40),), ()),
    ],
    ids=[
        "the first review",
        "reviewed again",
        "kept without a branch, retargeted",
        "reviewed again after that",
        "another head",
        "the same branch",
        "retargeted, and the merge base is the same",
        "retargeted, and the merge base is another",
        "retargeted and pushed to",
    ],
)
def test_base(kept: tuple[object, ...], notes: tuple[str, ...]) -> None:
    told = with_base_note(NOW, change(base_branch="release"), map(encode, kept))
    assert told.notes == notes
    assert told.gained == NOW.gained
    assert told.base_branch == "release"
