"""What anything that can deliver modules from elsewhere looks like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class ModuleCall:
    """A module as a configuration asks for it: its `source` and `version` arguments as they are written."""

    source: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class ModuleFiles:
    """A module's package: path -> contents; the module itself is in `subdirectory` ("" is the top)."""

    files: Mapping[str, bytes]
    subdirectory: str = ""


class Modules(Protocol):
    """Where modules come from."""

    def __call__(self, calls: Iterable[ModuleCall]) -> Mapping[ModuleCall, ModuleFiles | str]:
        """Each module, or a sentence that says why it does not come. Never raises for what the outside does."""
        ...


class NotFetched(Exception):
    """Why one module does not come: a sentence for people, without secrets."""
