"""Deliveries that GitHub could not make, and the repositories an App is installed on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from bot.forges.github.api import Api, read
from bot.forges.port import RepositoryRef
from bot.frozen import dataclass

DELIVERIES = "/app/hook/deliveries"

KEPT = timedelta(days=3)
"""How long GitHub can send a delivery again."""

QUIET = 200
"""So many successful deliveries in a row, and as long a time as SETTLED, end the search."""

SETTLED = timedelta(hours=1)

MOST_READ = 5000

MOST_TRIES = 4
"""A delivery that failed that often is left to the sweep of its repository."""


@dataclass(frozen=True, slots=True)
class GitHubWatch:
    """An App's view of GitHub: `app` speaks as the App itself, `installed` as one of its installations.

    `forge` is the forge's name in references; `allowed` the installations that are served (empty: all).
    """

    forge: str
    app: Callable[[], Api]
    installed: Callable[[int], Api]
    allowed: tuple[int, ...] = ()

    def send_again(self, now: datetime) -> int:
        """Ask for failed deliveries again, oldest first; each that succeeded since, or failed often, is left alone."""
        api = self.app()
        wanted = failed(api.linked(DELIVERIES), now)
        for delivery in reversed(wanted):
            api.post(f"{DELIVERIES}/{delivery}/attempts")
        return len(wanted)

    def repositories(self) -> Iterator[RepositoryRef]:
        """Every repository of every installation that is not suspended."""
        for installation in self.app().items("/app/installations"):
            number = read(installation, "id", int)
            if installation.get("suspended_at") or (self.allowed and number not in self.allowed):
                continue
            for repository in self.installed(number).items("/installation/repositories", "repositories"):
                if not repository.get("archived") and not repository.get("disabled"):
                    yield RepositoryRef(self.forge, read(repository, "full_name", str), number)


def failed(attempts: Iterable[Any], now: datetime) -> list[int]:
    """Ids to send again, out of attempts at deliveries, newest first: of each delivery the newest attempt counts."""
    newest: dict[str, tuple[int, bool]] = {}
    tries: Counter[str] = Counter()
    quiet = 0
    for attempt in islice(attempts, MOST_READ):
        age = now - datetime.fromisoformat(read(attempt, "delivered_at", str).replace("Z", "+00:00"))
        quiet = quiet + 1 if _arrived(attempt) else 0
        if age > KEPT or (quiet > QUIET and age > SETTLED):
            break
        guid = read(attempt, "guid", str)
        tries[guid] += 1
        newest.setdefault(guid, (read(attempt, "id", int), _arrived(attempt)))
    return [number for guid, (number, arrived) in newest.items() if not arrived and tries[guid] < MOST_TRIES]


def _arrived(attempt: Any) -> bool:
    return 200 <= int(read(attempt, "status_code", int)) < 300
