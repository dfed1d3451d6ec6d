"""What became of each argument that evaluates otherwise: judged, irrelevant by a rule, another system's, or open."""

from __future__ import annotations

import enum

from bot.evaluated.redefinition import Place
from bot.frozen import dataclass
from bot.review.changed_arguments import SystemName


class ArgumentOutcome(enum.StrEnum):
    """What a review can say of a changed argument."""

    JUDGED = "judged"
    """Extraction says something else because of it, and what it says is compared."""
    IRRELEVANT = "irrelevant"
    """It gives nobody access, by a rule."""
    OUTSIDE = "outside"
    """It is about another system than AWS, whose access is not judged."""
    OPEN = "open"
    """None of these: it may move access, and nothing looks at it."""


class Irrelevance(enum.StrEnum):
    """Why an argument gives nobody access."""

    TYPE = "type"
    """Nothing that its type takes holds or names what could carry access."""
    ARGUMENT = "argument"
    """Its name and kind say that it holds and names nothing of the sort."""
    VALUE = "value"
    """It could name anything, and names nothing of the sort on either side."""
    CREDENTIAL = "credential"
    """It is a password, key or certificate of something that is no principal of AWS: of those it is read."""
    PROGRAM = "program"
    """It is what a program does or is told, with the access that its role has, which is judged."""
    NEW = "new"
    """It came with its block, which gives nobody access until another names it, which is judged."""
    GONE = "gone"
    """It went with its block, which limited nobody."""
    SAME = "same"
    """What is gone had it too: the block that its own stands in for, or the same role under the name before."""
    LOCAL = "local"
    """Its provider makes nothing at AWS: random names, times, files of whoever runs Terraform."""


@dataclass(frozen=True, slots=True)
class Disposition:
    """What became of one outermost argument of a block; `argument` is "" for whether the block is there at all.

    `leaf` names what in it, with the names on the way there. `places` are where its values come from, the likeliest
    cause first. `system` is the kind of system that it is about where that is not AWS.
    """

    mode: str
    type: str
    address: str
    argument: str
    outcome: ArgumentOutcome
    rule: Irrelevance | None = None
    leaf: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    system: SystemName | None = None


Found = tuple[ArgumentOutcome, Irrelevance | None, tuple[str, ...]]
"""What becomes of an argument, why it is irrelevant, and the names on the way to what in it is open."""

TAKEN_UP = "ignore_changes"
"""Stands before an argument that Terraform left as it was, on the way to what is open."""

JUDGED: Found = (ArgumentOutcome.JUDGED, None, ())
OPEN: Found = (ArgumentOutcome.OPEN, None, ())


def taken_up(name: str, found: Found) -> Found:
    """What becomes of an argument that Terraform leaves alone no more: it is compared with what was not in force."""
    return (ArgumentOutcome.OPEN, None, (TAKEN_UP, name)) if found[0] in _IN_FORCE else found


_IN_FORCE = (ArgumentOutcome.JUDGED, ArgumentOutcome.OPEN)
