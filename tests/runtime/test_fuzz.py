"""A tenth of the hostile inputs of `make soak`, with a seed of their own."""

from __future__ import annotations

import logging

import structlog

from bench.runtime.fuzz import SHARES, fuzz


def test_hostile_inputs_do_no_harm() -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        finds = fuzz(1000, seed=2)
    finally:
        root.handlers[:], root.level = before
        structlog.reset_defaults()
    assert finds.done.keys() == SHARES.keys()
    assert not finds.wrong, finds.examples
