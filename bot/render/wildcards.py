"""What a pattern of actions covers: AWS's page of the service, and the actions by access level, folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.iam.arn import has_wildcard, service_of
from bot.iam.catalog import load_catalog
from bot.render.markdown import code, folded
from bot.review.model import Finding
from bot.review.prose import counted
from bot.risk.lint.problem import reference_page

MAX_SERVICES = 3
"""So many services of one finding are listed; a pattern over more has none worth a list."""

MAX_ACTIONS = 60
"""So many actions of one access level are listed."""

_LEVELS = {
    "permissions": "Permissions management",
    "write": "Write",
    "read": "Read",
    "list": "List",
    "tagging": "Tagging",
}


def covered_actions(finding: Finding) -> list[str]:
    """A fold for each service of which the finding grants a pattern of actions; nothing for `*` alone."""
    patterns: dict[str, list[str]] = {}
    for action in filter(has_wildcard, finding.actions):
        patterns.setdefault(service_of(action).lower(), []).append(action)
    if len(patterns) > MAX_SERVICES or any(map(has_wildcard, patterns)):
        return []
    folds = (_fold(service, own, finding.except_actions) for service, own in patterns.items())
    return [fold for fold in folds if fold]


def _fold(service: str, patterns: list[str], excepted: tuple[str, ...]) -> str:
    info = load_catalog().service(service)
    names = sorted(_expanded(patterns) - _expanded(excepted))
    if info is None or not names:
        return ""
    page = f"[{info.title} in the Service Authorization Reference]({reference_page(f'{service}:*')})"
    return folded(
        f"{counted(len(names), 'action')} of {service}, by access level", "\n".join((page, "", *_levels(names)))
    )


def _expanded(patterns: Iterable[str]) -> set[str]:
    return {name for one in patterns for name in load_catalog().expand(one)}


def _levels(names: list[str]) -> Iterator[str]:
    catalog = load_catalog()
    for level, said in _LEVELS.items():
        found = [name for name in names if (info := catalog.info(name)) is not None and info.level.value == level]
        if found:
            rest = len(found) - MAX_ACTIONS
            more = f" and {rest} more" if rest > 0 else ""
            yield f"- {said} ({len(found)}): {', '.join(map(code, found[:MAX_ACTIONS]))}{more}"
