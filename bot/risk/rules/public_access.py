"""A resource or trust policy that lets anyone in."""

from __future__ import annotations

from bot.risk.exposure import Who
from bot.risk.grading import Gain
from bot.risk.rules.rule import Rule
from bot.risk.wording.words import called, row_words


def _matches(gain: Gain) -> bool:
    return gain.on_resource and Who.ANYONE in gain.outsiders


def _says(gain: Gain, shown: int) -> str:
    return f"reach {called(gain.holder)}: {row_words(gain.shown, shown)}"


RULE = Rule(
    "public-access",
    _matches,
    _says,
    "Name the principals, or add a condition such as aws:PrincipalOrgID or aws:SourceVpce.",
)
