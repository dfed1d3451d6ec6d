"""GitHub behind the Forge port, over real HTTP against the sandbox."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.errors import ConfigError, ForgeError, ForgeRefused, ForgeUnavailable
from bot.fake_forge.faults import Fault, rate_limited, used_up
from bot.fake_forge.sandbox import Sandbox
from bot.fake_forge.world import PullRequest
from bot.forges.github.api_budget import Budget
from bot.forges.github.client import MAX_BODY, GitHubForge
from bot.forges.github.connection import AppLogin, GitHubServer, TokenLogin, web_url
from bot.forges.port import Annotation, ChangeRef, Check, OpenChange, ReviewComment, Side
from bot.review.identity import ThreadKey
from tests.fake_forge.fixtures import BASE, HEAD, HURRIED, app_forge, app_server, ref, token_forge

MARKER = "<!-- iam-review:fp=0123456789abcdef head=abcdef0 -->\n"
SUMMARY = "<!-- iam-review:summary head=abcdef0 -->\n"

GOOD = Check("success", "No IAM privilege change", "Nothing gained.")
BAD = Check("failure", "CRITICAL 92", "Two new privileges.")
RUNNING = Check(None, "Reviewing", "")


def comment(
    path: str = "main.tf",
    line: int | None = 2,
    side: Side = "head",
    text: str = "x",
    start: int | None = None,
) -> ReviewComment:
    return ReviewComment(path, line, side, MARKER + text, ThreadKey(1, "0123456789abcdef"), start)


def posted(sandbox: Sandbox, pull: PullRequest) -> list[tuple[str, int | None, str]]:
    return [(c["path"], c["line"], c["side"]) for c in sandbox.snapshot(pull)["comments"]]


def test_change_request_is_read_with_its_merge_base(sandbox: Sandbox, pull: PullRequest) -> None:
    fork = pull.base
    git = pull.repository.git
    moved = git.commit("main", {**BASE, "later.tf": b""}, "Later", "grace", fork)
    change = app_forge(sandbox).change_request(ref(sandbox, pull))
    assert (change.head, change.base, change.merge_base) == (pull.head, moved, fork)
    assert (change.base_branch, change.author, change.state, change.draft) == ("main", "ada", "open", False)
    assert change.clone_url == f"{sandbox.url}/acme/infra.git"


def test_base_branch_with_a_slash_and_a_hash(sandbox: Sandbox, pull: PullRequest) -> None:
    pull.repository.git.set_branch("release/1#2", pull.base)
    pull.base_branch = "release/1#2"
    assert app_forge(sandbox).change_request(ref(sandbox, pull)).merge_base == pull.base


def test_a_closed_one_whose_base_branch_is_gone_is_closed(sandbox: Sandbox, pull: PullRequest) -> None:
    pull.repository.git.set_branch("release", pull.base)
    sandbox.retarget(pull, "release")
    pull.repository.git.delete_branch("release")
    with pytest.raises(ForgeRefused):
        app_forge(sandbox).change_request(ref(sandbox, pull))
    sandbox.close(pull)
    assert app_forge(sandbox).change_request(ref(sandbox, pull)).state == "closed"


def test_unknown_pull_request_is_refused(sandbox: Sandbox, pull: PullRequest) -> None:
    with pytest.raises(ForgeRefused, match="GET /repos/acme/infra/pulls/99: 404"):
        app_forge(sandbox).change_request(ChangeRef("github", "acme/infra", 99))


def test_review_lands_on_both_sides_and_on_files(sandbox: Sandbox, pull: PullRequest) -> None:
    forge = app_forge(sandbox)
    change = forge.change_request(ref(sandbox, pull))
    wanted = [
        comment(line=2, start=1),
        comment(line=2, side="base"),
        comment("gone.tf", 1, "base"),
        comment("new.tf", None),
    ]
    assert forge.post_review(change, wanted) == ()
    assert posted(sandbox, pull) == [
        ("main.tf", 2, "RIGHT"),
        ("main.tf", 2, "LEFT"),
        ("gone.tf", 1, "LEFT"),
        ("new.tf", None, "RIGHT"),
    ]
    assert len(sandbox.github.world.reviews) == 2


@pytest.mark.parametrize(
    "bad",
    [comment(line=8), comment("absent.tf", 1), comment(line=2, start=2), comment(line=2, start=8), comment(text="")],
    ids=["off the hunks", "no such file", "no range", "start off the hunk", "fine"],
)
def test_one_bad_anchor_does_not_lose_the_rest(sandbox: Sandbox, pull: PullRequest, bad: ReviewComment) -> None:
    forge = app_forge(sandbox)
    change = forge.change_request(ref(sandbox, pull))
    refused = forge.post_review(change, [comment(line=1), bad, comment("new.tf", 1)])
    fine = bad == comment(text="")
    assert refused == (() if fine else (bad,))
    assert {("main.tf", 1, "RIGHT"), ("new.tf", 1, "RIGHT")} <= set(posted(sandbox, pull))


def test_conversation_holds_only_the_bots_own_marked_comments(sandbox: Sandbox, pull: PullRequest) -> None:
    forge = app_forge(sandbox)
    forge.write_comment(ref(sandbox, pull), SUMMARY + "mine")
    forge.write_comment(ref(sandbox, pull), "no marker")
    sandbox.comment(pull, "mallory", SUMMARY + "forged")
    change = forge.change_request(ref(sandbox, pull))
    forge.post_review(change, [comment()])
    conversation = forge.conversation(ref(sandbox, pull))
    assert [(c.kind, c.body) for c in conversation.comments] == [
        ("summary", SUMMARY + "mine"),
        ("inline", MARKER + "x"),
    ]
    assert (conversation.comments[1].path, conversation.comments[1].line) == ("main.tf", 2)


def test_conversation_of_many_pages(sandbox: Sandbox, pull: PullRequest) -> None:
    for number in range(250):
        sandbox.comment(pull, "ada", f"talk {number}")
    forge = app_forge(sandbox)
    forge.write_comment(ref(sandbox, pull), SUMMARY)
    assert len(forge.conversation(ref(sandbox, pull)).comments) == 1


def test_comments_are_replaced_in_place(sandbox: Sandbox, pull: PullRequest) -> None:
    forge = app_forge(sandbox)
    forge.write_comment(ref(sandbox, pull), SUMMARY + "one")
    forge.post_review(forge.change_request(ref(sandbox, pull)), [comment(text="one")])
    for old in forge.conversation(ref(sandbox, pull)).comments:
        forge.write_comment(ref(sandbox, pull), old.body.replace("one", "two"), old)
    snapshot = sandbox.snapshot(pull)
    assert (snapshot["summary"], [c["body"] for c in snapshot["comments"]]) == (SUMMARY + "two", [MARKER + "two"])


def test_a_deleted_summary_is_written_anew(sandbox: Sandbox, pull: PullRequest) -> None:
    forge = app_forge(sandbox)
    forge.write_comment(ref(sandbox, pull), SUMMARY)
    [old] = forge.conversation(ref(sandbox, pull)).comments
    sandbox.github.world.comments.clear()
    forge.write_comment(ref(sandbox, pull), SUMMARY + "again", old)
    assert sandbox.snapshot(pull)["summary"] == SUMMARY + "again"


def test_a_body_over_the_limit_is_clipped(sandbox: Sandbox, pull: PullRequest) -> None:
    app_forge(sandbox).write_comment(ref(sandbox, pull), SUMMARY + "x" * MAX_BODY)
    assert len(sandbox.snapshot(pull)["summary"]) == MAX_BODY


@pytest.mark.parametrize("make", [app_forge, token_forge])
@pytest.mark.parametrize(
    ("check", "mergeable"), [(GOOD, True), (BAD, False), (Check("neutral", "Observed", ""), True), (RUNNING, False)]
)
def test_check_decides_about_merging(
    sandbox: Sandbox, pull: PullRequest, make: Callable[[Sandbox], GitHubForge], check: Check, mergeable: bool
) -> None:
    forge = make(sandbox)
    assert sandbox.snapshot(pull)["mergeable"] is False
    forge.set_check(forge.change_request(ref(sandbox, pull)), check)
    assert sandbox.snapshot(pull)["mergeable"] is mergeable


def test_a_running_check_is_completed_and_a_completed_one_followed(sandbox: Sandbox, pull: PullRequest) -> None:
    forge = app_forge(sandbox)
    change = forge.change_request(ref(sandbox, pull))
    for check in (RUNNING, RUNNING, BAD, BAD, RUNNING, GOOD):
        forge.set_check(change, check)
    runs = sandbox.github.world.check_runs
    assert [(run.conclusion, run.title) for run in runs] == [("failure", BAD.title), ("success", GOOD.title)]


def test_another_apps_check_of_the_same_name_is_left_alone(sandbox: Sandbox, pull: PullRequest) -> None:
    given = {"name": "iam-review", "head_sha": pull.head, "external_id": "acme/infra#1", "status": "in_progress"}
    sandbox.github.add_check_run(pull.repository, given, app_id=666)
    forge = app_forge(sandbox)
    forge.set_check(forge.change_request(ref(sandbox, pull)), BAD)
    assert [(run.app_id, run.conclusion) for run in sandbox.github.world.check_runs] == [
        (666, None),
        (sandbox.app_id, "failure"),
    ]


def test_status_is_not_repeated(sandbox: Sandbox, pull: PullRequest) -> None:
    forge = token_forge(sandbox)
    change = forge.change_request(ref(sandbox, pull))
    for check in (RUNNING, BAD, BAD, GOOD):
        forge.set_check(change, check)
    assert [status.state for status in sandbox.github.world.statuses] == ["pending", "failure", "success"]


def test_any_number_of_annotations(sandbox: Sandbox, pull: PullRequest) -> None:
    forge = app_forge(sandbox)
    notes = tuple(Annotation("main.tf", n, n, "warning", f"note {n}", "why") for n in range(1, 121))
    forge.set_check(forge.change_request(ref(sandbox, pull)), Check("failure", "t", "s" * 70_000, notes))
    [run] = sandbox.github.world.check_runs
    assert (len(run.annotations), run.status, len(run.summary or "")) == (120, "completed", 65_535)


def test_two_pull_requests_on_one_head_have_a_check_each(sandbox: Sandbox, pull: PullRequest) -> None:
    other = sandbox.open_pull_at(pull.repository, pull.head, branch="other")
    forge = app_forge(sandbox)
    for each in (pull, other):
        forge.set_check(forge.change_request(ref(sandbox, each)), GOOD)
    assert [run.external_id for run in sandbox.github.world.check_runs] == ["acme/infra#1", "acme/infra#2"]


def test_reactions(sandbox: Sandbox, pull: PullRequest) -> None:
    said = sandbox.comment(pull, "ada", "/iam review")
    forge = app_forge(sandbox)
    for reaction in ("eyes", "eyes", "rocket"):
        forge.react(ref(sandbox, pull), f"issues/comments/{said.id}", reaction)
    assert [reaction.content for reaction in said.reactions] == ["eyes", "rocket"]
    forge.react(ref(sandbox, pull), "issues/comments/1", "eyes")


@pytest.mark.parametrize("role", ["admin", "maintain", "write", "triage", "read", "none"])
def test_permission_is_the_role(sandbox: Sandbox, pull: PullRequest, role: str) -> None:
    sandbox.github.world.user("grace")
    pull.repository.roles["grace"] = role
    assert app_forge(sandbox).permission(ref(sandbox, pull).place, "grace").role == role


def test_a_stranger_may_nothing(sandbox: Sandbox, pull: PullRequest) -> None:
    assert app_forge(sandbox).permission(ref(sandbox, pull).place, "no-body").role == "none"


def test_open_change_requests(sandbox: Sandbox, pull: PullRequest) -> None:
    other = sandbox.open_pull(pull.repository, HEAD, branch="other")
    pull.state = "closed"
    assert app_forge(sandbox).open_change_requests(ref(sandbox, pull).place) == (
        OpenChange(ref(sandbox, other), other.head),
    )


@pytest.mark.parametrize(
    ("fault", "error", "retry_after"),
    [
        (Fault(502), ForgeUnavailable, None),
        (Fault(500), ForgeUnavailable, None),
        (rate_limited(403), ForgeUnavailable, 60.0),
        (rate_limited(403, retry_after=7), ForgeUnavailable, 7.0),
        (rate_limited(429), ForgeUnavailable, 60.0),
        (rate_limited(429, retry_after=60), ForgeUnavailable, 60.0),
        (used_up(reset=1), ForgeUnavailable, 0.0),
        (Fault(401, message="Bad credentials"), ForgeUnavailable, 1.0),
        (Fault(403, message="Resource not accessible by integration"), ForgeRefused, None),
        (Fault(404, message="Not Found"), ForgeRefused, None),
        (Fault(410, message="Gone"), ForgeRefused, None),
    ],
    ids=lambda value: f"{value.status} {value.message[:20]}" if isinstance(value, Fault) else None,
)
def test_faults_are_told_apart_and_posts_not_repeated(
    sandbox: Sandbox, pull: PullRequest, fault: Fault, error: type[ForgeError], retry_after: float | None
) -> None:
    forge = app_forge(sandbox)
    fault.method, fault.path = "POST", "/comments$"
    sandbox.faults.order(fault)
    with pytest.raises(error) as raised:
        forge.write_comment(ref(sandbox, pull), SUMMARY)
    assert getattr(raised.value, "retry_after", None) == retry_after
    assert [request.status for request in sandbox.requests if request.method == "POST"][-1:] == [fault.status]
    assert sum(request.path.endswith("/issues/1/comments") for request in sandbox.requests) == 1


def test_a_comment_that_was_written_before_the_fault_is_found_again(sandbox: Sandbox, pull: PullRequest) -> None:
    forge = app_forge(sandbox)
    sandbox.faults.order(Fault(502, method="POST", path="/comments", after=True))
    with pytest.raises(ForgeUnavailable):
        forge.write_comment(ref(sandbox, pull), SUMMARY)
    assert len(forge.conversation(ref(sandbox, pull)).comments) == 1


def test_reading_is_tried_again(sandbox: Sandbox, pull: PullRequest) -> None:
    forge = app_forge(sandbox)
    sandbox.faults.order(Fault(502, method="GET", path="/pulls/1$", times=2))
    assert forge.change_request(ref(sandbox, pull)).head == pull.head


def test_a_slow_or_absent_forge_is_unavailable(sandbox: Sandbox, pull: PullRequest) -> None:
    unreachable = GitHubServer(TokenLogin("t0ken", login="x"), "http://127.0.0.1:9/api/v3", HURRIED).connect()
    with pytest.raises(ForgeUnavailable, match="could not be reached") as raised:
        GitHubForge(unreachable).change_request(ref(sandbox, pull))
    assert "t0ken" not in str(raised.value)


def test_a_missing_permission_is_refused_with_githubs_words(sandbox: Sandbox, pull: PullRequest) -> None:
    forge = app_forge(sandbox)
    sandbox.github.access.permissions["pull_requests"] = "read"
    with pytest.raises(ForgeRefused, match="Resource not accessible by integration"):
        forge.write_comment(ref(sandbox, pull), SUMMARY)


def test_a_token_may_not_write_check_runs_so_statuses_are_written(sandbox: Sandbox, pull: PullRequest) -> None:
    forge = token_forge(sandbox)
    forge.set_check(forge.change_request(ref(sandbox, pull)), BAD)
    assert sandbox.github.world.check_runs == []
    assert forge.connection.login == "review-bot"


def test_a_token_that_is_worth_nothing_any_more_is_replaced_for_the_next_job(
    sandbox: Sandbox, pull: PullRequest
) -> None:
    server = app_server(sandbox)
    forge = GitHubForge(server.connect(sandbox.installation))
    sandbox.github.access.expire_tokens()
    with pytest.raises(ForgeUnavailable, match="Bad credentials"):
        forge.change_request(ref(sandbox, pull))
    GitHubForge(server.connect(sandbox.installation)).change_request(ref(sandbox, pull))


def test_jobs_share_an_installations_token(sandbox: Sandbox) -> None:
    server = app_server(sandbox)
    for _ in range(3):
        server.connect(sandbox.installation)
    assert sum(request.path.endswith("/access_tokens") for request in sandbox.requests) == 1


def test_who_is_told_to_wait_does_not_ask_meanwhile(sandbox: Sandbox, pull: PullRequest) -> None:
    server = app_server(sandbox)
    first, second = (GitHubForge(server.connect(sandbox.installation)) for _ in range(2))
    sandbox.faults.order(rate_limited(403, retry_after=120))
    with pytest.raises(ForgeUnavailable, match="secondary rate limit"):
        first.change_request(ref(sandbox, pull))
    asked = len(sandbox.requests)
    with pytest.raises(ForgeUnavailable, match="not asked") as waiting:
        second.change_request(ref(sandbox, pull))
    assert len(sandbox.requests) == asked
    assert waiting.value.retry_after and 110 < waiting.value.retry_after <= 120


def test_the_budget_of_one_installation_is_not_that_of_another() -> None:
    clock = [1000.0]
    one, other = Budget(lambda: clock[0]), Budget(lambda: clock[0])
    assert [one.refused(None) for _ in range(3)] == [60.0, 120.0, 240.0]
    other.check("GET /")
    with pytest.raises(ForgeUnavailable):
        one.check("GET /")
    clock[0] += 240
    one.check("GET /")
    one.answered({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2000"})
    with pytest.raises(ForgeUnavailable) as waiting:
        one.check("GET /")
    assert waiting.value.retry_after == 760
    assert one.refused(None) == 60.0


def test_a_wrong_key_is_refused(sandbox: Sandbox, pull: PullRequest) -> None:
    with Sandbox.start() as other:
        server = GitHubServer(AppLogin(sandbox.app_id, other.private_key), sandbox.api_url, HURRIED)
        with pytest.raises(ForgeRefused, match="JSON web token"):
            server.connect(sandbox.installation)


@pytest.mark.parametrize(
    ("api", "web"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://github.example.com/api/v3", "https://github.example.com"),
        ("https://api.acme.ghe.com", "https://acme.ghe.com"),
        ("http://127.0.0.1:8080/api/v3", "http://127.0.0.1:8080"),
    ],
)
def test_git_and_people_use_the_site_of_the_api(api: str, web: str) -> None:
    assert web_url(api) == web


@pytest.mark.parametrize("key", ["", "nonsense", "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----"])
def test_a_private_key_that_is_none_is_said_at_once(key: str) -> None:
    with pytest.raises(ConfigError, match="private key"):
        GitHubServer(AppLogin(1, key))


def test_a_base_url_that_is_none_is_said_at_once() -> None:
    with pytest.raises(ConfigError, match=r"base URL 'github\.com'"):
        GitHubServer(TokenLogin("t"), "github.com")


def test_a_workflows_token_may_not_ask_who_it_is(sandbox: Sandbox, pull: PullRequest) -> None:
    token, _ = sandbox.github.access.installation_token(sandbox.installation)
    assert GitHubServer(TokenLogin(token), sandbox.api_url, HURRIED).connect().login == "github-actions[bot]"


def test_secrets_do_not_show_in_a_repr(sandbox: Sandbox) -> None:
    server = GitHubServer(AppLogin(sandbox.app_id, sandbox.private_key), sandbox.api_url, HURRIED)
    connection = server.connect(sandbox.installation)
    shown = repr((server, connection, TokenLogin("canary"), connection.credential()))
    assert "PRIVATE KEY" not in shown
    assert "canary" not in shown
    assert connection.credential().token not in shown
