"""What a comment asks the bot to do: its first line and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PREFIX = "/iam"


@dataclass(frozen=True, slots=True)
class Command:
    """A command that can be carried out."""

    name: Literal["review", "help"]


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Addressed to the bot, but not something it can do."""


_COMMANDS = {"review": Command("review"), "help": Command("help"), "": Command("help")}


def parse(text: str) -> Command | NotUnderstood | None:
    """Read a comment; None if it is not addressed to the bot (quotations and indented text are not)."""
    first, _, _ = text.partition("\n")
    prefix, _, rest = first.partition(" ")
    if prefix.rstrip("\r") != PREFIX:
        return None
    words = rest.lower().split()
    if len(words) > 1:
        return NotUnderstood()
    return _COMMANDS.get("".join(words), NotUnderstood())
