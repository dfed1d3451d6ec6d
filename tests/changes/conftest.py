"""The tests of one change run one after another, so that its review, which they share, is made by one worker only."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of a case together; all others stay where they are."""
    places = [index for index, item in enumerate(items) if item.path.is_relative_to(HERE)]
    ours = sorted((items[index] for index in places), key=lambda item: item.nodeid.partition("[")[2])
    for index, item in zip(places, ours, strict=True):
        items[index] = item
