"""The marker that tells the bot's own comments apart."""

from __future__ import annotations

import pytest

from bot.render.marker import Marker, read_marker

FINGERPRINT = "0123456789abcdef"


@pytest.mark.parametrize(
    "marker", [Marker(f"fp={FINGERPRINT}", "a" * 40), Marker("summary", "b" * 40, fixed=True), Marker("reply", "")]
)
def test_marker_reads_back_what_it_writes(marker: Marker) -> None:
    assert read_marker(f"{marker}\nbody") == marker


def test_fingerprint_is_that_of_the_finding() -> None:
    assert Marker(f"fp={FINGERPRINT}", "").fingerprint == FINGERPRINT
    assert Marker("summary", "").fingerprint is None


@pytest.mark.parametrize("body", ["", "hello", "> <!-- iam-review:summary -->", " <!-- iam-review:summary -->"])
def test_quoted_or_foreign_text_is_not_ours(body: str) -> None:
    assert read_marker(body) is None
