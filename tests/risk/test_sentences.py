"""The table of sentences is what the bot says."""

from __future__ import annotations

from tests.sentences import FILE, text


def test_the_table_of_sentences_is_current() -> None:
    assert text() == FILE.read_text(), "python -m tests.sentences writes it: read the difference"
