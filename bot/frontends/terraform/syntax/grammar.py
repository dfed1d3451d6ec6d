"""The grammar as python-hcl2 has it, and other files of installed packages that the parser's table is made of."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path


@functools.cache
def hcl2_grammar() -> bytes:
    """The text of python-hcl2's grammar. Raises LookupError if it is not installed."""
    return beside("hcl2", "hcl2.lark")


def beside(package: str, file: str) -> bytes:
    """A file of an installed package, which is not imported for it. Raises LookupError if the package is not there."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise LookupError(f"{package} is not installed")
    return Path(spec.origin).with_name(file).read_bytes()
