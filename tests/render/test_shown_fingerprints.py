"""Nothing that is shown abbreviates a fingerprint below what commands take."""

from __future__ import annotations

import re
from pathlib import Path

from bot.review.identity import SHOWN_DIGITS

CUT = re.compile(r"fingerprint\b[^\n\[]{0,4}\]?\[:(\d+)\]")


def test_no_fingerprint_is_cut_shorter_than_what_is_shown() -> None:
    sources = [path for path in Path("bot").rglob("*") if path.suffix in (".py", ".html", ".j2")]
    assert len(sources) > 300
    cut = [(path, int(digits)) for path in sources for digits in CUT.findall(path.read_text("utf-8"))]
    assert [(path, digits) for path, digits in cut if digits < SHOWN_DIGITS] == []


def test_the_pattern_finds_what_it_is_for() -> None:
    assert CUT.findall("{finding.fingerprint[:8]} {waiver['fingerprint'][:8]}") == ["8", "8"]
