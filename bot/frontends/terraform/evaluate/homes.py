"""Where the providers of a root work, each evaluated when a block that it makes is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.evaluated.config import Provider
from bot.evaluated.thing import HERE, Home
from bot.evaluated.value import ObjectValue


@dataclass(slots=True)
class Homes:
    """The homes of a root module's providers, by the names its blocks have for them.

    `evaluated` gives the arguments of a provider block, None if there is no such block.
    """

    provider: Provider
    evaluated: Callable[[str], ObjectValue | None]
    _bodies: dict[str, ObjectValue | None] = field(default_factory=dict)
    _found: dict[str, Home] = field(default_factory=dict)

    def of(self, name: str) -> Home:
        """Where a provider works: the default one of its kind, and one that no block writes down, is here."""
        if "." not in name:
            return HERE
        if name not in self._found:
            self._found[name] = HERE  # while what it is configured by asks for it
            body, default = self.body(name), self.body(name.partition(".")[0])
            if body is not None:
                self._found[name] = self.provider.home(name, body, default)
        return self._found[name]

    def body(self, name: str) -> ObjectValue | None:
        """A provider block's arguments, what cannot be evaluated as symbols."""
        if name not in self._bodies:
            self._bodies[name] = None  # while it is evaluated
            self._bodies[name] = self.evaluated(name)
        return self._bodies[name]


def no_homes() -> Homes:
    """Where no provider is written."""
    return Homes(Provider(), lambda name: None)
