"""Carries out what a comment asks: checks who asks, reacts once, replies at most once."""

from __future__ import annotations

from bot.chat.grammar import Command, NotUnderstood, parse
from bot.forge.event import CommandGiven
from bot.forge.port import Forge
from bot.render.marker import Marker

_MAY_ASK = {
    "review": frozenset({"triage", "write", "maintain", "admin"}),
    "help": frozenset({"read", "triage", "write", "maintain", "admin"}),
}

HELP = """\
A comment whose first line is one of these asks the bot for something:

| | |
|---|---|
| `/iam review` | review the newest commit again |
| `/iam help` | this text |
"""


def handle(given: CommandGiven, forge: Forge) -> bool:
    """Answer one command; True if it asks for a review. Raises ForgeError; doing it again adds nothing."""
    command = parse(given.text)
    if command is None:
        return False
    name = command.name if isinstance(command, Command) else "help"
    if not _may_ask(given, name, forge):
        forge.react(given.ref, given.comment, "-1")
        return False
    understood = not isinstance(command, NotUnderstood)
    forge.react(given.ref, given.comment, "eyes" if understood else "confused")
    if name == "help":
        _reply(given, forge, HELP)
    return name == "review"


def _may_ask(given: CommandGiven, name: str, forge: Forge) -> bool:
    """The author may ask for a review like anybody with a role: pushing a commit would bring one too."""
    if forge.permission(given.ref, given.author) in _MAY_ASK[name]:
        return True
    return name == "review" and forge.change_request(given.ref).author == given.author


def _reply(given: CommandGiven, forge: Forge, text: str) -> None:
    """Reply unless that comment has been replied to: whoever was interrupted here comes again."""
    start = f"{Marker('reply', '')}\n<!-- to {given.comment} -->\n"
    earlier = forge.conversation(given.ref).comments
    if not any(comment.body.replace("\r\n", "\n").startswith(start) for comment in earlier):
        forge.write_comment(given.ref, start + text)
