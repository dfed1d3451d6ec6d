"""Which projects a token is there for."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.fake_forge.gitlab.fake_gitlab import GitLabSandbox
from bot.forges.gitlab.connection import GitLabServer
from bot.forges.gitlab.watch import GitLabWatch
from bot.forges.port import RepositoryRef
from tests.fake_forge.fixtures import BASE, HEAD


def watch(gitlab: GitLabSandbox, token: str = "") -> GitLabWatch:
    server = GitLabServer(token or gitlab.token, gitlab.url, timeout=60)
    return GitLabWatch("gitlab", lambda: server.connect().api)


def test_projects_in_which_the_bot_may_set_a_status(gitlab: GitLabSandbox) -> None:
    for name in ("acme/infra", "acme/platform/network", "acme/web", "other/thing"):
        gitlab.create_repository(name, BASE)
    gitlab.world.repositories["acme/web"].roles[gitlab.bot.login] = "reporter"
    gitlab.open_pull(gitlab.world.repositories["acme/infra"], HEAD, from_fork="mallory/infra")
    del gitlab.world.repositories["other/thing"].roles[gitlab.bot.login]
    found = list(watch(gitlab).repositories())
    assert found == [RepositoryRef("gitlab", name) for name in ("acme/infra", "acme/platform/network")]


def test_a_groups_token_sees_all_below_the_group(gitlab: GitLabSandbox) -> None:
    for name in ("acme/infra", "acme/platform/network", "other/thing"):
        gitlab.create_repository(name, BASE)
    gitlab.gitlab.access.groups["acme"] = {"group_1_bot": "developer"}
    token = gitlab.personal_token("group_1_bot")
    assert [place.repository for place in watch(gitlab, token).repositories()] == [
        "acme/infra",
        "acme/platform/network",
    ]


def test_nothing_is_sent_again_by_gitlab_itself(gitlab: GitLabSandbox) -> None:
    assert watch(gitlab).send_again(datetime.now(UTC)) == 0
