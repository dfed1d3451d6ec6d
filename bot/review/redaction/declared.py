"""Which values a repository declares to be sensitive, and what it calls things, found by a look at its text."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from bot.evaluated.source_tree import SourceTree

NO_VALUES = frozenset({"", "true", "false", "null", "string", "number", "bool", "any"})
"""What stands in a variable's block and is no secret."""

_HCL = (".tf", ".tofu")
_JSON = (".tf.json", ".tofu.json")
_LABELS = re.compile(r'^[ \t]*[a-z]\w*((?:[ \t]+"?[\w-]+"?){1,2})[ \t]*\{', re.MULTILINE)
_LABEL = re.compile(r"[\w-]+")
_VARIABLE = re.compile(r'^[ \t]*variable[ \t]+"?([\w-]+)"?[ \t]*\{', re.MULTILINE)
_SENSITIVE = re.compile(r"^[ \t]*sensitive[ \t]*=[ \t]*true\b|[{;,][ \t]*sensitive[ \t]*=[ \t]*true\b", re.MULTILINE)
_TOP_LEVEL = re.compile(r'^"?([\w-]+)"?[ \t]*=', re.MULTILINE)
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|<<[-~]?(\w+)\n(.*?)^[ \t]*\2[ \t]*$', re.DOTALL | re.MULTILINE)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_BARE = re.compile(r"=[ \t]*([\w.+-]{4,})[ \t]*$", re.MULTILINE)


def sensitive_values(trees: Collection[SourceTree]) -> frozenset[str]:
    """What variables that are declared sensitive get by default or from var files, as written and as read.

    Of a value over several lines each line is one as well: excerpts show lines.
    """
    names = {name for tree in trees for name, _ in _declared(tree)}
    if not names:
        return frozenset()
    defaults = {value for tree in trees for _, block in _declared(tree) for value in _texts(block)}
    given = {value for tree in trees for value in _given(tree, names)}
    return frozenset((defaults | given | _lines_of(defaults | given)) - NO_VALUES)


def _lines_of(values: Collection[str]) -> set[str]:
    return {line.strip() for value in values for line in value.splitlines()}


def names_of(trees: Iterable[SourceTree]) -> frozenset[str]:
    """What a repository calls things: its files and folders, with and without what leads there, and block labels."""
    found: set[str] = set()
    for tree in trees:
        for path in tree.listing:
            parts = path.split("/")
            found.update(parts, ("/".join(parts[:end]) for end in range(2, len(parts) + 1)), (parts[-1].split(".")[0],))
            content = tree.read(path) if path.endswith(_HCL) else None
            for labels in _LABELS.findall((content or b"").decode("utf-8", "replace")):
                found.update(_LABEL.findall(labels))
    return frozenset(found)


def _declared(tree: SourceTree) -> Iterator[tuple[str, str]]:
    """Sensitive variables: name, and the text of their default."""
    for path in tree.listing:
        if not path.endswith(_HCL + _JSON) or tree.blob(path) not in tree.blobs:
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
            yield from _given_as_json(text, names)
            continue
        starts = [*_TOP_LEVEL.finditer(text)]
        ends = [*(each.start() for each in starts[1:]), len(text)][: len(starts)]
        for match, end in zip(starts, ends, strict=True):
            if match[1] in names:
                yield from _texts(text[match.start() : end])


def _given_as_json(text: str, names: set[str]) -> Iterator[str]:
    found = _json(text)
    chosen = found.items() if isinstance(found, dict) else ()
    return (leaf for name, value in chosen if name in names for leaf in _leaves(value))


def _texts(written: str) -> Iterator[str]:
    """The strings and numbers in a value as it is written."""
    for match in _STRING.finditer(written):
        raw = match[3].strip() if match[3] is not None else match[1]
        yield raw
        read = _ESCAPE.sub(_unescaped, raw)
        yield read
        yield unicodedata.normalize("NFC", read)
    yield from _BARE.findall(written)


def _unescaped(found: re.Match[str]) -> str:
    if found[3]:
        return _ESCAPES.get(found[3], found[3])
    code = int(found[1] or found[2], 16)
    return chr(code) if code <= sys.maxunicode else found[0]


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
