"""Actions that return the account's data."""

from __future__ import annotations

from bot.risk.gain import Gain
from bot.risk.rules.rule import Rule
from bot.risk.table import TableRow
from bot.risk.words import row_words


def _matches(gain: Gain) -> bool:
    return TableRow.READ in gain.kinds


def _says(gain: Gain) -> str:
    return f"read data: {row_words(gain.shown)}"


RULE = Rule(
    "data-read",
    _matches,
    _says,
    "Name the objects, tables, parameters or secrets it needs.",
)
