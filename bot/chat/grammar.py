"""What a comment asks the bot to do: its first line and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

PREFIX = "/iam"


@dataclass(frozen=True, slots=True)
class Command:
    """A command that can be carried out; `argument` is explain's: the beginning of a fingerprint."""

    name: Literal["review", "explain", "help"]
    argument: str = ""


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Addressed to the bot, but not something it can do."""


_COMMANDS = {"review": Command("review"), "help": Command("help"), "": Command("help")}
_EXPLAIN = re.compile(r"explain ([0-9a-f]{4,16})")


def parse(text: str) -> Command | NotUnderstood | None:
    """Read a comment; None if it is not addressed to the bot (quotations and indented text are not)."""
    first, _, _ = text.partition("\n")
    prefix, _, rest = first.partition(" ")
    if prefix.rstrip("\r") != PREFIX:
        return None
    words = " ".join(rest.lower().split())
    explain = _EXPLAIN.fullmatch(words)
    if explain is not None:
        return Command("explain", explain[1])
    return _COMMANDS.get(words, NotUnderstood())
