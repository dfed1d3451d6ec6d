"""The marker that tells the bot's own comments apart."""

from __future__ import annotations

import pytest

from bot.render.marker import Marker, read_marker
from bot.review.identity import ThreadKey

FIRST = ThreadKey(1, "0123456789abcdef")
LATER = ThreadKey(12, "0123456789abcdef")


@pytest.mark.parametrize(
    "marker",
    [Marker(FIRST, "a" * 40), Marker(LATER, "a" * 40), Marker("summary", "b" * 40, "fixed"), Marker("reply", "")],
)
def test_marker_reads_back_what_it_writes(marker: Marker) -> None:
    assert read_marker(f"{marker}\nbody") == marker


def test_the_thread_is_that_of_the_finding() -> None:
    assert Marker(FIRST, "").thread == FIRST
    assert Marker("summary", "").thread is None


def test_the_first_version_is_written_as_release_0_1_0_wrote_it() -> None:
    assert str(Marker(FIRST, "a" * 40)) == f"<!-- iam-review:fp=0123456789abcdef head={'a' * 40} -->"
    assert str(Marker(LATER, "")) == "<!-- iam-review:fp=12:0123456789abcdef -->"


@pytest.mark.parametrize("body", ["", "hello", "> <!-- iam-review:summary -->", " <!-- iam-review:summary -->"])
def test_quoted_or_foreign_text_is_not_ours(body: str) -> None:
    assert read_marker(body) is None
