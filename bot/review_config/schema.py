"""The JSON Schema of `.iam-review.yaml`, for editors."""

from __future__ import annotations

from typing import Any

import msgspec

from bot.review_config.meanings import MEANINGS
from bot.review_config.settings import ReviewConfig

TITLE = "iam-review's rules for a repository"


def rules_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) that refuses unknown keys, as the bot does."""
    (root, *_), components = msgspec.json.schema_components([ReviewConfig], ref_template="#/$defs/{name}")
    definitions = {name: _closed(definition) for name, definition in components.items()}
    top = definitions.pop(root["$ref"].rpartition("/")[2])
    for name, setting in top["properties"].items():
        setting["description"] = MEANINGS[name]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": TITLE,
        **{key: value for key, value in top.items() if key not in ("title", "description")},
        "$defs": dict(sorted(definitions.items())),
    }


def _closed(definition: dict[str, Any]) -> dict[str, Any]:
    return {**definition, "additionalProperties": False} if "properties" in definition else definition


def text() -> str:
    """The file in docs/."""
    return msgspec.json.format(msgspec.json.encode(rules_schema()), indent=2).decode() + "\n"
