"""The actions AWS lists and the ARNs they act on, read from the dated data file."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

FILE = Path(__file__).parent.parent.parent / "bot" / "iam" / "data" / "actions.jsonl.gz"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`services` holds each prefix's actions in lower case, `formats` the ARN formats that each action acts on."""

    services: dict[str, tuple[str, ...]]
    formats: dict[str, tuple[str, ...]]


@cache
def catalogue() -> Catalogue:
    """All of the file."""
    services, formats = {}, {}
    for line in gzip.decompress(FILE.read_bytes()).decode().splitlines()[1:]:
        service = json.loads(line)
        prefix = service["service"]
        for name, (_, types, *_) in service["actions"].items():
            words = (word.rstrip("*") for word in types.split("|") if word)
            formats[f"{prefix}:{name.lower()}"] = tuple(sorted({service["types"][word][0] for word in words}))
        services[prefix] = tuple(f"{prefix}:{name.lower()}" for name in service["actions"])
    return Catalogue(services, formats)


@lru_cache(maxsize=200_000)
def expansion(pattern: str) -> frozenset[str]:
    """The listed actions that a pattern of the Action element names; both in lower case."""
    listed = catalogue()
    if not is_pattern(pattern):
        return frozenset((pattern,)) if pattern in listed.formats else frozenset()
    prefix = pattern.partition(":")[0]
    some = listed.formats if is_pattern(prefix) else listed.services.get(prefix, ())
    named = re.compile("".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)).fullmatch
    return frozenset(action for action in some if named(action))


def is_pattern(text: str) -> bool:
    """Whether it has a wildcard."""
    return "*" in text or "?" in text
