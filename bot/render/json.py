"""The JSON contract: a review written and read."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec

from bot.review.codec import from_plain, indented, to_plain
from bot.review.model import PathStep, Review

RENAMED = {field.name: field.metadata["name"] for field in dataclasses.fields(PathStep) if "name" in field.metadata}
"""Fields that JSON calls otherwise, as their names are words of Python."""


def write(review: Review) -> str:
    """The review as indented JSON, with a newline at the end."""
    content = to_plain(review)
    for finding in _findings(content):
        finding["path"] = [renamed(step, RENAMED) for step in finding["path"]]
    return indented(content)


def read(text: str | bytes) -> Review:
    """What `write` wrote. Raises msgspec.ValidationError if it is not a review."""
    content = msgspec.json.decode(text)
    back = {written: name for name, written in RENAMED.items()}
    for finding in _findings(content):
        finding["path"] = [renamed(step, back) for step in finding.get("path", [])]
    return from_plain(content, Review)


def _findings(content: Any) -> list[dict[str, Any]]:
    return [finding for name in ("gained", "undecided", "lost") for finding in content[name]]


def renamed(entries: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The entries, some under other names."""
    return {names.get(key, key): value for key, value in entries.items()}
