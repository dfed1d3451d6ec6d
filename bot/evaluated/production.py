"""Names that say which environment something is of, as far as that is told: production leads where one of several is
named."""

from __future__ import annotations

import re
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


def is_of_another_environment(old: str, new: str) -> bool:
    """Whether two folders are called after environments that are not the same."""
    before, after = _environments(old), _environments(new)
    return bool(before and after) and before.isdisjoint(after)


_ENVIRONMENTS = {
    word: names[0]
    for names in (
        ("dev", "development", "develop", "devl"),
        ("test", "testing", "tst"),
        ("qa",),
        ("uat", "acceptance"),
        ("int", "integration"),
        ("perf", "performance"),
        ("stage", "staging", "stg"),
        ("preprod", "preproduction"),
        ("nonprod", "nonproduction"),
        ("prod", "production", "prd"),
        ("sandbox", "sbx"),
        ("demo",),
    )
    for word in names
}


def is_environment(name: str) -> bool:
    """Whether a name says an environment and nothing else: "prod", "${var.environment}"."""
    symbol = name.startswith("${")
    return name[2:-1].rpartition(".")[2] in _CALLED if symbol else name.lower() in _ENVIRONMENTS


_CALLED = frozenset(("env", "env_name", "environment", "environment_name", "stage", "tier", "workspace"))
"""How a value is called that says one."""


def _environments(folder: str) -> set[str]:
    words = re.split(r"[/_-]", re.sub(r"\b(pre|non)[_-](?=prod)", r"\1", folder.lower()))
    return {_ENVIRONMENTS[word] for word in words if word in _ENVIRONMENTS}
