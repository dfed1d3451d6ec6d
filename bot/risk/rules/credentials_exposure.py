"""Actions whose answer is a credential."""

from __future__ import annotations

from bot.risk.grading import GradedGrant, covered
from bot.risk.rules.rule import access_rule
from bot.risk.score_table import TableRow, credential_actions
from bot.risk.wording.words import few, where_words


def _matches(gain: GradedGrant) -> bool:
    return (
        not gain.on_resource
        and any(kind >= TableRow.PERMISSIONS for kind in gain.kinds)
        and bool(covered(gain.row, credential_actions()))
    )


def _says(gain: GradedGrant, shown: int) -> str:
    named = few(covered(gain.row, credential_actions()), shown)
    return f"act as others by their credentials or sessions: {named} on {where_words(gain.shown, shown)}"


RULE = access_rule(
    "credentials-exposure",
    _matches,
    _says,
    "Name the users, databases or clusters whose credentials it needs.",
)
