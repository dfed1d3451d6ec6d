"""A resource or trust policy that lets another account or a whole organisation in."""

from __future__ import annotations

from bot.iam.grant import HolderKind
from bot.risk.exposure import Who
from bot.risk.grading import Gain
from bot.risk.rules.rule import Rule
from bot.risk.wording.words import called, condition_words, row_words


def _matches(gain: Gain) -> bool:
    return gain.on_resource and bool(gain.outsiders & {Who.EXTERNAL, Who.ORGANIZATION})


def _says(gain: Gain, shown: int) -> str:
    if gain.holder.kind is HolderKind.TRUST:
        return f"become role {called(gain.holder)}{condition_words(gain.shown.conditions, shown)}"
    return f"reach {called(gain.holder)}: {row_words(gain.shown, shown)}"


RULE = Rule(
    "cross-account",
    _matches,
    _says,
    "Name one role of the other account, require sts:ExternalId of a third party, and list your own under accounts.",
)
