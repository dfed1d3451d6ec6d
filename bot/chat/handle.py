"""Carries out what a comment asks: checks who asks, reacts once, replies at most once."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from bot.chat.grammar import Command, parse
from bot.errors import ForgeRefused
from bot.forge.event import CommandGiven
from bot.forge.port import Forge
from bot.render.exact import exact_delta
from bot.render.marker import Marker
from bot.risk.finding import Review

_log = structlog.get_logger(__name__)

_READERS = frozenset({"read", "triage", "write", "maintain", "admin"})
_MAY_ASK = {"review": _READERS - {"read"}, "explain": _READERS, "help": _READERS}

HELP = """\
A comment whose first line is one of these asks the bot for something:

| | |
|---|---|
| `/iam review` | review the newest commit again |
| `/iam explain ID` | show a finding in full: every action and resource, the request that proves it, its score |
| `/iam help` | this text |
"""

UNKNOWN_FINDING = "The newest review has no such finding; its comments and its summary name those it has.\n"


def handle(given: CommandGiven, forge: Forge, newest: Callable[[], Review | None]) -> bool:
    """Answer one command; True if it asks for a review. Raises ForgeError; doing it again adds nothing.

    `newest` gives the change request's last published review, if there is one.
    """
    asked = parse(given.text)
    if asked is None:
        return False
    command = asked if isinstance(asked, Command) else Command("help")
    if not _may_ask(given, command, forge):
        _react(given, forge, "-1")
        return False
    _react(given, forge, "eyes" if command is asked else "confused")
    if command.name == "explain":
        _reply(given, forge, _explained(command.argument, newest()))
    elif command.name == "help":
        _reply(given, forge, HELP)
    return command.name == "review"


def _react(given: CommandGiven, forge: Forge, reaction: str) -> None:
    """A sign, not the answer: without the right to give it the command is carried out all the same."""
    try:
        forge.react(given.ref, given.comment, reaction)
    except ForgeRefused as refused:
        _log.warning("the forge refused a reaction", reason=str(refused))


def _may_ask(given: CommandGiven, command: Command, forge: Forge) -> bool:
    """The author may ask for a review like anybody with a role: pushing a commit would bring one too."""
    if forge.permission(given.ref, given.author).role in _MAY_ASK[command.name]:
        return True
    return command.name == "review" and forge.change_request(given.ref).author == given.author


def _explained(start: str, review: Review | None) -> str:
    findings = () if review is None else (*review.gained, *review.undecided)
    meant = tuple(finding for finding in findings if finding.fingerprint.startswith(start))
    return exact_delta(meant, len(meant)) or UNKNOWN_FINDING


def _reply(given: CommandGiven, forge: Forge, text: str) -> None:
    """Reply unless that comment has been replied to: whoever was interrupted here comes again."""
    start = f"{Marker('reply', '')}\n<!-- to {given.comment} -->\n"
    earlier = forge.conversation(given.ref).comments
    if not any(comment.body.replace("\r\n", "\n").startswith(start) for comment in earlier):
        forge.write_comment(given.ref, start + text)
