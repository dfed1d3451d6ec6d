"""Types and arguments that somebody judged by hand, each with the sentence that says why."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one sentence of AWS's or the provider's documentation settles for some types.

    With `arguments` it is settled for these alone, else for the whole type. `mode` is managed or data.
    """

    types: tuple[str, ...]
    mode: str
    arguments: frozenset[str]
    sentence: str
    source: str


def read_judgements(path: Path) -> tuple[Judgement, ...]:
    """The judgements of a TOML file, in order, but for those of what is inside an argument: the registry asks these."""
    return tuple(
        Judgement(
            tuple(one["types"]),
            one.get("mode", "managed"),
            frozenset(one.get("arguments", ())),
            one["sentence"],
            one["source"],
        )
        for one in tomllib.loads(path.read_text("utf-8")).get("judged", ())
        if "inside" not in one
    )


def settled(judgements: Iterable[Judgement], name: str, mode: str, carried: Mapping[str, frozenset[str]]) -> set[str]:
    """Which of a type's `carried` arguments somebody judged to carry nothing."""
    found: set[str] = set()
    for one in judgements:
        if name in one.types and mode == one.mode:
            found |= one.arguments & carried.keys() if one.arguments else set(carried)
    return found
