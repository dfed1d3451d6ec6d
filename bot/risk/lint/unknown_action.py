"""An action or service that AWS does not have: it grants nothing."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.iam.arn import is_everything, service_of
from bot.iam.catalog import load_catalog
from bot.iam.grant import Grant
from bot.iam.operations import permitted_by
from bot.iam.policy import PolicyProblem
from bot.risk.lint.problem import probable_mistake, reference_page

_ACTIONS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html"


def unknown_action(grant: Grant) -> Iterator[PolicyProblem]:
    """Patterns that match no action of the catalogue."""
    catalog = load_catalog()
    for text in grant.statement.actions:
        name = text.literal
        if name is None or is_everything(name) or catalog.expand(name):
            continue
        nearest = catalog.nearest(name) if "*" not in name and "?" not in name else None
        hint = f", did you mean {nearest}?" if nearest else ""
        if permitted_by(name):
            title = f"{name} is an operation and no action; what permits it is {nearest}"
            yield probable_mistake(DiagnosticKind.UNKNOWN_ACTION, title, text.trail, reference_page(name))
            continue
        prefix = service_of(name)
        if prefix == name:
            yield probable_mistake(
                DiagnosticKind.UNKNOWN_ACTION,
                f"{name} is no action: a service prefix and a colon are missing",
                text.trail,
                _ACTIONS,
            )
            continue
        whole = "*" in prefix or "?" in prefix or catalog.service(prefix) is not None
        dated = f"AWS had no {f'action {name}' if whole else f'service {prefix} ({name})'} on {catalog.date}"
        yield probable_mistake(DiagnosticKind.UNKNOWN_ACTION, f"{dated}{hint}", text.trail, reference_page(name))
