"""Conversations through troubles, many of them: does everyone see in the end what they would have seen without?

    python -m bench.soak_conversation [WAYS] [github|gitlab]

Draws so many ways (default 500) for each forge with Hypothesis, 25 at once; each pushes up to five times, its
deliveries are lost, doubled or late, and the forge answers 403, 429, 502 or 503 before or after doing what was asked.
Exit code 1 if one of them ends differently from the same change request without troubles.
"""

from __future__ import annotations

import sys
import tempfile
import time
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fake_forge.disturbed import WAYS, Forge, Way, agree, stage, troubled, undisturbed

AT_ONCE = 25

TOGETHER = 100
"""So many ways on one sandbox: the bot goes through all repositories every few seconds here, and old ones cost time."""


def soak(forge: Forge, ways: int) -> None:
    """Raise AssertionError at the first ways that end differently."""
    rounds = -(-ways // AT_ONCE)
    with tempfile.TemporaryDirectory() as directory, stage(forge, Path(directory)) as place:
        expected = undisturbed(place, "plain")
        names = count()

        # What Hypothesis would shrink depends on time: the ways that failed are printed as they are.
        @settings(
            max_examples=rounds,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        @given(st.lists(WAYS, min_size=AT_ONCE, max_size=AT_ONCE))
        def all_end_well(drawn: list[Way]) -> None:
            for way, end in zip(drawn, troubled(place, drawn, f"r{next(names)}"), strict=True):
                assert agree(end, expected[way[-1].head]), f"{way}\n is {end}\n not {expected[way[-1].head]}"

        all_end_well()


def main() -> None:
    """Soak one forge or both."""
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdecimal()]
    forges: list[Forge] = [forge for forge in ("github", "gitlab") if forge in sys.argv[1:]] or ["github", "gitlab"]
    for forge in forges:
        started, ways = time.monotonic(), numbers[0] if numbers else 500
        for begun in range(0, ways, TOGETHER):
            soak(forge, min(TOGETHER, ways - begun))
        print(f"{forge}: {ways} ways, all ended well, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
