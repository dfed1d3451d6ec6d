"""What `doctor` finds out about a GitLab: whose token it is, what it may and until when, and how a project merges."""

from __future__ import annotations

from datetime import date
from typing import cast

import pytest

from bot.fake_forge.gitlab.fake_gitlab import GitLabSandbox
from bot.fake_forge.gitlab.model import MergeRequest
from bot.forges.gitlab.api import Api
from bot.forges.gitlab.health import project_health, token_health
from bot.forges.health import CheckResult
from bot.forges.rest import NotFound
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
    first, *_ = states(list(project_health(forge(gitlab).connection.api, PROJECT)))
    assert first == (state, f"the token's access level is {level}")


def test_a_role_by_the_group_counts(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    merge_request.repository.roles[gitlab.bot.login] = "none"
    gitlab.add_team("acme/platform", gitlab.bot.login)
    first, *_ = states(list(project_health(forge(gitlab).connection.api, PROJECT)))
    assert first == ("ok", "the token's access level is 30")


@pytest.mark.parametrize(("must", "state"), [(True, "ok"), (False, "warn")])
def test_what_keeps_from_merging(gitlab: GitLabSandbox, merge_request: MergeRequest, must: bool, state: str) -> None:
    gitlab.settings(merge_request.repository).pipelines_must_succeed = must
    _, second, *_ = project_health(forge(gitlab).connection.api, PROJECT)
    assert (second.state, bool(second.remedy)) == (state, not must)


def test_a_project_that_is_not_there(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    [symptom] = project_health(forge(gitlab).connection.api, "acme/nowhere")
    assert (symptom.state, symptom.remedy) == ("fail", "add the token's user to it as Developer")


class Answers:
    """GitLab's answers by what follows the project's path; what is not there is another tier's."""

    def __init__(self, **answers: object) -> None:
        self.answers = answers

    def get(self, path: str) -> object:
        rest = path.removeprefix("/projects/acme%2Finfra").strip("/").partition("/")[0]
        if (rest or "project") not in self.answers:
            raise NotFound(path)
        return self.answers[rest or "project"]


OWN = {"permissions": {"project_access": {"access_level": 30}}, "only_allow_merge_if_pipeline_succeeds": True}
NO_ONE = {"push_access_levels": [{"access_level": 0, "access_level_description": "No one"}], "allow_force_push": False}
TWO = [{"approvals_required": 2}]


@pytest.mark.parametrize(
    ("answers", "state", "said"),
    [
        ({"project": OWN}, "warn", "main is not protected, or that is not told"),
        ({"protected_branches": NO_ONE}, "ok", "main changes by merge requests only"),
        (
            {
                "protected_branches": {
                    "push_access_levels": [{"access_level": 40, "access_level_description": "Maintainers"}]
                }
            },
            "warn",
            "main is pushed to without a merge request by Maintainers",
        ),
        ({"protected_branches": {**NO_ONE, "allow_force_push": True}}, "warn", "by force push"),
        ({"project": {**OWN, "allow_merge_on_skipped_pipeline": True}}, "warn", "but skipped ones do"),
        ({"approval_rules": []}, "ok", "no approval is required"),
        ({"approval_rules": TWO, "approvals": {"reset_approvals_on_push": True}}, "ok", "2 approvals are required"),
        ({"approval_rules": TWO, "approvals": {"reset_approvals_on_push": False}}, "warn", "a push does not end them"),
        ({"approval_rules": TWO, "approvals": {"merge_requests_author_approval": True}}, "warn", "their authors may"),
        ({"external_status_checks": [{}]}, "ok", "1 external status checks, none of them the bot's; none keeps"),
    ],
)
def test_what_else_decides_about_merging(answers: dict[str, object], state: str, said: str) -> None:
    api = cast(Api, Answers(**{"project": OWN, **answers}))
    assert any(one.state == state and said in one.said for one in project_health(api, "acme/infra"))


def test_what_a_tier_does_not_have_is_not_told(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    found = list(project_health(forge(gitlab).connection.api, PROJECT))
    assert not any("approval" in one.said or "status checks" in one.said for one in found)
