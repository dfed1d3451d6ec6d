"""What a review tells of access, with grade, words and the text of the line it stands on, as cases quote it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.review.model import Finding, Gap, Location, Review
from bot.review.prose import text_of_prose

Sides = Mapping[str, Mapping[str, str]]
"""The files of base and head by path."""


def changed(text: str, edits: str | Mapping[str, str]) -> str:
    """The text after each edit has been made, or another text."""
    if isinstance(edits, str):
        return edits
    for old, new in edits.items():
        assert old in text
        text = text.replace(old, new)
    return text


def found(review: Review, sides: Sides) -> list[str]:
    """What is told of access, with the line that it stands on; what is lost besides is told of nothing else."""
    told = [(one, "") for one in review.gained] + [(one, "perhaps ") for one in review.undecided]
    told += [] if told else [(one, "lost ") for one in review.lost]
    return [f"{kind}{written(one, sides)}" for one, kind in told]


def written(one: Finding, sides: Sides) -> str:
    """Grade, title and the line's own text."""
    return f"{one.grade}: {text_of_prose(one.title)} @ {place(one.location, sides)}"


def place(at: Gap | Location, sides: Sides) -> str:
    """File, side and the line's own text."""
    return f"{at.file}:{at.side}: {sides[at.side][at.file].splitlines()[at.line - 1].strip()}"
