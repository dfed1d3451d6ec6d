"""What `doctor` finds out about a GitLab: whose token it is, what it may and until when, and how a project merges."""

from __future__ import annotations

from datetime import date

import pytest

from bot.fake_forge.gitlab.fake_gitlab import GitLabSandbox
from bot.fake_forge.gitlab.model import MergeRequest
from bot.forges.gitlab.health import project_health, token_health
from bot.forges.health import CheckResult
from tests.fake_forge.gitlab.fixtures import forge

TODAY = date(2026, 2, 1)
PROJECT = "acme/platform/infra"


def states(symptoms: list[CheckResult]) -> list[tuple[str, str]]:
    return [(symptom.state, symptom.said) for symptom in symptoms]


@pytest.mark.parametrize(
    ("scopes", "ends", "found"),
    [
        (["api"], "", [("ok", "has the scope api")]),
        (["read_api"], "", [("fail", "its scopes are read_api")]),
        (["api"], "2026-06-01", [("ok", "has the scope api"), ("ok", "good until 2026-06-01")]),
        (["api"], "2026-02-09", [("ok", "has the scope api"), ("warn", "ends on 2026-02-09, in 8 days")]),
        (["api"], "2026-01-31", [("ok", "has the scope api"), ("fail", "ended on 2026-01-31")]),
    ],
)
def test_token(gitlab: GitLabSandbox, scopes: list[str], ends: str, found: list[tuple[str, str]]) -> None:
    token = gitlab.gitlab.access.token(gitlab.bot, scopes, ends)
    seen = states(list(token_health(forge(gitlab, token).connection.api, TODAY)))
    assert seen == [("ok", f"speaks as {gitlab.bot.login}"), *found]


@pytest.mark.parametrize(
    ("role", "level", "state"),
    [("developer", 30, "ok"), ("maintainer", 40, "ok"), ("reporter", 20, "fail"), ("none", 0, "fail")],
)
def test_role(gitlab: GitLabSandbox, merge_request: MergeRequest, role: str, level: int, state: str) -> None:
    merge_request.repository.roles[gitlab.bot.login] = role
    first, _ = states(list(project_health(forge(gitlab).connection.api, PROJECT)))
    assert first == (state, f"the token's access level is {level}")


def test_a_role_by_the_group_counts(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    merge_request.repository.roles[gitlab.bot.login] = "none"
    gitlab.add_team("acme/platform", gitlab.bot.login)
    first, _ = states(list(project_health(forge(gitlab).connection.api, PROJECT)))
    assert first == ("ok", "the token's access level is 30")


@pytest.mark.parametrize(("must", "state"), [(True, "ok"), (False, "warn")])
def test_what_keeps_from_merging(gitlab: GitLabSandbox, merge_request: MergeRequest, must: bool, state: str) -> None:
    gitlab.settings(merge_request.repository).pipelines_must_succeed = must
    _, second = list(project_health(forge(gitlab).connection.api, PROJECT))
    assert (second.state, bool(second.remedy)) == (state, not must)


def test_a_project_that_is_not_there(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    [symptom] = project_health(forge(gitlab).connection.api, "acme/nowhere")
    assert (symptom.state, symptom.remedy) == ("fail", "add the token's user to it as Developer")
