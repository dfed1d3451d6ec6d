"""Fenced blocks of Markdown files, by the heading that they stand under."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Block:
    """The text between two fences; `line` is its first one's number."""

    file: Path
    line: int
    heading: str
    language: str
    text: str


def blocks(file: Path) -> Iterator[Block]:
    """Every fenced block of a file. Raises ValueError for one without an end."""
    heading, opened, kept = "", None, list[str]()
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        fenced = line.strip().startswith("```")
        if opened is None and fenced:
            opened, kept = (number + 1, line.strip().removeprefix("```")), []
        elif opened is not None and fenced:
            yield Block(file, opened[0], heading, opened[1], "".join(f"{one}\n" for one in kept))
            opened = None
        elif opened is not None:
            kept.append(line)
        elif line.startswith("#"):
            heading = line.lstrip("# ")
    if opened is not None:
        raise ValueError(f"{file}:{opened[0]}: no end")
