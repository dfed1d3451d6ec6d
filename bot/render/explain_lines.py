"""What became of every argument that a change makes another, a line each: what silence rests on."""

from __future__ import annotations

from collections.abc import Iterator

from bot.render.markdown import visible
from bot.review.changed_arguments import ChangedArgument
from bot.review.model import Review

WORDS = {
    "judged": "judged",
    "irrelevant": "irrelevant",
    "outside": "another system's",
    "open": "not analysed",
}

RULES = {
    "type": "nothing that its type takes could carry access",
    "argument": "it holds and names nothing that could carry access",
    "value": "it could name anything, and names nobody on either side",
    "credential": "it is a password, key or certificate of something that is no principal of AWS",
    "program": "it is what a program does with the access of its role",
    "new": "it came with its block, which gives nobody access until another names it",
    "gone": "it went with its block, which limited nobody",
    "same": "what is gone had it too, or it is the same role under another name",
    "local": "its provider makes nothing at AWS",
}
"""Why something is irrelevant, by the rule's name in the JSON."""


def explained(review: Review) -> Iterator[str]:
    """The arguments in order of place, and how many there are of each outcome."""
    found = review.dispositions
    for one in sorted(found.arguments, key=lambda one: (one.file, one.line, one.address, one.argument)):
        yield visible(f"{one.file}:{one.line}{' (removed)' if one.side == 'base' else ''}: {subject(one)}: {why(one)}")
    yield counts(review)


def counts(review: Review) -> str:
    """How many there are of each outcome."""
    found = review.dispositions
    numbers = {
        "judged": found.judged,
        "irrelevant": sum(found.irrelevant.values()),
        "of other systems": found.outside,
        "not analysed": len(found.open),
    }
    return ", ".join(f"{number} {what}" for what, number in numbers.items())


def subject(one: ChangedArgument) -> str:
    """Which argument of which block; the block alone where it is about whether it is there."""
    return f"{one.address} {one.argument}".strip()


def why(one: ChangedArgument) -> str:
    """What became of it."""
    rule = RULES.get(one.rule, "")
    return f"{WORDS[one.disposition]}: {rule}" if rule else WORDS[one.disposition]
