"""Values of variables that Terraform is told are sensitive stand in no review: not stored, not shown, not sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from bot.terraform.source import SourceTree

T = TypeVar("T")

HIDDEN = "(sensitive value)"

SHORTEST = 6
"""Shorter values are hidden only where they stand alone: as part of a text they would be found everywhere."""

_VARIABLE = re.compile(r'^[ \t]*variable[ \t]+"?([\w-]+)"?[ \t]*\{', re.MULTILINE)
_SENSITIVE = re.compile(r"^[ \t]*sensitive[ \t]*=[ \t]*true\b|[{;,][ \t]*sensitive[ \t]*=[ \t]*true\b", re.MULTILINE)
_TOP_LEVEL = re.compile(r'^"?([\w-]+)"?[ \t]*=', re.MULTILINE)
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|<<[-~]?(\w+)\n(.*?)^[ \t]*\2[ \t]*$', re.DOTALL | re.MULTILINE)
_BARE = re.compile(r"=[ \t]*([\w.+-]{4,})[ \t]*$", re.MULTILINE)


def without_sensitive_values(told: T, *trees: SourceTree) -> T:
    """A review or inventory with the values of sensitive variables (in var files, defaults) taken out of every text."""
    names = {name for tree in trees for name, _ in _declared(tree)}
    if not names:
        return told
    defaults = {value for tree in trees for _, block in _declared(tree) for value in _texts(block)}
    given = {value for tree in trees for value in _given(tree, names)}
    values = sorted((defaults | given) - {"", "true", "false", "null", "string"}, key=len, reverse=True)
    return msgspec.convert(_hidden(msgspec.to_builtins(told), values), type(told)) if values else told


def _declared(tree: SourceTree) -> Iterator[tuple[str, str]]:
    """Sensitive variables: name, and the text of their default."""
    for path in tree.listing:
        if not path.endswith((".tf", ".tofu", ".tf.json", ".tofu.json")) or tree.blob(path) not in tree.blobs:
            continue
        content = tree.blobs[tree.listing[path]]
        if b"sensitive" not in content:
            continue
        text = content.decode("utf-8", "replace")
        yield from _in_json(text) if path.endswith(".json") else _in_hcl(text)


def _in_hcl(text: str) -> Iterator[tuple[str, str]]:
    starts = [*_VARIABLE.finditer(text)]
    ends = [*(match.start() for match in starts[1:]), len(text)][: len(starts)]
    for match, end in zip(starts, ends, strict=True):
        block = text[match.end() - 1 : end]
        block = block[: _length(block)]
        if _SENSITIVE.search(block):
            default = re.search(r"^[ \t{]*default[ \t]*=.*", block, re.MULTILINE | re.DOTALL)
            yield match[1], default[0] if default else ""


def _length(block: str) -> int:
    """How far the braces that the text begins with go, those in strings and comments taken for braces as well."""
    depth = 0
    for place, letter in enumerate(block):
        depth += (letter == "{") - (letter == "}")
        if depth == 0:
            return place + 1
    return len(block)


def _in_json(text: str) -> Iterator[tuple[str, str]]:
    for name, declared in _objects(_json(text), "variable"):
        for each in declared if isinstance(declared, list) else [declared]:
            if isinstance(each, dict) and each.get("sensitive") is True:
                yield name, json.dumps(each.get("default"), ensure_ascii=False)


def _given(tree: SourceTree, names: set[str]) -> Iterator[str]:
    """What var files give for those variables."""
    for path, blob in tree.listing.items():
        content = tree.blobs.get(blob)
        if content is None or not path.endswith((".tfvars", ".tfvars.json", ".hcl")):
            continue
        text = content.decode("utf-8", "replace")
        if path.endswith(".json"):
            found = _json(text)
            chosen = found.items() if isinstance(found, dict) else ()
            yield from (leaf for name, value in chosen if name in names for leaf in _leaves(value))
            continue
        starts = [*_TOP_LEVEL.finditer(text)]
        ends = [*(each.start() for each in starts[1:]), len(text)][: len(starts)]
        for match, end in zip(starts, ends, strict=True):
            if match[1] in names:
                yield from _texts(text[match.start() : end])


def _texts(written: str) -> Iterator[str]:
    """The strings and numbers in a value as it is written."""
    for match in _STRING.finditer(written):
        raw = match[3].strip() if match[3] is not None else match[1]
        yield raw
        yield raw.replace('\\"', '"').replace("\\\\", "\\")
    yield from _BARE.findall(written)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _objects(found: Any, key: str) -> Iterator[tuple[str, Any]]:
    section = found.get(key) if isinstance(found, dict) else None
    for part in section if isinstance(section, list) else [section]:
        if isinstance(part, dict):
            yield from part.items()


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _hidden(value: Any, secrets: list[str]) -> Any:
    if isinstance(value, dict):
        return {key: _hidden(inner, secrets) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(inner, secrets) for inner in value]
    if not isinstance(value, str):
        return value
    for secret in secrets:
        if value == secret:
            return HIDDEN
        if len(secret) >= SHORTEST and secret in value:
            value = value.replace(secret, HIDDEN)
    return value
