"""Names that say what is in production, which leads where one of several environments is named."""

from __future__ import annotations

from collections.abc import Iterable

from bot.late_pattern import late_pattern

_PRODUCTION = late_pattern(r"(?i)(?<![a-z])(?<!pre[-_])(?<!non[-_])prod(?:uction)?(?![a-z])")


def is_production(name: str) -> bool:
    """Whether a name says that it is in production: "app-prod-db"; "preprod" and "non-prod" do not."""
    return _PRODUCTION.search(name) is not None


def production_first(names: Iterable[str]) -> tuple[str, ...]:
    """The names as they come, those of production ahead."""
    return tuple(sorted(names, key=lambda name: not is_production(name)))


_DEFAULT = " (default workspace)"


def in_default_workspace(name: str) -> str:
    """What a variant is called where its root asks for the workspace that Terraform has by itself."""
    return f"{name}{_DEFAULT}"


def environments(names: Iterable[str]) -> tuple[str, ...]:
    """The variants' names, each environment once that is there in the default workspace and in one of its own."""
    every = tuple(dict.fromkeys(names))
    return tuple(name for name in every if not (name.endswith(_DEFAULT) and name.removesuffix(_DEFAULT) in every))
