"""The same access as before under fewer or looser conditions."""

from __future__ import annotations

from bot.iam.grant import HolderKind
from bot.risk.gain import Gain
from bot.risk.rules.rule import Rule
from bot.risk.words import condition_words, holder_name, row_words


def _matches(gain: Gain) -> bool:
    return gain.conditions_lost


def _says(gain: Gain) -> str:
    before = gain.change.before
    required = f", before only{condition_words(before.conditions)}" if before else ""
    if gain.holder.kind is HolderKind.TRUST:
        return f"become role {holder_name(gain.holder)}{condition_words(gain.shown.conditions)}{required}"
    return f"use {row_words(gain.shown)}{required}"


RULE = Rule(
    "condition-weakened",
    _matches,
    _says,
    "Put the condition back, or replace it by one that is as narrow.",
)
