"""Where work waits and how urgent it is: what turns are taken by."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from enum import IntEnum

from bot.frozen import dataclass
from bot.store.work_items import WorkItem, key_of


class Urgency(IntEnum):
    """Who waits for it; less goes first."""

    COMMAND = 0
    REVIEW = 1
    FORK = 2
    MISSED = 3
    SWEEP = 4


@dataclass(frozen=True, slots=True)
class Waiting:
    """A repository with work that may be done now: how urgent the most urgent of it is, and since when."""

    forge: str
    account: int | None
    repository: str
    urgency: Urgency
    oldest: datetime

    @property
    def account_key(self) -> Hashable:
        """Whose turn it is first: the installation, or the owner where there are none."""
        return self.forge, self.account or self.repository.partition("/")[0]

    @property
    def key(self) -> Hashable:
        """The repository, wherever it is."""
        return self.forge, self.repository, ""

    @staticmethod
    def key_of(item: WorkItem) -> Hashable:
        """The same, of a piece of work."""
        forge, repository, *_ = key_of(item)
        return forge, repository, ""
