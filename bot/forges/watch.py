"""What a forge can tell about deliveries that never arrived, beside the change requests of `bot.forges.port`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from bot.forges.port import RepositoryRef


class Watch(Protocol):
    """One forge as a whole. Every method raises ForgeUnavailable or ForgeRefused, nothing else."""

    def send_again(self, now: datetime) -> int:
        """Ask for the deliveries that failed lately to be sent again; returns how many those are."""
        ...

    def repositories(self) -> Iterator[RepositoryRef]:
        """The repositories that the bot is there for; may be none where the forge cannot tell."""
        ...
