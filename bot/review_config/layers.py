"""One repository's rules out of three layers: an organisation's defaults, the repository's file, what it enforces.

What is enforced is never loosened: where a setting has an order, the stricter of both values counts, and a repository
may still be stricter than its organisation.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.review.model import GRADES
from bot.review_config.settings import Guardrails, LoadedReviewConfig, PathRule, ReviewConfig, Threshold

Source = Literal["built-in", "defaults", "repository", "enforced"]

MODES = ("observe", "comment", "enforce")
CLOSED = ("off", "changed", "all")
THRESHOLDS = (*GRADES[1:], "never")
GRADINGS = ("off", *GRADES[1:])


@dataclass(frozen=True, slots=True)
class Layered:
    """The rules that count, where each setting's value comes from, and what is wrong with the layers."""

    rules: ReviewConfig
    sources: Mapping[str, Source]
    problems: tuple[str, ...] = ()


NO_LAYER = LoadedReviewConfig(ReviewConfig())


@dataclass(frozen=True, slots=True)
class Layers:
    """An organisation's rules, below a repository's own rules and above them."""

    defaults: LoadedReviewConfig = NO_LAYER
    enforced: LoadedReviewConfig = NO_LAYER


NO_LAYERS = Layers()


def layered(
    repository: LoadedReviewConfig, defaults: LoadedReviewConfig = NO_LAYER, enforced: LoadedReviewConfig = NO_LAYER
) -> Layered:
    """Lay the three over the built-in rules. A setting that a layer does not name is the layer's below."""
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    for field in dataclasses.fields(ReviewConfig):
        name = field.name
        value, source = _below(name, defaults, repository)
        if name in enforced.given:
            wanted = getattr(enforced.rules, name)
            stricter = STRICTER.get(name, _enforced)(value, wanted)
            source = source if stricter == value and stricter != wanted else "enforced"
            value = stricter
        values[name], sources[name] = value, source
    rules = _within_thresholds(ReviewConfig(**values), enforced)
    return Layered(rules, sources, (*defaults.problems, *repository.problems, *enforced.problems))


def _below(name: str, defaults: LoadedReviewConfig, repository: LoadedReviewConfig) -> tuple[Any, Source]:
    if name in repository.given:
        return getattr(repository.rules, name), "repository"
    if name in defaults.given:
        return getattr(defaults.rules, name), "defaults"
    return getattr(ReviewConfig(), name), "built-in"


def _enforced(value: Any, wanted: Any) -> Any:
    return wanted


def _higher(order: tuple[str, ...]) -> Callable[[Any, Any], Any]:
    return lambda value, wanted: max(value, wanted, key=order.index)


def _lower(order: tuple[str, ...]) -> Callable[[Any, Any], Any]:
    return lambda value, wanted: min(value, wanted, key=order.index)


def _together(value: tuple[Any, ...], wanted: tuple[Any, ...]) -> tuple[Any, ...]:
    """What is enforced first: of roots and paths the first that matches counts."""
    return (*wanted, *(each for each in value if each not in wanted))


def _in_common(value: tuple[Any, ...], wanted: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(each for each in value if each in wanted)


def _gradings(value: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """An enforced grade is the least; a rule that the repository leaves as it is gets it as it is."""
    least = {name: max(value.get(name, "off"), grade, key=GRADINGS.index) for name, grade in wanted.items()}
    return {**value, **least}


def _guardrails(value: Guardrails, wanted: Guardrails) -> Guardrails:
    """All of both; an exemption would exempt from what is enforced too, so that only enforced ones are left."""
    return Guardrails(
        never_grant=_together(value.never_grant, wanted.never_grant),
        reference_policies=_together(value.reference_policies, wanted.reference_policies),
        exempt_principals=wanted.exempt_principals,
    )


STRICTER: dict[str, Callable[[Any, Any], Any]] = {
    "mode": _higher(MODES),
    "fail_at": _lower(THRESHOLDS),
    "comment_at": _lower(THRESHOLDS),
    "fail_closed": _higher(CLOSED),
    "max_waiver_days": min,
    "roots": _together,
    "paths": _together,
    "sensitive_resources": _together,
    "ignored_paths": _in_common,
    "accounts": _in_common,
    "rules": _gradings,
    "guardrails": _guardrails,
}
"""How a value from below and an enforced one make one that is no looser than the enforced one. Of the settings that
are not here the enforced value counts."""


def _within_thresholds(rules: ReviewConfig, enforced: LoadedReviewConfig) -> ReviewConfig:
    """Thresholds for single paths that are no looser than the enforced ones for all."""
    paths = tuple(
        dataclasses.replace(
            path,
            fail_at=_limited(path.fail_at, "fail_at", path, enforced),
            comment_at=_limited(path.comment_at, "comment_at", path, enforced),
        )
        for path in rules.paths
    )
    return dataclasses.replace(rules, paths=paths)


def _limited(value: Threshold | None, name: str, path: PathRule, enforced: LoadedReviewConfig) -> Threshold | None:
    if value is None or name not in enforced.given or path in enforced.rules.paths:
        return value
    limit: Threshold = getattr(enforced.rules, name)
    return min(value, limit, key=THRESHOLDS.index)
