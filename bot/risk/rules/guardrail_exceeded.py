"""A guardrail of the base branch forbids what is gained, whatever its grade."""

from __future__ import annotations

from bot.risk.advice.steps import always
from bot.risk.assessed_grant import AssessedGrant
from bot.risk.rules.rule import Rule
from bot.risk.wording.words import cut

LONGEST = 72
"""So much of a guardrail is said in a title."""


def _matches(gain: AssessedGrant) -> bool:
    return bool(gain.breaches)


def _says(gain: AssessedGrant, shown: int) -> str:
    return cut(gain.breaches[0].words, LONGEST)


_ADVICE = "Take what the guardrail forbids out of the change, or have it changed on the base branch first"


RULE = Rule(
    "guardrail-exceeded",
    _matches,
    _says,
    always(_ADVICE),
    kind="guardrail",
    forbids=True,
)
