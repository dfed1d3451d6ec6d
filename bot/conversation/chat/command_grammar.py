"""What a comment asks the bot to do: its first line and nothing else."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from bot.frozen import dataclass

PREFIX = "/iam"

Name = Literal["review", "explain", "accept", "revoke", "pause", "resume", "help"]


@dataclass(frozen=True, slots=True)
class Command:
    """A command that can be carried out.

    `finding` is a fingerprint, or as much of its beginning as is shown, "" for all findings; `until` and `reason` are
    accept's.
    """

    name: Name
    finding: str = ""
    until: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Addressed to the bot, but not something it can do; `why` in words for people, "" if there is nothing to say."""

    why: str = ""


_PLAIN: dict[str, Name] = {"review": "review", "pause": "pause", "resume": "resume", "help": "help", "": "help"}
_ABOUT: dict[str, tuple[Name, bool]] = {"explain": ("explain", False), "revoke": ("revoke", True)}
"""Commands about one finding, and whether it has to be named."""

_ID = re.compile(r"[0-9a-f]{16,64}")
"""As much as is shown to people, or more. Fewer digits are soon made twice, by whoever wants the wrong one accepted."""

_WHAT_AN_ID_IS = "the ID of a finding: the sixteen digits (of 0-9 and a-f) that its comment shows, or more of it"
_OPTION = re.compile(
    r"""\s*(?P<key>[A-Za-z_]+)=(?:"(?P<double>[^"]*)"|“(?P<curly>[^”]*)”|'(?P<single>[^']*)'|(?P<bare>[^\s"'“]+))(?=\s|$)"""
)

EXAMPLE = '/iam accept ID until=2027-01-31 reason="…"'


def parse(text: str) -> Command | NotUnderstood | None:
    """Read a comment; None if it is not addressed to the bot (quotations and indented text are not)."""
    first, _, _ = text.partition("\n")
    prefix, _, rest = first.rstrip("\r").partition(" ")
    if prefix != PREFIX:
        return None
    name, _, arguments = rest.strip().partition(" ")
    name, arguments = name.lower(), arguments.strip()
    if name in _PLAIN:
        return NotUnderstood(f"`{name}` takes nothing more") if arguments else Command(_PLAIN[name])
    if name in _ABOUT:
        known, needed = _ABOUT[name]
        finding = arguments.lower()
        if _ID.fullmatch(finding) or not (finding or needed):
            return Command(known, finding)
        return NotUnderstood(f"`{name}` takes {_WHAT_AN_ID_IS}")
    return _accept(arguments) if name == "accept" else NotUnderstood()


def _accept(arguments: str) -> Command | NotUnderstood:
    finding, _, rest = arguments.partition(" ")
    if not _ID.fullmatch(finding.lower()):
        return NotUnderstood(f"`accept` begins with {_WHAT_AN_ID_IS}")
    options = _options(rest)
    if options is None or options.keys() != {"until", "reason"}:
        return NotUnderstood("`accept` needs both until= and reason=, and nothing else")
    if not options["reason"].strip():
        return NotUnderstood("the reason is empty")
    try:
        until = date.fromisoformat(options["until"])
    except ValueError:
        return NotUnderstood("until= takes a date such as 2027-01-31")
    return Command("accept", finding.lower(), until, " ".join(options["reason"].split()))


def _options(text: str) -> dict[str, str] | None:
    """key=value pairs, in any order; None if anything else is there or a key is given twice."""
    found: dict[str, str] = {}
    at = 0
    while text[at:].strip():
        match = _OPTION.match(text, at)
        if match is None or match["key"].lower() in found:
            return None
        value = next(match[kind] for kind in ("double", "curly", "single", "bare") if match[kind] is not None)
        found[match["key"].lower()] = value
        at = match.end()
    return found
