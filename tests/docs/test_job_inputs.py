"""The inputs, outputs and steps of the two jobs are in the documentation as their files have them."""

from __future__ import annotations

import re

from tests.docs.job_inputs import PAGE, derived, steps


def test_tables() -> None:
    """`python -m tests.rewrite docs` writes them."""
    for path, text in derived():
        assert path.read_text() == text


def test_steps() -> None:
    told = re.search(r"^\| step \|.*\n\|---.*\n((?:\|.*\n)+)", PAGE.read_text(), re.MULTILINE)
    assert told is not None
    assert re.findall(r"^\| ([^|]+) \|", told[1], re.MULTILINE) == steps()
