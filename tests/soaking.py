"""How much is tried of what chance draws or size decides: a sample in `make test`, all of it in `make soak`."""

from __future__ import annotations

from hypothesis import settings

SOAKING = settings.default is not None and settings.default.max_examples >= 1000
"""Whether this is `pytest --hypothesis-profile soak`; a test file that asks has its line in bench/soak.py."""


def sample(few: int, many: int) -> int:
    """`few` of them, `many` in the soak."""
    return many if SOAKING else few
