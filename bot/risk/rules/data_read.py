"""Actions that return the account's data."""

from __future__ import annotations

from bot.risk.advice.by_holder import advise
from bot.risk.grading import GradedGrant
from bot.risk.rules.rule import access_rule
from bot.risk.score_table import TableRow
from bot.risk.wording.words import called, row_words


def _matches(grant: GradedGrant) -> bool:
    return TableRow.READ in grant.kinds


def _says(grant: GradedGrant, shown: int) -> str:
    of = f" of {called(grant.holder)}" if grant.on_resource else ""
    changes = TableRow.WRITE in grant.kinds
    return f"{'read and change' if changes else 'read'} data{of}: {row_words(grant.shown, shown)}"


RULE = access_rule(
    "data-read",
    _matches,
    _says,
    advise,
)
