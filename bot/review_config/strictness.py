"""How strict each setting is, in one table: what a change loosens and what an organisation enforces follow from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.frozen import dataclass
from bot.review_config import relaxation
from bot.review_config.accounts import own_accounts
from bot.review_config.scales import CLOSED, GRADINGS, MODES, THRESHOLDS
from bot.review_config.settings import Guardrails, ReviewConfig

Looser = Callable[[ReviewConfig, ReviewConfig], bool]


def _enforced(value: Any, wanted: Any) -> Any:
    """The enforced value, whatever is below it."""
    return wanted


def _enforced_first(value: tuple[Any, ...], wanted: tuple[Any, ...]) -> tuple[Any, ...]:
    """What is enforced first: of roots and paths the first that matches counts."""
    return (*wanted, *(each for each in value if each not in wanted))


def _in_common(value: tuple[Any, ...], wanted: tuple[Any, ...]) -> tuple[Any, ...]:
    """What is in both."""
    return tuple(each for each in value if each in wanted)


def _highest(value: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """An enforced grade is the least; a rule that the repository leaves as it is gets it as it is."""
    least = {name: max(value.get(name, "off"), grade, key=GRADINGS.index) for name, grade in wanted.items()}
    return {**value, **least}


def _of_both(value: Guardrails, wanted: Guardrails) -> Guardrails:
    """All of both; an exemption would exempt from what is enforced too, so that only enforced ones are left."""
    return Guardrails(
        never_grant=_enforced_first(value.never_grant, wanted.never_grant),
        reference_policies=_enforced_first(value.reference_policies, wanted.reference_policies),
        exempt_principals=wanted.exempt_principals,
    )


@dataclass(frozen=True, slots=True)
class Strictness:
    """The order of a setting's values.

    `order` says from loose to strict, in words; "" has none. `looser(old, new)`: whether more passes by the new
    settings' value, or more people let it pass. `floor(value, enforced)` is the value that counts, no looser than the
    enforced one.
    """

    order: str
    looser: Looser
    floor: Callable[[Any, Any], Any] = _enforced


def loosened(old: ReviewConfig, new: ReviewConfig, changed: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the changed settings whose new value is looser."""
    return tuple(name for name in changed if STRICTNESS[name].looser(old, new))


def _scale(name: str, values: tuple[str, ...]) -> Strictness:
    def at(rules: ReviewConfig) -> int:
        return values.index(getattr(rules, name))

    return Strictness(
        ", ".join(values),
        lambda old, new: at(new) < at(old),
        lambda value, wanted: max(value, wanted, key=values.index),
    )


def _the_more(name: str, order: str) -> Strictness:
    return Strictness(order, lambda old, new: not set(getattr(old, name)) <= set(getattr(new, name)), _enforced_first)


def _the_fewer(name: str, order: str, floor: Callable[[Any, Any], Any]) -> Strictness:
    return Strictness(order, lambda old, new: not set(getattr(new, name)) <= set(getattr(old, name)), floor)


def _never(old: ReviewConfig, new: ReviewConfig) -> bool:
    """Of what changes what is said or seen, not what passes."""
    return False


STRICTNESS: dict[str, Strictness] = {
    "mode": _scale("mode", MODES),
    "fail_at": _scale("fail_at", THRESHOLDS),
    "comment_at": _scale("comment_at", THRESHOLDS),
    "max_comments": Strictness("", _never),
    "fail_closed": _scale("fail_closed", CLOSED),
    "roots": Strictness(
        "more roots evaluated, with more workspaces and var files, in accounts known already",
        relaxation.roots,
        _enforced_first,
    ),
    "accounts": Strictness("fewer accounts", lambda old, new: not set(new.accounts) <= own_accounts(old), _in_common),
    "sensitive_resources": _the_more("sensitive_resources", "more patterns"),
    "ignored_paths": _the_fewer("ignored_paths", "fewer globs", _in_common),
    "paths": Strictness("lower thresholds", relaxation.paths, _enforced_first),
    "rules": Strictness("off, lower grades, higher grades", relaxation.gradings, _highest),
    "guardrails": Strictness("more forbidden, fewer exempt", relaxation.guardrails, _of_both),
    "approvers": _the_fewer("approvers", "fewer people", _enforced),
    "waivers": Strictness("fewer and shorter waivers", relaxation.waivers),
    "max_waiver_days": Strictness("fewer days", lambda old, new: new.max_waiver_days > old.max_waiver_days, min),
    "accept_by_approval": Strictness(
        "true, false",
        lambda old, new: new.accept_by_approval and not old.accept_by_approval,
        lambda value, wanted: value and wanted,
    ),
    "help_pages": Strictness("", _never),
}
