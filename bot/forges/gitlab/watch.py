"""The projects that a GitLab token is there for, so that what no delivery told of is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.forges.gitlab.api import Api, read
from bot.forges.port import RepositoryRef
from bot.frozen import dataclass

DEVELOPER = 30
"""The level that the bot needs in a project: https://docs.gitlab.com/api/access_requests/#valid-access-levels"""


@dataclass(frozen=True, slots=True)
class GitLabWatch:
    """A token's view of GitLab. `forge` is the forge's name in references."""

    forge: str
    api: Callable[[], Api]

    def send_again(self, now: datetime) -> int:
        """None: only a project's maintainer can have a delivery sent again. Going through the projects finds it all."""
        return 0

    def repositories(self) -> Iterator[RepositoryRef]:
        """Every project, subgroups' included, in which the bot is a Developer at least."""
        projects = self.api().items(
            "/projects",
            membership="true",
            min_access_level=DEVELOPER,
            archived="false",
            simple="true",
            order_by="id",
            sort="asc",
        )
        for project in projects:
            yield RepositoryRef(self.forge, read(project, "path_with_namespace", str))
