"""After any sequence of troubles people see what they would have seen without; `bench.soak_conversation` tries many."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fake_forge.disturbed import Forge, Step, Trouble, Way, agree, stage, troubled, undisturbed

DONE_BUT = (Trouble("POST", 502, True), Trouble("POST", 503, True))
NOT_NOW = (Trouble("POST", 429, False), Trouble("GET", 403, False))
EDITED_BUT = (Trouble("PATCH", 502, True), Trouble("PUT", 502, True))

WAYS: dict[str, Way] = {
    "nothing goes wrong": (Step(0, "once", (), True), Step(1, "once", (), True), Step(4, "once", (), True)),
    "posted, but said to have failed": (Step(1, "once", DONE_BUT, True),),
    "refused at first, for lack of patience": (Step(1, "twice", NOT_NOW, False),),
    "no delivery arrives at all": (Step(1, "lost", (), False), Step(5, "lost", (), False)),
    "the second arrives before the first": (Step(1, "late", (), False), Step(3, "once", (), False)),
    "fixed, back, moved": (Step(0, "once", (), True), Step(4, "once", (), True), Step(2, "once", EDITED_BUT, True)),
    "edits fail after they were made": (Step(0, "once", (), True), Step(1, "once", EDITED_BUT, True)),
}


@pytest.mark.parametrize("forge", ["github", "gitlab"])
def test_all_ways_lead_to_the_same_end(forge: Forge, tmp_path: Path) -> None:
    with stage(forge, tmp_path) as place:
        expected = undisturbed(place, "plain")
        ended = troubled(place, list(WAYS.values()), "way")
    for (name, way), end in zip(WAYS.items(), ended, strict=True):
        assert agree(end, expected[way[-1].head]), name
