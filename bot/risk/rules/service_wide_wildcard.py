"""All actions of a service."""

from __future__ import annotations

import dataclasses
from functools import partial

from bot.iam.arn import is_everything, service_of
from bot.risk.advice.by_holder import advise
from bot.risk.grading import GradedGrant
from bot.risk.resource_scope import ResourceScope
from bot.risk.rules.rule import access_rule
from bot.risk.score_components import ALL_SERVICES
from bot.risk.wording.words import called, condition_words, row_words, service_words, what_words, where_words


def _matches(grant: GradedGrant) -> bool:
    return any(map(partial(_is_all_of_its, grant), grant.row.actions))


def _is_all_of_its(grant: GradedGrant, action: str) -> bool:
    """Whether it is all of a service that something of what weighs is of."""
    services = {cell.service for cell in grant.cells}
    whole = action.endswith(":*") and not is_everything(action)
    return whole and not services.isdisjoint((service_of(action).lower(), ALL_SERVICES))


def _says(grant: GradedGrant, shown: int) -> str:
    action = next(one for one in (*grant.shown.actions, *grant.row.actions) if _is_all_of_its(grant, one))
    row = dataclasses.replace(grant.shown, actions=(action, *(a for a in grant.shown.actions if a != action)))
    if grant.on_resource:
        return f"do anything with {called(grant.holder)}: {row_words(row, 1)}"
    if grant.width <= ResourceScope.PREFIX:
        return f"do anything with {where_words(row, 1)}: {what_words(row, 1)}{condition_words(row.conditions, 1)}"
    return f"do anything in {service_words(action)}: {row_words(row, 1)}"


RULE = access_rule(
    "service-wide-wildcard",
    _matches,
    _says,
    advise,
)
