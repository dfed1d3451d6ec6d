"""Reads `.iam-review.yaml`, and says of what is wrong in it where it stands."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Collection, Iterator
from typing import get_args, get_type_hints

import msgspec
import yaml

from bot.evaluated.diagnostic import Diagnostic
from bot.review_config.settings import MAX_BYTES, LoadedReviewConfig, ReviewConfig, unreadable
from bot.yaml_keys import repeated_keys


class _DatesAsText(yaml.SafeLoader):
    """Leaves a date that is not quoted the text that it is."""


_DatesAsText.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


def read_settings(text: str, source: str) -> LoadedReviewConfig:
    """Read the text of such a file. `source` names it in messages.

    A file that is wrong anywhere counts as a whole as not there: half of somebody's rules may be the
    looser half.
    """
    if len(text) > MAX_BYTES:
        return LoadedReviewConfig(ReviewConfig(), (unreadable(source, f": longer than {MAX_BYTES} characters"),))
    try:
        node = yaml.compose(text, yaml.SafeLoader)
        content = yaml.load(text, _DatesAsText)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return LoadedReviewConfig(ReviewConfig(), (unreadable(source, f": {_yaml_problem(error)}"),))
    if content is None:
        return LoadedReviewConfig(ReviewConfig())
    twice = tuple(unreadable(source, f": {one.words}", one.line) for one in repeated_keys(node))
    problems = twice + tuple(unreadable(source, words, line) for line, words in _unknown_keys(node, ReviewConfig, ""))
    if problems:
        return LoadedReviewConfig(ReviewConfig(), problems)
    try:
        return LoadedReviewConfig(msgspec.convert(content, ReviewConfig), given=frozenset(content))
    except msgspec.ValidationError as error:
        return LoadedReviewConfig(ReviewConfig(), (_type_problem(error, node, source),))


def item_lines(text: str, key: str) -> tuple[int, ...]:
    """The line of each item of a list that the file has under `key`; none where the file has no such list."""
    found = _child(yaml.compose(text, yaml.SafeLoader), key)
    return tuple(item.start_mark.line + 1 for item in found.value) if isinstance(found, yaml.SequenceNode) else ()


_SERVERS = frozenset(("database", "broker", "cache_dir", "limits", "pages", "organisation", "host", "port"))
"""Keys by which somebody took the server's file for a repository's rules."""


def _hint(name: str, known: Collection[str]) -> str:
    if name in _SERVERS:
        return ": it belongs to the server's configuration, which iam-review doctor --config FILE looks at"
    if name in ("defaults", "enforced"):
        return ": an organisation's file has it, which `iam-review config check --organisation FILE` looks at"
    close = difflib.get_close_matches(name, known, 1)
    return f", did you mean {close[0]}?" if close else f" (known: {', '.join(known)})"


def _unknown_keys(node: yaml.Node | None, model: type, path: str) -> Iterator[tuple[int, str]]:
    """The line of each, and what is wrong with it."""
    if not isinstance(node, yaml.MappingNode):
        return
    known = get_type_hints(model)
    for key, value in node.value:
        name = str(key.value)
        if name not in known:
            yield key.start_mark.line + 1, f": unknown key {path}{name}{_hint(name, known)}"
            continue
        for section in (known[name], *get_args(known[name])):
            if dataclasses.is_dataclass(section) and isinstance(section, type):
                yield from _unknown_in(value, section, f"{path}{name}")


def _unknown_in(value: yaml.Node, section: type, path: str) -> Iterator[tuple[int, str]]:
    if isinstance(value, yaml.SequenceNode):
        for index, item in enumerate(value.value):
            yield from _unknown_keys(item, section, f"{path}[{index}].")
    else:
        yield from _unknown_keys(value, section, f"{path}.")


def _yaml_problem(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "not YAML"
    return f"line {mark.line + 1}: {problem}" if mark else str(problem)


def _type_problem(error: msgspec.ValidationError, node: yaml.Node | None, source: str) -> Diagnostic:
    """ "Expected `int`, got `str` - at `$.max_comments`" with the key and its line."""
    what, _, path = str(error).partition(" - at `$")
    path = path.rstrip("`")
    steps = re.findall(r"[^.\[\]]+", path)
    for step in steps:
        node = _child(node, step) or node
    name = path.lstrip(".") or "the file"
    remedy = ": put it in quotes" if what.startswith("Expected `str`") and isinstance(node, yaml.ScalarNode) else ""
    return unreadable(
        source, f": {name}: {what[:1].lower()}{what[1:]}{remedy}", node.start_mark.line + 1 if node else 0
    )


def _child(node: yaml.Node | None, step: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
        item = node.value[int(step)]
        return item if isinstance(item, yaml.Node) else None
    return None
