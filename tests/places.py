"""Where the checkout and its test data are, so that a test can move without counting folders."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parent
PROJECT = TESTS.parent
