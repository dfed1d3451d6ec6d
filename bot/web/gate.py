"""Who may see which page: a pure table over visitors and their roles, asked of the forge at every request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from bot.forges.port import Role
from bot.frozen import dataclass

Page = Literal["report", "repositories", "repository", "inventory", "playground", "operators", "replay", "api"]


Playground = Literal["nobody", "local", "signed-in"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. `local` is the person at the machine, where the bot listens on loopback only and nobody signs in."""

    login: str = ""
    forge: str = ""
    local: bool = False


ANONYMOUS = Visitor()
LOCAL = Visitor(local=True)

_READS: frozenset[Role] = frozenset(("read", "triage", "write", "maintain", "admin"))

RoleOf = Callable[[Visitor, str, str], Role]
"""A visitor's role in a repository (forge, repository) now."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The rules. `operators` are "forge:login" of those who run the bot; `playground` who may use it.

    What somebody may not see is answered as if it were not there: a 403 would say that it is.
    """

    role_of: RoleOf
    operators: frozenset[str] = frozenset()
    playground: Playground = "local"

    def reads(self, visitor: Visitor, forge: str, repository: str) -> bool:
        """Whether the visitor may read what the bot knows of a repository: whoever may read the repository."""
        if visitor.local:
            return True
        same = visitor.login and visitor.forge == forge
        return bool(same) and self.role_of(visitor, forge, repository) in _READS

    def opens(self, visitor: Visitor, forge: str, by_link: bool, repository: str) -> bool:
        """Whether the visitor may see a report: by a signed link, or as a reader. Whose access is known not to reach
        the repository a link opens nothing."""
        known = visitor.login and visitor.forge == forge
        return self.reads(visitor, forge, repository) or (by_link and not known)

    def operates(self, visitor: Visitor) -> bool:
        """Whether the visitor runs the bot."""
        return visitor.local or bool(visitor.login and f"{visitor.forge}:{visitor.login}" in self.operators)

    def plays(self, visitor: Visitor) -> bool:
        """Whether the visitor may have anything reviewed."""
        if self.playground == "nobody":
            return False
        return visitor.local or (self.playground == "signed-in" and bool(visitor.login))
