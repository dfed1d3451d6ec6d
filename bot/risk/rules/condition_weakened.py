"""The same access as before under fewer or looser conditions."""

from __future__ import annotations

from bot.risk.gain import Gain
from bot.risk.rules.rule import Rule
from bot.risk.words import condition_words, row_words


def _matches(gain: Gain) -> bool:
    return gain.conditions_lost


def _says(gain: Gain) -> str:
    before = gain.change.before
    required = condition_words(before.conditions).removeprefix(" if ") if before else ""
    return f"use {row_words(gain.row)} where it took before: {required}"


RULE = Rule(
    "condition-weakened",
    _matches,
    _says,
    "Put the condition back, or replace it by one that is as narrow.",
)
