"""Actions that could be limited to named resources, on a whole type or everything."""

from __future__ import annotations

from bot.risk.advice.by_holder import advise
from bot.risk.cause import StatementElement
from bot.risk.grading import GradedGrant
from bot.risk.resource_scope import ResourceScope
from bot.risk.rules.rule import access_rule
from bot.risk.score_table import TableRow
from bot.risk.wording.verbs import operating_words, verb_words, written_service
from bot.risk.wording.words import row_words, service_words


def _matches(grant: GradedGrant) -> bool:
    return not grant.on_resource and any(
        cell.width >= ResourceScope.TYPE and cell.kind > TableRow.LIST for cell in grant.cells
    )


def _says(grant: GradedGrant, shown: int) -> str:
    kind = max(grant.kinds)
    if kind is TableRow.READ:
        does = "read data"
    elif kind is TableRow.OPERATE:
        does = operating_words(grant.row.actions)
    else:
        service = written_service(grant.row.actions)
        does = f"{verb_words(grant.row.actions)}{f' in {service_words(service)} and read' if service else ''}"
    return f"{does} anywhere: {row_words(grant.shown, shown)}"


RULE = access_rule(
    "wildcard-resource",
    _matches,
    _says,
    advise,
    element=StatementElement.RESOURCES,
)
