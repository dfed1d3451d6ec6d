"""A guardrail of the base branch forbids what is gained, whatever its grade."""

from __future__ import annotations

from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import Rule
from bot.risk.wording.words import row_words


def _matches(gain: GradedGrant) -> bool:
    return bool(gain.breaches)


def _says(gain: GradedGrant, shown: int) -> str:
    return f"use {row_words(gain.shown, shown)}"


RULE = Rule(
    "guardrail-exceeded",
    _matches,
    _says,
    "Take what the guardrail forbids out of the change, or have the guardrail changed on the base branch first.",
)
