"""What a provider's schema says of one type, as far as the table needs it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.type_registry.argument_names import Kind


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument, or a nested block with its own. `about` is the description, where the provider has one."""

    name: str
    kind: Kind
    inner: tuple[Argument, ...] = ()
    about: str = ""

    def leaves(self, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Argument]]:
        """Every argument that takes a value, with the names on the way to it, its own last."""
        path = (*above, self.name)
        if self.kind is not Kind.BLOCK:
            yield path, self
        for one in self.inner:
            yield from one.leaves(path)


@dataclass(frozen=True, slots=True)
class Schema:
    """One type: `mode` is managed or data; `attributes` are the names, at any depth, of what is read from it."""

    name: str
    mode: str
    arguments: tuple[Argument, ...]
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider's schemas by name, and where they are from; `date` is the day the package was made (ISO)."""

    name: str
    version: str
    package: str
    date: str
    schemas: tuple[Schema, ...]
