"""A waiver of what was one finding when a run of lines was: it goes on for its parts, and for nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from bot.contents.folders import FolderContents
from bot.review.codec import from_plain, to_plain
from bot.review.identity import Fingerprint
from bot.review.model import Finding, Review
from bot.review_config.settings import ReviewConfig
from bot.review_config.waivers import Waived, Waiver, waive
from bot.review_process import child
from bot.review_process.rounds import review_contents
from tests.places import TESTS

CHANGE = TESTS / "cases" / "changes" / "causes-two-statements-of-one-edit"
WHOLE = Fingerprint(1, "058ebc5f9d64e3153dec6c8ba5a62d807b98af6e12fb9739dbc3fb06bbdbb70e")
"""What the two statements of that change were together, by code of before they were two findings."""


@pytest.fixture(scope="module")
def found() -> Review:
    return review_contents(FolderContents(CHANGE / "base", CHANGE / "head"), child.answer).review


def waived(review: Review, of: Fingerprint, *accepted: Finding) -> Waived:
    given = Waiver(of, date(2026, 3, 1), "why", "carol", "acme/infra#7", findings=accepted)
    return waive(review, [given], ReviewConfig(), date(2026, 2, 1))


def as_it_was(review: Review) -> Finding:
    """Both findings as the one they were."""
    first, second = review.gained
    together = {"full_fingerprint": str(WHOLE), "actions": [*first.actions, *second.actions]}
    return from_plain(to_plain(first) | together, Finding)


def test_covers_both_parts_as_it_is(found: Review) -> None:
    done = waived(found, WHOLE)
    assert len(done.review.gained) == 2 and all(one.waiver for one in done.review.gained)
    assert (done.bound, done.review.notes) == ((), found.notes)


def test_a_short_one_is_bound_to_the_whole_of_what_was_accepted(found: Review) -> None:
    done = waived(found, WHOLE.short, as_it_was(found))
    assert all(one.waiver for one in done.review.gained)
    assert [(bound.to, bound.finding) for bound in done.bound] == [(WHOLE, as_it_was(found))] * 2


def test_covers_neither_part_once_the_other_is_another(found: Review) -> None:
    """As before: what was accepted is not there any more."""
    first, second = (from_plain(to_plain(one) | {"part_of": ["f" * 64]}, Finding) for one in found.gained)
    done = waived(from_plain(to_plain(found) | {"gained": [to_plain(first), to_plain(second)]}, Review), WHOLE)
    assert [one.waiver for one in done.review.gained] == [None, None]


def test_one_of_a_part_covers_that_part_alone(found: Review) -> None:
    done = waived(found, found.gained[1].identity.newest)
    assert [one.waiver is not None for one in done.review.gained] == [False, True]
