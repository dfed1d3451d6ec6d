"""Cases are read with libyaml, a tenth of the time of YAML in Python: every worker reads a megabyte of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str | bytes) -> Any:
    """The one document of `text`, as yaml.safe_load reads it. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=LOADER)


def read_all_yaml(text: str | bytes) -> Iterator[Any]:
    """Each document of `text`."""
    return yaml.load_all(text, Loader=LOADER)  # type: ignore[no-any-return,unused-ignore]
