"""Writes docs/reference/ as the code has it: commands, settings, JSON, metrics, decisions (`make reference`)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import click
from prometheus_client.parser import text_string_to_metric_families
from pydantic import BaseModel

from bot.cli import command
from bot.config.server_settings import PREFIX, section
from bot.manual_files import SHOWN
from bot.store.port import Backlog, Store
from bot.web.metrics import Metrics
from bot.wiring.settings import SERVER_CONFIG
from tools.written_files import rules_schema

TOP = Path(__file__).parent.parent
FOLDER = TOP / "docs" / "reference"
NOTHING: tuple[object, ...] = (None, "", [], {}, ())
MADE = "Made from the code (`make reference`)."


def pages() -> dict[str, str]:
    """Each page's text by its name."""
    return {
        "commands.md": _page("Commands", _commands(command(()), "iam-review")),
        "decisions.md": _page("Decisions", _decisions()),
        "files.md": _page("Files to begin with", _files()),
        "json.md": _page("JSON of a review", _json()),
        "metrics.md": _page("Metrics", _metrics()),
        "repository-settings.md": _page("Settings of a repository", _rules()),
        "server-settings.md": _page("Settings of the server", _settings()),
    }


def _page(title: str, lines: Iterator[str]) -> str:
    return "\n".join((f"# {title}", "", MADE, *lines, ""))


def _commands(one: click.Command, name: str) -> Iterator[str]:
    if isinstance(one, click.Group):
        for word, inner in sorted(one.commands.items()):
            yield from _commands(inner, f"{name} {word}")
        return
    shown = [option for option in one.params if not getattr(option, "hidden", False)]
    arguments = " ".join(
        option.make_metavar(click.Context(one)) for option in shown if option.param_type_name == "argument"
    )
    yield from ("", f"## `{f'{name} {arguments}'.strip()}`", "", _folded(one.help or ""))
    options = [option for option in shown if isinstance(option, click.Option)]
    if options:
        yield from ("", "| option | what it does |", "|---|---|")
        yield from (f"| {_spelled(option)} | {_cell(f'{option.help} {_choices(option)}')} |" for option in options)


def _spelled(option: click.Option) -> str:
    plain = option.is_flag or isinstance(option.type, click.Choice)
    value = "" if plain else option.make_metavar(click.Context(click.Command("")))
    return f"`{f'{option.opts[-1]} {value}'.strip()}`"


def _choices(option: click.Option) -> str:
    """The words that it takes, where it takes no others."""
    words = option.type.choices if isinstance(option.type, click.Choice) and not option.is_flag else ()
    return f"One of {', '.join(f'`{word}`' for word in words)}." if words else ""


def _decisions() -> Iterator[str]:
    yield from ("", "What was decided, why, and what was given up for it.", "")
    for file in sorted((TOP / "docs" / "decisions").glob("*.md")):
        number = file.name[:4]
        title = file.read_text("utf-8").partition("\n")[0].removeprefix("# ").removeprefix(f"{number}: ")
        yield f"- {number}: [{title}](../decisions/{file.name})"


def _files() -> Iterator[str]:
    yield from (
        "",
        "Files of the project that are no pages, as they are in this version. `iam-review docs config.example.yaml > "
        "bot.yaml` writes one into a file of yours. The chart, which is many, is taken from a clone.",
        "",
        "| file | what it is |",
        "|---|---|",
    )
    yield from (f"| [{path}](../../{path}) | {what} |" for path, what in SHOWN.items())


def _json() -> Iterator[str]:
    yield from (
        "",
        "What `iam-review diff --format json` prints, and `?format=json` of a report: a stable contract, to which keys "
        "are only added.",
    )
    schema = json.loads((TOP / "docs" / "review.schema.json").read_text("utf-8"))
    yield from _objects(schema["$defs"])


def _rules() -> Iterator[str]:
    yield from (
        "",
        "What `.iam-review.yaml` may say ([how it is used](../rules-file.md), "
        "[what makes it looser](../conversation.md#an-organisations-rules)). Unknown keys are refused.",
    )
    schema = rules_schema()
    yield from ("", "| key | meaning | values | default |", "|---|---|---|---|")
    for name, one in schema["properties"].items():
        yield f"| `{name}` | {_cell(one['description'])} | {_values(one)} | {_default(one)} |"
    yield from _objects(schema["$defs"])


def _objects(definitions: Mapping[str, Any]) -> Iterator[str]:
    for name, one in definitions.items():
        yield from ("", f"## {name}", "", _folded(one.get("description", "")), "")
        if "properties" in one:
            yield from ("| key | values | default |", "|---|---|---|")
            required = one.get("required", ())
            for key, value in one["properties"].items():
                yield f"| `{key}` | {_values(value)} | {'required' if key in required else _default(value)} |"


def _values(schema: Mapping[str, Any]) -> str:
    """The values a JSON Schema lets through, in words."""
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_values(one) for one in schema["anyOf"])
    of = schema.get("items") or schema.get("additionalProperties")
    return f"{schema.get('type', 'anything')}{f' of {_values(of)}' if of else ''}"


def _default(schema: Mapping[str, Any]) -> str:
    return "" if schema.get("default") in NOTHING else f"`{json.dumps(schema['default'])}`"


def _settings() -> Iterator[str]:
    yield from (
        "",
        f"`iam-review serve --config FILE`; every key also by environment "
        f"(`{PREFIX}GITHUB__TOKEN` for `github.token`), or by a file that the same name with `_FILE` points to.",
    )
    yield "[config.example.yaml](../../config.example.yaml) has them all, as a file to begin with."
    yield from _keys(SERVER_CONFIG, "")


def _keys(model: type[BaseModel], within: str) -> Iterator[str]:
    parts: list[tuple[str, type[BaseModel]]] = []
    yield from ("", f"## `{within}`" if within else "## Top", "", "| key | meaning | default |", "|---|---|---|")
    for name, field in model.model_fields.items():
        part = section(field.annotation)
        if part is not None:
            parts.append((f"{within}.{name}".strip("."), part))
        default = "" if part or field.is_required() or field.default in NOTHING else f"`{field.default}`"
        yield f"| `{f'{within}.{name}'.strip('.')}` | {_cell(field.description or '')} | {default} |"
    for name, part in parts:
        yield from _keys(part, name)


def _metrics() -> Iterator[str]:
    yield from (
        "",
        "What `/metrics` answers; [what to watch](../operating.md#what-to-watch) says what each tells, its labels, and "
        "the alerts.",
        "",
    )
    yield from ("| metric | kind | what is counted |", "|---|---|---|")
    text = Metrics(cast(Store, _Nothing())).text().decode()
    for family in sorted(text_string_to_metric_families(text), key=lambda one: one.name):
        if not family.name.endswith("_created"):
            suffix = "_total" if family.type == "counter" else ""
            yield f"| `{family.name}{suffix}` | {family.type} | {_cell(family.documentation)} |"


class _Nothing:
    """A store in which nothing waits."""

    def backlog(self) -> Backlog:
        return Backlog(0, None, 0)


def _folded(text: str) -> str:
    """Lines of one paragraph as one line."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    for name, text in pages().items():
        (FOLDER / name).write_text(text, "utf-8")
