"""GitHub beyond reviews: merge groups, contributors, teams, threads, code scanning, installations."""

from __future__ import annotations

import base64
import dataclasses
import gzip
from typing import Literal

import pytest

from bot.errors import ForgeRefused
from bot.fake_forge.sandbox import Sandbox
from bot.fake_forge.world import PullRequest
from bot.forges.github.client import GitHubForge
from bot.forges.github.connection import AppLogin, GitHubServer, TokenLogin
from bot.forges.port import EXPLAIN, ChangeRef, Check, ReviewComment
from bot.review.identity import ThreadKey
from tests.fake_forge.fixtures import BASE, HEAD, HURRIED, app_forge, app_server, ref

THREAD = ThreadKey(1, "0123456789abcdef")
BODY = f"<!-- iam-review:fp={THREAD} head=abcdef0 -->\nx"


def forge_with(sandbox: Sandbox, resolve_threads: bool = False, upload_sarif: bool = False) -> GitHubForge:
    login = AppLogin(sandbox.app_id, sandbox.private_key)
    server = GitHubServer(login, sandbox.api_url, HURRIED, resolve_threads, upload_sarif)
    return GitHubForge(server.connect(sandbox.installation))


def test_a_merge_group_is_a_change_of_its_own(sandbox: Sandbox, pull: PullRequest) -> None:
    group = sandbox.enqueue(pull)
    where = dataclasses.replace(ref(sandbox, pull), group=group.head)
    change = app_forge(sandbox).change_request(where)
    assert (change.head, change.merge_base, change.base_branch, change.state) == (
        group.head,
        group.base,
        "main",
        "open",
    )
    app_forge(sandbox).set_check(change, Check("success", "No IAM privilege change", ""))
    assert (group.fate, pull.state) == ("merged", "closed")


def test_the_runs_of_a_group_and_of_its_pull_request_are_told_apart(sandbox: Sandbox, pull: PullRequest) -> None:
    pull.repository.required_checks = {"another"}
    group = sandbox.enqueue(pull)
    where = dataclasses.replace(ref(sandbox, pull), group=group.head)
    for each in (ref(sandbox, pull), where):
        forge = app_forge(sandbox)
        forge.set_check(forge.change_request(each), Check("neutral", "x", ""))
    runs = sandbox.github.world.check_runs
    assert [(run.head, run.external_id) for run in runs] == [
        (pull.head, "acme/infra#1"),
        (group.head, f"acme/infra#1@{group.head}"),
    ]


def test_who_wrote_the_commits(sandbox: Sandbox) -> None:
    for user in ("grace", "mallory"):
        sandbox.github.world.user(user)
    repository = sandbox.create_repository("acme/infra", BASE, author="grace")
    pull = sandbox.open_pull(repository, HEAD)
    later = repository.git.commit("feature", {**HEAD, "x.tf": b""}, "More", "mallory", pull.head)
    sandbox.github.push(pull, later, pull.author)
    change = app_forge(sandbox).change_request(ref(sandbox, pull))
    assert (change.author, change.contributors, change.from_fork) == ("ada", ("ada", "mallory"), False)
    assert not change.public


def test_who_committed_what_somebody_else_wrote_had_a_hand_in_it(sandbox: Sandbox, pull: PullRequest) -> None:
    for user in ("mallory", "web-flow"):
        sandbox.github.world.user(user)
    git = pull.repository.git
    later = git.commit("feature", {**HEAD, "x.tf": b""}, "More", "ada", pull.head, committer="mallory")
    merged = git.commit("feature", {**HEAD, "y.tf": b""}, "Merged in the browser", "ada", later, committer="web-flow")
    sandbox.github.push(pull, merged, pull.author)
    assert app_forge(sandbox).change_request(ref(sandbox, pull)).contributors == ("ada", "mallory")


def test_more_commits_than_a_page_holds(sandbox: Sandbox, pull: PullRequest) -> None:
    head = pull.head
    for number in range(110):
        head = pull.repository.git.commit("feature", {**HEAD, "n": b"%d" % number}, "n", "ada", head)
    sandbox.github.world.user("mallory")
    head = pull.repository.git.commit("feature", {**HEAD, "n": b"last"}, "n", "mallory", head)
    sandbox.github.push(pull, head, pull.author)
    assert app_forge(sandbox).change_request(ref(sandbox, pull)).contributors == ("ada", "mallory")


def test_teams(sandbox: Sandbox, pull: PullRequest) -> None:
    sandbox.add_team("acme/security", "dana")
    forge, teams = app_forge(sandbox), ("acme/security", "acme/absent")
    assert forge.permission(ref(sandbox, pull).place, "dana", teams).teams == {"acme/security"}
    assert forge.permission(ref(sandbox, pull).place, "ada", teams).teams == set()
    sandbox.github.access.permissions["members"] = "none"
    assert forge.permission(ref(sandbox, pull).place, "dana", teams).teams == set()


def test_an_answer_goes_into_the_thread(sandbox: Sandbox, pull: PullRequest) -> None:
    forge = app_forge(sandbox)
    change = forge.change_request(ref(sandbox, pull))
    forge.post_review(change, [ReviewComment("main.tf", 2, "head", BODY, THREAD)])
    (first,) = sandbox.github.world.line_comments
    forge.write_comment(change.ref, "<!-- iam-review:reply -->\nthere", answers=f"pulls/comments/{first.id}")
    forge.write_comment(change.ref, "<!-- iam-review:reply -->\nhere", answers="pulls/comments/99999")
    assert [comment.reply_to for comment in sandbox.github.world.line_comments] == [None, first.id]
    assert [comment.body[-4:] for comment in sandbox.github.world.comments] == ["here"]


@pytest.mark.parametrize(
    ("wanted", "contents", "resolved"), [(True, "write", True), (True, "read", False), (False, "write", False)]
)
def test_threads_are_resolved_where_that_is_wanted_and_allowed(
    sandbox: Sandbox, pull: PullRequest, wanted: bool, contents: str, resolved: bool
) -> None:
    sandbox.github.access.permissions["contents"] = contents
    forge = forge_with(sandbox, resolve_threads=wanted)
    change = forge.change_request(ref(sandbox, pull))
    forge.post_review(change, [ReviewComment("main.tf", 2, "head", BODY, THREAD)])
    (posted,) = forge.conversation(change.ref).comments
    forge.write_comment(change.ref, BODY + " fixed", posted, resolve=True)
    (comment,) = sandbox.github.world.line_comments
    assert (comment.resolved, comment.body) == (resolved, BODY + " fixed")


@pytest.mark.parametrize(("level", "uploads"), [("write", 1), ("read", 0)])
def test_code_scanning_is_given_the_review(sandbox: Sandbox, pull: PullRequest, level: str, uploads: int) -> None:
    sandbox.github.access.permissions["security_events"] = level
    forge = forge_with(sandbox, upload_sarif=True)
    change = forge.change_request(ref(sandbox, pull))
    forge.set_check(change, Check("failure", "HIGH 50", "", sarif='{"version": "2.1.0"}'))
    assert len(sandbox.github.uploads) == uploads
    for upload in sandbox.github.uploads:
        assert gzip.decompress(base64.b64decode(upload["sarif"])) == b'{"version": "2.1.0"}'
        assert (upload["commit_sha"], upload["ref"]) == (pull.head, "refs/pull/1/head")


def test_a_check_that_runs_is_shown_and_finished_in_place(sandbox: Sandbox, pull: PullRequest) -> None:
    forge = app_forge(sandbox)
    change = forge.change_request(ref(sandbox, pull))
    forge.set_check(change, Check(None, "Reviewing", ""))
    assert [run.status for run in sandbox.github.world.check_runs] == ["in_progress"]
    forge.set_check(change, Check("failure", "HIGH 50", "", actions=(EXPLAIN,)))
    app_forge(sandbox).set_check(change, Check(None, "Reviewing", ""))
    (run,) = sandbox.github.world.check_runs
    assert (run.status, run.conclusion, run.actions[0]["identifier"]) == ("completed", "failure", "explain")
    app_forge(sandbox).set_check(change, Check("failure", "HIGH 50", "", actions=(EXPLAIN,), again=True))
    assert len(sandbox.github.world.check_runs) == 2


def test_each_installation_has_its_own_repositories(sandbox: Sandbox, pull: PullRequest) -> None:
    other = sandbox.create_repository("umbrella/infra", BASE)
    number = sandbox.install("umbrella")
    theirs = sandbox.open_pull(other, HEAD)
    server = app_server(sandbox)
    where = ChangeRef("github", "umbrella/infra", theirs.number, number)
    assert GitHubForge(server.connect(number)).change_request(where).head == theirs.head
    with pytest.raises(ForgeRefused, match="404"):
        GitHubForge(server.connect(sandbox.installation)).change_request(where)
    with pytest.raises(ForgeRefused, match="404"):
        GitHubForge(server.connect(number)).change_request(ref(sandbox, pull))


_SAYS = {None: Check(None, "Reviewing", "")} | {
    conclusion: Check(conclusion, f"{conclusion}", "") for conclusion in ("success", "failure", "neutral", "cancelled")
}


@pytest.mark.parametrize(
    ("checks", "app", "token"),
    [
        (["cancelled"], ["cancelled"], ["error"]),
        ([None, "cancelled"], ["cancelled"], ["pending", "error"]),
        ([None, "cancelled", "cancelled", None], ["cancelled"], ["pending", "error"]),
        (["success", "cancelled"], ["success"], ["success"]),
        (["failure", "cancelled"], ["failure"], ["failure"]),
        (["cancelled", "success"], ["cancelled", "success"], ["error", "success"]),
    ],
)
def test_a_head_that_was_passed_over_is_cancelled_unless_it_has_a_verdict(
    sandbox: Sandbox,
    pull: PullRequest,
    checks: list[Literal["success", "failure", "cancelled"] | None],
    app: list[str],
    token: list[str],
) -> None:
    world = sandbox.github.world
    login = TokenLogin(sandbox.personal_token("review-bot"))
    bots = (app_forge(sandbox), GitHubForge(GitHubServer(login, sandbox.api_url, HURRIED).connect(None)))
    for bot in bots:
        change = bot.change_request(ref(sandbox, pull))
        for conclusion in checks:
            bot.set_check(change, _SAYS[conclusion])
    assert [run.conclusion for run in world.check_runs] == app
    assert [status.state for status in world.statuses] == token
    assert sandbox.snapshot(pull)["mergeable"] is (checks[-1] == "success" or checks[0] == "success")


def test_the_runs_of_two_heads_are_told_apart_by_one_job(sandbox: Sandbox, pull: PullRequest) -> None:
    bot = app_forge(sandbox)
    first = bot.change_request(ref(sandbox, pull))
    bot.set_check(first, _SAYS[None])
    sandbox.push(pull, BASE)
    bot.set_check(first, _SAYS["cancelled"])
    second = bot.change_request(ref(sandbox, pull))
    bot.set_check(second, _SAYS[None])
    runs = sandbox.github.world.check_runs
    assert [(run.head, run.conclusion) for run in runs] == [(first.head, "cancelled"), (second.head, None)]
