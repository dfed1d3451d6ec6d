"""One repository's rules out of three layers: an organisation's defaults, the repository's file, what it enforces.

What is enforced is never loosened: where a setting has an order, the stricter of both values counts, and a repository
may still be stricter than its organisation.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Literal

from bot.evaluated.diagnostic import Diagnostic
from bot.frozen import dataclass
from bot.review_config.scales import THRESHOLDS
from bot.review_config.settings import LoadedReviewConfig, PathRule, ReviewConfig, Threshold
from bot.review_config.strictness import STRICTNESS

Source = Literal["built-in", "defaults", "repository", "enforced"]


@dataclass(frozen=True, slots=True)
class Layered:
    """The rules that count, where each setting's value comes from, and what is wrong with the layers."""

    rules: ReviewConfig
    sources: Mapping[str, Source]
    problems: tuple[Diagnostic, ...] = ()


NO_LAYER = LoadedReviewConfig(ReviewConfig())


@dataclass(frozen=True, slots=True)
class Layers:
    """An organisation's rules, below a repository's own rules and above them; and those own rules that count."""

    defaults: LoadedReviewConfig = NO_LAYER
    enforced: LoadedReviewConfig = NO_LAYER
    own: LoadedReviewConfig = NO_LAYER


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
            stricter = STRICTNESS[name].floor(value, wanted)
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
    return max(value, limit, key=THRESHOLDS.index)
