"""The JSON contract: a review written and read, and its JSON Schema."""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec

from bot.review.codec import from_plain, indented, schema_of, to_plain
from bot.review.model import Finding, PathStep, Review
from bot.review.prose import nothing_said

_RENAMED = {field.name: field.metadata["name"] for field in dataclasses.fields(PathStep) if "name" in field.metadata}


def write(review: Review) -> str:
    """The review as indented JSON, with a newline at the end."""
    content = to_plain(review)
    for finding in _findings(content):
        finding["path"] = [_keys(step, _RENAMED) for step in finding["path"]]
    return indented(content)


def read(text: str | bytes) -> Review:
    """What `write` wrote. Raises msgspec.ValidationError if it is not a review."""
    content = msgspec.json.decode(text)
    back = {written: name for name, written in _RENAMED.items()}
    for finding in _findings(content):
        finding["path"] = [_keys(step, back) for step in finding.get("path", [])]
    return from_plain(content, Review)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what `write` writes."""
    root, components = schema_of(Review)
    for field in dataclasses.fields(Finding):
        if field.default_factory is nothing_said:
            components["Finding"]["properties"][field.name]["default"] = ""
    step = components["PathStep"]
    step["properties"] = _keys(step["properties"], _RENAMED)
    step["required"] = [_RENAMED.get(name, name) for name in step["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "iam-review diff --format json",
        **root,
        "$defs": components,
    }


def _findings(content: Any) -> list[dict[str, Any]]:
    return [finding for name in ("gained", "undecided", "lost") for finding in content[name]]


def _keys(entries: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {names.get(key, key): value for key, value in entries.items()}
