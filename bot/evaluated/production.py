"""Names that say what is in production, which leads where one of several environments is named."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PRODUCTION = re.compile(r"(?i)(?<![a-z])(?<!pre[-_])(?<!non[-_])prod(?:uction)?(?![a-z])")


def is_production(name: str) -> bool:
    """Whether a name says that it is in production: "app-prod-db"; "preprod" and "non-prod" do not."""
    return _PRODUCTION.search(name) is not None


def production_first(names: Iterable[str]) -> tuple[str, ...]:
    """The names as they come, those of production ahead."""
    return tuple(sorted(names, key=lambda name: not is_production(name)))
