"""One root on both sides of a change."""

from __future__ import annotations

from collections.abc import Iterable

from bot.evaluated.config import EvaluatedConfig
from bot.extract import Extracted
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class RootPair:
    """One root at base and at head as it is written, whatever plans say of it, and what it says about access.

    `read` are both sides as extraction read them: beside a plan, with what that knows.
    """

    base: EvaluatedConfig
    head: EvaluatedConfig
    before: Extracted
    after: Extracted
    read: tuple[EvaluatedConfig, EvaluatedConfig]

    @property
    def holds_access(self) -> bool:
        """Whether anything in it could be somebody's access, on either side."""
        return any(map(_holds, (self.before, self.after)))

    def reads(self, paths: Iterable[str]) -> bool:
        """Whether it is read from any of these files, on either side."""
        return not (self.base.files | self.head.files).isdisjoint(paths)


def _holds(one: Extracted) -> bool:
    stated = (one.grants, one.edges, one.latent_edges, one.credentials, one.members, one.public_access_blocks)
    return any(stated) or bool(one.gaps)
