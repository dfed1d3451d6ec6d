"""Which arguments of a type make Terraform replace what it made, out of the providers' Go sources.

For the AWS provider an index of its functions is read (one file a function or method, one JSON file a type naming
them), for awscc the generated `*_resource_gen.go`. Schemas that functions put together are not followed: an argument
that is not found is not known to replace.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_MAP = re.compile(r"map\[string\](?:\*schema\.Schema|schema\.(?:Attribute|Block))\{")
_KEY = re.compile(r'\s*(?://[^\n]*\n\s*)*(?:"(?P<text>\w+)"|names\.Attr(?P<constant>\w+)):')
_REPLACES = re.compile(r"ForceNew:\s+true|planmodifier\.RequiresReplace|RequiresReplaceIfConfigured")
_GENERATED = re.compile(r'registry\.AddResourceFactory\("(?P<name>\w+)"')
_ELSEWHERE = re.compile(r"Schema(?:Func)?:\s+(?P<name>\w+)(?:\(\))?,\n")
_STRING = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`]*`|//[^\n]*|/\*.*?\*/', re.DOTALL)

Replaced = Mapping[str, frozenset[str]]
"""By type, the arguments that replace, without underscores where a constant names them; those of nested blocks with the
block's name and a dot before them."""


def of_index(folder: Path) -> Replaced:
    """From an index of the AWS provider's functions."""
    found = {}
    for path in sorted((folder / "index" / "resources").glob("aws_*.json")):
        told = json.loads(path.read_text("utf-8"))
        room = folder / "index" / told["namespace"].partition("terraform-provider-aws/")[2]
        texts = (_followed(room, one) for one in _schema_files(room, told) if one.is_file())
        text = next(filter(_MAP.search, texts), None)
        if text is not None:
            found[told["terraform_type"]] = frozenset(_replacing(text))
    return found


def of_generated(folder: Path) -> Replaced:
    """From the sources of the awscc provider, which are generated whole."""
    found = {}
    for path in sorted((folder / "internal" / "aws").glob("*/*_resource_gen.go")):
        text = path.read_text("utf-8")
        named = _GENERATED.search(text)
        if named is not None:
            found[named["name"]] = frozenset(_replacing(text))
    return found


def _schema_files(room: Path, told: Mapping[str, str]) -> Iterator[Path]:
    """Where the schema may be: what the index says, else the function that the others are named after."""
    yield room / told["schema_index"]
    for index, verb in (
        ("create_index", "Create"),
        ("read_index", "Read"),
        ("delete_index", "Delete"),
        ("create_index", "Put"),
    ):
        yield room / told.get(index, "").replace(f"{verb}.goindex", ".goindex")


def _followed(room: Path, file: Path) -> str:
    """The function's text, or that of the function it takes its schema from."""
    text = file.read_text("utf-8")
    elsewhere = _ELSEWHERE.search(text)
    other = room / f"func.{elsewhere['name'] if elsewhere else ''}.goindex"
    return other.read_text("utf-8") if other.is_file() else text


def _replacing(text: str) -> Iterator[str]:
    plain = _STRING.sub(lambda found: _blank(found[0]), text)
    yield from _of_maps(plain, "")


def _blank(literal: str) -> str:
    """A literal or comment without what looks like structure; names stay."""
    return literal if re.fullmatch(r'"\w+"', literal) else " " * len(literal)


def _of_maps(text: str, above: str) -> Iterator[str]:
    for start, end in _outermost(text):
        for name, entry in _entries(text[start:end]):
            inner = list(_outermost(entry))
            own = _without(entry, inner)
            if _REPLACES.search(own):
                yield above + name
            yield from _of_maps(entry, f"{above}{name}.")


def _outermost(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while (found := _MAP.search(text, at)) is not None:
        at = _closing(text, found.end())
        yield found.end(), at


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        text = text[:start] + text[end:]
    return text


def _closing(text: str, start: int) -> int:
    """Where the bracket that was opened before `start` is closed."""
    depth = 1
    for found in re.compile(r"[{}()]").finditer(text, start):
        depth += 1 if found[0] in "{(" else -1
        if not depth:
            return found.start()
    return len(text)


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """The entries of a Go map literal: key and value."""
    at = 0
    while (found := _KEY.match(text, at)) is not None:
        end, depth = len(text), 0
        for bracket in re.compile(r"[{}(),]").finditer(text, found.end()):
            depth += (bracket[0] in "{(") - (bracket[0] in "})")
            if bracket[0] == "," and not depth:
                end = bracket.start()
                break
        yield found["text"] or found["constant"].lower(), text[found.end() : end]
        at = end + 1
