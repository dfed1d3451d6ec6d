"""A condition key that no action of the statement has: the condition is never met, or always."""

from __future__ import annotations

from collections.abc import Iterator

from bot.iam.catalog import ActionInfo, load_catalog
from bot.iam.grant import Grant
from bot.risk.lint.problem import Problem, reference_page

_GLOBAL = ("aws:",)
"""Keys every request can carry; whether it does depends on more than the action."""


def condition_key_not_supported(grant: Grant) -> Iterator[Problem]:
    """Keys of a service that none of the statement's single actions supports."""
    statement = grant.statement
    known = [info for text in statement.actions if (info := load_catalog().info(text.literal or ""))]
    if statement.not_action or not known or len(known) < len(statement.actions):
        return
    for condition in statement.conditions:
        key = condition.key.lower()
        prefix = key.partition(":")[0]
        if key.startswith(_GLOBAL) or load_catalog().service(prefix) is None:
            continue
        if not any(_supports(info, key) for info in known):
            names = ", ".join(map(str, known[:3]))
            title = f"{condition.key} is no condition key of {names}: the condition never sees a value"
            yield Problem("condition-key-not-supported", title, condition.trail, reference_page(str(known[0])))


def _supports(info: ActionInfo, key: str) -> bool:
    return any(_same(offered.lower(), key) for offered in info.condition_keys)


def _same(offered: str, key: str) -> bool:
    """Whether a key is the one that is offered; `${TagKey}` and the like stand for anything."""
    fixed, variable, _ = offered.partition("${")
    return key.startswith(fixed) if variable else key == offered
