"""Writes the files that say in another form what the program says of itself: two JSON Schemas and an example.

`python -m tools.written_files` writes them; tests tell where one is not what is written here.
"""

from __future__ import annotations

import dataclasses
import json
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml
from pydantic import BaseModel

from bot.config.server_settings import PREFIX, section
from bot.render.json import RENAMED, renamed
from bot.review.model import Finding, Review
from bot.review.prose import nothing_said
from bot.review_config.meanings import MEANINGS
from bot.review_config.settings import ReviewConfig
from bot.wiring.settings import SERVER_CONFIG

TOP = Path(__file__).parent.parent
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def rules_schema() -> dict[str, Any]:
    """The JSON Schema of `.iam-review.yaml`, for editors: it refuses unknown keys, as the bot does."""
    (root, *_), components = msgspec.json.schema_components([ReviewConfig], ref_template="#/$defs/{name}")
    definitions = {name: _closed(definition) for name, definition in components.items()}
    top = definitions.pop(root["$ref"].rpartition("/")[2])
    for name, setting in top["properties"].items():
        setting["description"] = MEANINGS[name]
    return {
        "$schema": _DRAFT,
        "title": "iam-review's rules for a repository",
        **{key: value for key, value in top.items() if key not in ("title", "description")},
        "$defs": dict(sorted(definitions.items())),
    }


def _closed(definition: dict[str, Any]) -> dict[str, Any]:
    return {**definition, "additionalProperties": False} if "properties" in definition else definition


def review_schema() -> dict[str, Any]:
    """The JSON Schema of what `iam-review diff --format json` writes."""
    (root,), components = msgspec.json.schema_components(
        [Review], schema_hook=lambda _: {"type": "string"}, ref_template="#/$defs/{name}"
    )
    for field in dataclasses.fields(Finding):
        if field.default_factory is nothing_said:
            components["Finding"]["properties"][field.name]["default"] = ""
    step = components["PathStep"]
    step["properties"] = renamed(step["properties"], RENAMED)
    step["required"] = [RENAMED.get(name, name) for name in step["required"]]
    return {"$schema": _DRAFT, "title": "iam-review diff --format json", **root, "$defs": components}


def config_example() -> str:
    """The server's configuration: every setting with its meaning and default."""
    head = (
        "# The bot's server configuration: iam-review serve --config FILE. Every key can also be given by environment,",
        f"# {PREFIX}GITHUB__TOKEN for github.token, or by a file that the same name with _FILE points to. Environment",
        "# wins over files, files over this one. In here, KEY_file: PATH reads KEY from a file. A list in a",
        "# variable has commas between its items.",
        "",
    )
    return "\n".join((*head, *_example_lines(SERVER_CONFIG, 0))) + "\n"


def _example_lines(model: type[BaseModel], indent: int) -> Iterator[str]:
    for name, field in model.model_fields.items():
        space = " " * indent
        comment = f"{space}# "
        yield from textwrap.wrap(field.description or "", 110, initial_indent=comment, subsequent_indent=comment)
        part = section(field.annotation)
        if part is not None:
            # A section that may be left out stands there as a comment: without its secrets it would be wrong.
            mark = "" if field.default is not None else "# "
            yield from (f"{mark}{line}" for line in (f"{space}{name}:", *_example_lines(part, indent + 2)))
        elif field.is_required() or field.default is None:
            yield f"{space}# {name}:"
        else:
            default = str(field.default) if isinstance(field.default, Path) else field.default
            yield space + yaml.safe_dump({name: default}).strip()


def _json(content: dict[str, Any]) -> str:
    return msgspec.json.format(msgspec.json.encode(content), indent=2).decode() + "\n"


WRITTEN: Mapping[str, Callable[[], str]] = {
    "config.example.yaml": config_example,
    "docs/iam-review.schema.json": lambda: _json(rules_schema()),
    "docs/review.schema.json": lambda: json.dumps(review_schema(), indent=2) + "\n",
}
"""Each file, below the top of the project, with what its text is."""


if __name__ == "__main__":
    for written, text_of in WRITTEN.items():
        (TOP / written).write_text(text_of(), "utf-8")
