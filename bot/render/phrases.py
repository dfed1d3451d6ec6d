"""Small phrases that comments, summary and check have in common, as Markdown."""

from __future__ import annotations

import re

from bot.render.markdown import code
from bot.render.plain import plain
from bot.review.model import Finding, FindingWitness, GradeName, Location
from bot.review.prose import Prose

GRADE_SIGNS: dict[GradeName, str] = {"none": "✅", "low": "⚪", "medium": "🟡", "high": "🟠", "critical": "🔴"}


def place_words(location: Location) -> str:
    """Where, as `file:line`, with the side if it is the old one."""
    place = code(place_text(location))
    return f"{place} (removed)" if location.side == "base" else place


def place_text(location: Location) -> str:
    """`file:line`, for what escapes it itself; the file alone where no line is known."""
    return f"{location.file}:{location.line}" if location.line else location.file or "(unknown place)"


def request_words(witness: FindingWitness) -> str:
    """A request in one line."""
    context = "; ".join(f"{key} = {', '.join(values)}" for key, values in witness.context.items())
    when = f" with {code(context)}" if context else ""
    return f"{code(witness.action)} on {code(witness.resource)} by {code(witness.principal)}{when}"


def help_link(finding: Finding) -> str:
    """The rule's name, linked to its page if that has an address."""
    if finding.help.startswith("https://"):
        return f"[{finding.rule}]({finding.help})"
    return code(finding.rule)


def sentence(said: str | Prose) -> str:
    """The text with its first word capitalised, unless that is a name."""
    text = plain(said)
    return text[:1].upper() + text[1:] if text.partition(" ")[0].isalpha() else text


def revision(name: str) -> str:
    """A commit id as people write it; any other name of a revision as it is."""
    return name[:12] if is_commit(name) else name


def is_commit(name: str) -> bool:
    """Whether it is a commit's whole id."""
    return re.fullmatch(r"[0-9a-f]{40,64}", name) is not None


def reference(address: str) -> str:
    """A link to AWS's documentation; nothing for any other address."""
    ours = re.fullmatch(r"https://docs\.aws\.amazon\.com/[A-Za-z0-9/_.-]+", address)
    return f" ([AWS's reference]({address}))" if ours else ""


def state_names(finding: Finding) -> tuple[str, str]:
    """What a finding's two states are called: access is held and comes new, a setting was one thing and is another."""
    return ("before", "after") if finding.kind == "config" else ("held", "new")


def ended(text: str) -> str:
    """The text with a full stop; none after the dots of one that was cut."""
    return text if text.endswith("...") else f"{text}."
