"""Everything on everything, or all of IAM, which can give itself the rest."""

from __future__ import annotations

from bot.risk.grading import Gain
from bot.risk.resource_scope import Width
from bot.risk.rules.rule import Rule
from bot.risk.wording.words import row_words


def _matches(gain: Gain) -> bool:
    if gain.on_resource or gain.width < Width.TYPE:
        return False
    everything = any(not action.strip("*:") for action in gain.shown.actions) and not gain.shown.except_actions
    return everything or any(action.lower() == "iam:*" for action in gain.shown.actions)


def _says(gain: Gain, shown: int) -> str:
    return f"administer the account: {row_words(gain.shown, shown)}"


RULE = Rule(
    "administrator-access",
    _matches,
    _says,
    "List the actions this principal needs and the ARNs it needs them on.",
)
