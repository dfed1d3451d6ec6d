"""Prose as plain text, for what is no Markdown."""

from __future__ import annotations

from bot.review.prose import Prose, text_of_prose


def plain(said: str | Prose) -> str:
    """Its text as it is; what shows it spells out invisible characters."""
    return text_of_prose(said) if isinstance(said, Prose) else said
