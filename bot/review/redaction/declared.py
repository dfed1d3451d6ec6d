"""Which values a repository declares to be sensitive, and what it calls things, found by a look at its text."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from bot.evaluated.source_tree import SourceTree
from bot.late_pattern import late_pattern
from bot.review.redaction.written import assigned, extent, texts

NO_VALUES = frozenset(
    {"", "true", "false", "null", "string", "number", "bool", "any", "list", "map", "set", "object", "tuple"}
)
"""What stands in a variable's block and is no secret."""

_HCL = (".tf", ".tofu")
_JSON = (".tf.json", ".tofu.json")
_LABELS = late_pattern(r'^[ \t]*[a-z]\w*((?:[ \t]+"?[\w-]+"?){1,2})[ \t]*\{', re.MULTILINE)
_LABEL = late_pattern(r"[\w-]+")
_VARIABLE = late_pattern(r'^[ \t]*variable[ \t]+"?([\w-]+)"?[ \t]*\{', re.MULTILINE)
_SENSITIVE = late_pattern(r'(?:^|[{;,])[ \t]*(?:sensitive|ephemeral)[ \t]*=[ \t]*"?true\b', re.MULTILINE)
_WORDS = (b"sensitive", b"ephemeral")
_CALLED = late_pattern(r"\bsensitive[ \t]*\(")
_VALUES = ("default", "type")
"""The arguments of a variable that hold values: attributes of an object type may have defaults of their own."""
_JSON_STRING = late_pattern(r'"((?:[^"\\]|\\.)*)"')


def sensitive_values(trees: Collection[SourceTree]) -> frozenset[str]:
    """What variables declared sensitive or ephemeral get by default or from var files, and what the function
    `sensitive` is given in place, as written and as read.

    Of a value over several lines each line is one as well: excerpts show lines.
    """
    names = {name for tree in trees for name, _ in _declared(tree)}
    if not names:
        return frozenset()
    defaults = {value for tree in trees for _, values in _declared(tree) for value in values}
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


def _declared(tree: SourceTree) -> Iterator[tuple[str, frozenset[str]]]:
    """Sensitive variables: name, and the texts in their defaults; without a name, what a call makes sensitive."""
    for path in tree.listing:
        if not path.endswith(_HCL + _JSON) or tree.blob(path) not in tree.blobs:
            continue
        content = tree.blobs[tree.listing[path]]
        if any(word in content for word in _WORDS):
            text = content.decode("utf-8-sig", "replace")
            yield from _in_json(text) if path.endswith(".json") else _in_hcl(text)


def _in_hcl(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    for match in _VARIABLE.finditer(text):
        block = text[match.end() - 1 : extent(text, match.end() - 1)]
        if _SENSITIVE.search(block):
            yield match[1], frozenset(each for value in assigned(block, _VALUES) for each in texts(value))
    for called in _CALLED.finditer(text):
        yield "", frozenset(texts(text[called.end() : extent(text, called.end())]))


def _in_json(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    for name, declared in _objects(_json(text), "variable"):
        for each in declared if isinstance(declared, list) else [declared]:
            if isinstance(each, dict) and any(each.get(word) in (True, "true") for word in ("sensitive", "ephemeral")):
                yield name, frozenset(_written_in_json(text, each.get("default")))


def _given(tree: SourceTree, names: set[str]) -> Iterator[str]:
    """What var files give for those variables."""
    for path, blob in tree.listing.items():
        content = tree.blobs.get(blob)
        if content is None or not path.endswith((".tfvars", ".tfvars.json", ".hcl")):
            continue
        text = content.decode("utf-8-sig", "replace")
        if path.endswith(".json"):
            yield from _given_as_json(text, names)
        else:
            yield from (each for value in assigned(text, names) for each in texts(value))


def _given_as_json(text: str, names: set[str]) -> Iterator[str]:
    found = _json(text)
    chosen = found.items() if isinstance(found, dict) else ()
    return (each for name, value in chosen if name in names for each in _written_in_json(text, value))


def _written_in_json(text: str, value: Any) -> Iterator[str]:
    """The strings and numbers in a value that JSON text holds, as they are meant and as they are written there."""
    leaves = {*_leaves(value)}
    for leaf in leaves:
        yield leaf
        yield unicodedata.normalize("NFC", leaf)
    yield from (match[1] for match in _JSON_STRING.finditer(text) if _json(match[0]) in leaves)


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
