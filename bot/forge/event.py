"""What a webhook delivery asks for, in the bot's own words; made by each forge's pure webhook module."""

from __future__ import annotations

from dataclasses import dataclass

from bot.forge.port import ChangeRef


@dataclass(frozen=True, slots=True)
class ReviewWanted:
    """The change request should be reviewed; `head` is the payload's hint of its head commit."""

    ref: ChangeRef
    head: str
    reason: str


@dataclass(frozen=True, slots=True)
class CommandGiven:
    """Someone wrote a comment that may be a command; `comment` is the comment's id."""

    ref: ChangeRef
    comment: str
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Closed:
    """The change request is closed or merged: nothing more to do."""

    ref: ChangeRef


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing to do, and why."""

    reason: str


Event = ReviewWanted | CommandGiven | Closed | Ignored
