"""Actions that change who may do what."""

from __future__ import annotations

from bot.risk.advice.by_holder import advise
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.score_table import BECOMES_ROLE, TableRow, credential_actions
from bot.risk.wording.verbs import permitting_words
from bot.risk.wording.words import row_words


def _matches(grant: GradedGrant) -> bool:
    strong = (cell for cell in grant.cells if cell.kind >= TableRow.PERMISSIONS)
    return not grant.on_resource and any(
        cell.action.lower() not in BECOMES_ROLE | credential_actions() for cell in strong
    )


def _says(grant: GradedGrant, shown: int) -> str:
    return f"{permitting_words(grant.row)}: {row_words(grant.shown, shown)}"


RULE = access_rule(
    "permissions-management",
    _matches,
    _says,
    advise,
)
