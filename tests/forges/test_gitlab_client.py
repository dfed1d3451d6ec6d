"""GitLab behind the Forge port, over real HTTP against the sandbox."""

from __future__ import annotations

import dataclasses

import pytest

from bot.errors import ConfigError, ForgeError, ForgeRefused, ForgeUnavailable
from bot.evaluated.touched import parse_diff
from bot.fake_forge.faults import Fault
from bot.fake_forge.gitlab.fake_gitlab import GitLabSandbox
from bot.fake_forge.gitlab.model import MergeRequest
from bot.forges.gitlab.client import MAX_BODY, GitLabForge
from bot.forges.gitlab.connection import GitLabServer
from bot.forges.port import ChangeRef, DiffLine, Permission, ReviewComment, Side
from bot.render.anchor import diff_line
from bot.review.identity import ThreadKey
from tests.fake_forge.fixtures import BASE, HEAD
from tests.fake_forge.gitlab.fixtures import forge, ref

MARKER = "<!-- iam-review:fp=0123456789abcdef head=abcdef0 -->\n"
FIXED = "<!-- iam-review:fp=0123456789abcdef head=abcdef0 fixed -->\n"
SUMMARY = "<!-- iam-review:summary head=abcdef0 -->\n"


def comment(
    request: MergeRequest,
    path: str = "main.tf",
    line: int | None = 2,
    side: Side = "head",
    text: str = "x",
    start: int | None = None,
) -> ReviewComment:
    """As the renderer makes it: with the line's place in the diff."""
    git = request.repository.git
    base = git.merge_base(request.base, request.head)
    text_of_diff = git.git.run("diff-tree", "-p", "-r", "--find-renames", base, request.head).decode()
    touched = parse_diff(text_of_diff)
    change = touched.by_head.get(path) or touched.by_base.get(path)

    def place(number: int | None) -> DiffLine | None:
        return None if change is None or number is None else diff_line(change, side, number)

    old_path = change.base if change else ""
    return ReviewComment(
        path, line, side, MARKER + text, ThreadKey(1, "0" * 16), start, old_path, place(line), place(start)
    )


def posted(gitlab: GitLabSandbox, request: MergeRequest) -> list[tuple[str, int | None, str]]:
    return [(c["path"], c["line"], c["side"]) for c in gitlab.snapshot(request)["comments"]]


def test_change_request_is_read_with_its_merge_base(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    fork = merge_request.base
    merge_request.repository.git.commit("main", {**BASE, "later.tf": b""}, "Later", "grace", fork)
    change = forge(gitlab).change_request(ref(merge_request))
    assert (change.head, change.base, change.merge_base) == (merge_request.head, fork, fork)
    assert (change.base_branch, change.author, change.state, change.draft) == ("main", "ada", "open", False)
    assert change.clone_url == f"{gitlab.url}/acme/platform/infra.git"
    assert change.web_url == f"{gitlab.url}/acme/platform/infra/-/merge_requests/1"
    assert (change.from_fork, change.contributors) == (False, ("ada",))


@pytest.mark.parametrize(("merged", "state"), [(False, "closed"), (True, "merged")])
def test_the_end_of_a_merge_request(
    gitlab: GitLabSandbox, merge_request: MergeRequest, merged: bool, state: str
) -> None:
    gitlab.close(merge_request, merged=merged)
    assert forge(gitlab).change_request(ref(merge_request)).state == state


def test_a_merge_request_that_is_still_prepared_is_waited_for(
    gitlab: GitLabSandbox, merge_request: MergeRequest
) -> None:
    merge_request.prepared = False
    with pytest.raises(ForgeUnavailable, match="preparing") as raised:
        forge(gitlab).change_request(ref(merge_request))
    assert raised.value.retry_after == 3.0


def test_branches_without_a_common_ancestor_are_not_waited_for(
    gitlab: GitLabSandbox, merge_request: MergeRequest
) -> None:
    newest = merge_request.versions[-1]
    merge_request.versions.append(dataclasses.replace(newest, base=""))
    with pytest.raises(ForgeRefused, match="no common ancestor"):
        forge(gitlab).change_request(ref(merge_request))


def test_unknown_merge_request_is_refused(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    with pytest.raises(ForgeRefused, match="GET /projects/acme%2Fplatform%2Finfra/merge_requests/99: 404"):
        forge(gitlab).change_request(ChangeRef("gitlab", "acme/platform/infra", 99))


def test_a_fork_is_told_and_its_project_may_be_closed(gitlab: GitLabSandbox) -> None:
    repository = gitlab.create_repository("acme/infra", BASE)
    request = gitlab.open_pull(repository, HEAD, from_fork="mallory/infra", author="mallory")
    assert request.source is not None
    gitlab.settings(request.source).visibility = "private"
    change = forge(gitlab).change_request(ref(request))
    assert (change.from_fork, change.clone_url, change.contributors) == (True, f"{gitlab.url}/acme/infra.git", ())


def test_comments_on_both_sides_on_context_on_several_lines_and_on_files(
    gitlab: GitLabSandbox, merge_request: MergeRequest
) -> None:
    bot = forge(gitlab)
    change = bot.change_request(ref(merge_request))
    wanted = [
        comment(merge_request, line=2),
        comment(merge_request, line=2, side="base"),
        comment(merge_request, line=4),
        comment(merge_request, line=1, side="base"),
        comment(merge_request, line=2, start=1),
        comment(merge_request, "gone.tf", 1, "base"),
        comment(merge_request, "new.tf", 1),
        comment(merge_request, "new.tf", None),
    ]
    assert bot.post_review(change, wanted) == ()
    notes = gitlab.world.line_comments
    assert [(c.path, c.start_line, c.line, c.side) for c in notes] == [
        ("main.tf", None, 2, "RIGHT"),
        ("main.tf", None, 2, "LEFT"),
        ("main.tf", None, 4, "RIGHT"),
        ("main.tf", None, 1, "RIGHT"),
        ("main.tf", 1, 2, "RIGHT"),
        ("gone.tf", None, 1, "LEFT"),
        ("new.tf", None, 1, "RIGHT"),
        ("new.tf", None, None, "RIGHT"),
    ]


def test_a_renamed_file_has_both_its_names(gitlab: GitLabSandbox) -> None:
    text = b"".join(b"line%d = 1\n" % n for n in range(20))
    repository = gitlab.create_repository("acme/infra", {"old.tf": text})
    request = gitlab.open_pull(repository, {"new.tf": text.replace(b"line7 = 1", b"line7 = 2")})
    bot = forge(gitlab)
    wanted = [comment(request, "new.tf", 8), comment(request, "new.tf", 8, "base"), comment(request, "new.tf", None)]
    assert bot.post_review(bot.change_request(ref(request)), wanted) == ()
    assert posted(gitlab, request) == [("new.tf", 8, "RIGHT"), ("new.tf", 8, "LEFT"), ("new.tf", None, "RIGHT")]


@pytest.mark.parametrize("path", ["main.tf", "absent.tf"])
def test_one_refused_position_does_not_lose_the_rest(
    gitlab: GitLabSandbox, merge_request: MergeRequest, path: str
) -> None:
    bot = forge(gitlab)
    bad = comment(merge_request, path, 8)
    wanted = [comment(merge_request, line=1), bad, comment(merge_request, "new.tf", 1)]
    assert bot.post_review(bot.change_request(ref(merge_request)), wanted) == (bad,)
    assert posted(gitlab, merge_request) == [("main.tf", 1, "RIGHT"), ("new.tf", 1, "RIGHT")]


def test_a_position_that_breaks_gitlab_does_not_stop_the_review(
    gitlab: GitLabSandbox, merge_request: MergeRequest
) -> None:
    bot = forge(gitlab)
    change = bot.change_request(ref(merge_request))
    first, second = comment(merge_request, line=1), comment(merge_request, line=2, text="two")
    gitlab.faults.order(Fault(500, "POST", "/discussions$", times=2))
    assert bot.post_review(change, [first, second]) == (first,)
    assert posted(gitlab, merge_request) == [("main.tf", 2, "RIGHT")]


def test_gitlab_may_fail_once(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    bot = forge(gitlab)
    gitlab.faults.order(Fault(500, "POST", "/discussions$"))
    assert bot.post_review(bot.change_request(ref(merge_request)), [comment(merge_request)]) == ()
    assert posted(gitlab, merge_request) == [("main.tf", 2, "RIGHT")]


def test_a_comment_that_was_posted_all_the_same_is_not_called_refused(
    gitlab: GitLabSandbox, merge_request: MergeRequest
) -> None:
    bot = forge(gitlab)
    gitlab.faults.order(Fault(500, "POST", "/discussions$", after=True))
    assert bot.post_review(bot.change_request(ref(merge_request)), [comment(merge_request)]) == ()


def test_a_review_that_comes_late_stands_on_the_version_it_is_of(
    gitlab: GitLabSandbox, merge_request: MergeRequest
) -> None:
    bot = forge(gitlab)
    change, wanted = bot.change_request(ref(merge_request)), [comment(merge_request)]
    gitlab.push(merge_request, {**HEAD, "main.tf": b"first = 0\n" + HEAD["main.tf"]})
    assert bot.post_review(change, wanted) == ()
    assert posted(gitlab, merge_request) == [("main.tf", 3, "RIGHT")]


def test_conversation_holds_only_the_bots_own_marked_comments(
    gitlab: GitLabSandbox, merge_request: MergeRequest
) -> None:
    bot = forge(gitlab)
    bot.write_comment(ref(merge_request), SUMMARY + "mine")
    bot.write_comment(ref(merge_request), "no marker")
    gitlab.comment(merge_request, "mallory", SUMMARY + "forged")
    bot.post_review(bot.change_request(ref(merge_request)), [comment(merge_request)])
    found = bot.conversation(ref(merge_request)).comments
    assert [(c.kind, c.body, c.path, c.line, c.side) for c in found] == [
        ("summary", SUMMARY + "mine", "", None, None),
        ("inline", MARKER + "x", "main.tf", 2, "head"),
    ]
    assert (found[0].thread, found[1].thread[:12], found[1].resolved) == ("", "discussions/", False)


def test_conversation_of_many_pages(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    for number in range(250):
        gitlab.comment(merge_request, "ada", f"talk {number}")
    bot = forge(gitlab)
    bot.write_comment(ref(merge_request), SUMMARY)
    assert len(bot.conversation(ref(merge_request)).comments) == 1


def test_an_outdated_comment_has_no_line(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    bot = forge(gitlab)
    bot.post_review(
        bot.change_request(ref(merge_request)), [comment(merge_request), comment(merge_request, "new.tf", 1)]
    )
    gitlab.push(merge_request, {**HEAD, "main.tf": HEAD["main.tf"].replace(b"b = 3", b"b = 4")})
    bot.change_request(ref(merge_request))
    assert [(c.path, c.line) for c in bot.conversation(ref(merge_request)).comments] == [
        ("main.tf", None),
        ("new.tf", 1),
    ]


def test_comments_are_replaced_in_place(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    bot = forge(gitlab)
    bot.write_comment(ref(merge_request), SUMMARY + "one")
    bot.post_review(bot.change_request(ref(merge_request)), [comment(merge_request, text="one")])
    for old in bot.conversation(ref(merge_request)).comments:
        bot.write_comment(ref(merge_request), old.body.replace("one", "two"), old)
    seen = gitlab.snapshot(merge_request)
    assert (seen["summary"], [c["body"] for c in seen["comments"]]) == (SUMMARY + "two", [MARKER + "two"])


def fixed(gitlab: GitLabSandbox, request: MergeRequest, token: str = "") -> GitLabForge:
    """A comment is posted, and its finding goes."""
    bot = forge(gitlab, token)
    bot.post_review(bot.change_request(ref(request)), [comment(request)])
    [old] = bot.conversation(ref(request)).comments
    bot.write_comment(ref(request), FIXED + "gone", old, resolve=True)
    return bot


def test_a_fixed_finding_is_resolved_and_one_that_is_back_is_open_again(
    gitlab: GitLabSandbox, merge_request: MergeRequest
) -> None:
    gitlab.settings(merge_request.repository).threads_must_be_resolved = True
    bot = fixed(gitlab, merge_request)
    [old] = bot.conversation(ref(merge_request)).comments
    assert (old.resolved, gitlab.gitlab.threads_resolved(merge_request)) == (True, True)
    bot.write_comment(ref(merge_request), MARKER + "back", old, resolve=False)
    [old] = bot.conversation(ref(merge_request)).comments
    assert (old.resolved, gitlab.gitlab.threads_resolved(merge_request)) == (False, False)


def test_what_people_have_resolved_stays_so(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    bot = forge(gitlab)
    bot.post_review(bot.change_request(ref(merge_request)), [comment(merge_request)])
    [note] = gitlab.gitlab.notes(merge_request)
    gitlab.gitlab.resolve(merge_request, note.discussion, True, merge_request.author)
    [old] = bot.conversation(ref(merge_request)).comments
    bot.write_comment(ref(merge_request), MARKER + "other words", old)
    assert note.resolved


def test_without_the_right_to_resolve_the_words_must_do(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    merge_request.repository.roles["weak-bot"] = "reporter"
    fixed(gitlab, merge_request, gitlab.personal_token("weak-bot"))
    [note] = gitlab.gitlab.notes(merge_request)
    assert (note.resolved, note.body) == (False, FIXED + "gone")


def test_a_deleted_summary_is_written_anew(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    bot = forge(gitlab)
    bot.write_comment(ref(merge_request), SUMMARY)
    [old] = bot.conversation(ref(merge_request)).comments
    gitlab.world.comments.clear()
    bot.write_comment(ref(merge_request), SUMMARY + "again", old)
    assert gitlab.snapshot(merge_request)["summary"] == SUMMARY + "again"


def test_a_body_over_the_limit_is_clipped(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    forge(gitlab).write_comment(ref(merge_request), SUMMARY + "x" * MAX_BODY)
    assert len(gitlab.snapshot(merge_request)["summary"]) == MAX_BODY


def test_an_answer_goes_into_the_thread_it_was_asked_in(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    bot = forge(gitlab)
    bot.post_review(bot.change_request(ref(merge_request)), [comment(merge_request)])
    [note] = gitlab.gitlab.notes(merge_request)
    said = gitlab.comment(merge_request, "ada", "/iam help", thread=note.discussion)
    bot.write_comment(ref(merge_request), "the answer", answers=f"discussions/{note.discussion}/notes/{said.id}")
    bot.write_comment(ref(merge_request), "to nobody", answers="discussions/gone/notes/1")
    bot.write_comment(ref(merge_request), "to a comment alone", answers="notes/1")
    assert [each.body for each in gitlab.gitlab.notes(merge_request) if each.discussion == note.discussion][1:] == [
        "/iam help",
        "the answer",
    ]
    assert [each.body for each in gitlab.world.comments_on(merge_request)] == ["to nobody", "to a comment alone"]


def test_reactions(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    said = gitlab.comment(merge_request, "ada", "/iam review")
    bot = forge(gitlab)
    for reaction in ("eyes", "eyes", "rocket", "-1"):
        bot.react(ref(merge_request), f"notes/{said.id}", reaction)
    assert [reaction.content for reaction in said.reactions] == ["eyes", "rocket", "thumbsdown"]
    bot.react(ref(merge_request), f"discussions/{'0' * 40}/notes/1", "eyes")


ROLES = [
    ("owner", "admin"), ("maintainer", "maintain"), ("developer", "write"), ("reporter", "triage"),
    ("planner", "read"), ("guest", "read"), ("minimal", "read"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "amounts_to"), ROLES)
def test_permission_is_the_role(gitlab: GitLabSandbox, merge_request: MergeRequest, role: str, amounts_to: str) -> None:
    gitlab.world.user("grace")
    merge_request.repository.roles["grace"] = role
    assert forge(gitlab).permission(ref(merge_request).place, "grace").role == amounts_to


def test_a_group_gives_its_role_to_all_below_it(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    gitlab.world.user("grace")
    gitlab.gitlab.access.groups |= {"acme": {"grace": "maintainer"}, "acme/platform": {"grace": "guest"}, "other": {}}
    found = forge(gitlab).permission(ref(merge_request).place, "Grace", ["acme", "other", "unheard-of"])
    assert found == Permission("maintain", frozenset({"acme"}))


@pytest.mark.parametrize(("visibility", "role"), [("public", "read"), ("internal", "read"), ("private", "none")])
def test_who_is_no_member_may_read_what_is_not_private(
    gitlab: GitLabSandbox, merge_request: MergeRequest, visibility: str, role: str
) -> None:
    gitlab.world.user("mallory")
    gitlab.settings(merge_request.repository).visibility = visibility
    assert forge(gitlab).permission(ref(merge_request).place, "mallory").role == role


def test_nobody_may_nothing(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    assert forge(gitlab).permission(ref(merge_request).place, "no-body") == Permission("none")


def test_open_change_requests(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    other = gitlab.open_pull(merge_request.repository, HEAD, branch="other")
    gitlab.close(merge_request)
    [found] = forge(gitlab).open_change_requests(ref(merge_request).place)
    assert (found.ref, found.head) == (ref(other), other.head)


def limited(retry_after: str = "", reset: str = "") -> Fault:
    headers = {"Retry-After": retry_after} if retry_after else {}
    return Fault(429, headers=headers | ({"RateLimit-Remaining": "0", "RateLimit-Reset": reset} if reset else {}))


@pytest.mark.parametrize(
    ("fault", "error", "retry_after"),
    [
        (Fault(502), ForgeUnavailable, None),
        (Fault(500), ForgeUnavailable, None),
        (Fault(503, headers={"Retry-After": "9"}), ForgeUnavailable, 9.0),
        (limited(), ForgeUnavailable, None),
        (limited("60"), ForgeUnavailable, 60.0),
        (limited(reset="1"), ForgeUnavailable, 0.0),
        (Fault(403, headers={"Retry-After": "7"}), ForgeUnavailable, 7.0),
        (Fault(409, message="Resource lock"), ForgeUnavailable, None),
        (Fault(401, message="401 Unauthorized"), ForgeRefused, None),
        (Fault(403, message="insufficient_scope"), ForgeRefused, None),
        (Fault(404, message="404 Not Found"), ForgeRefused, None),
        (Fault(410, message="Gone"), ForgeRefused, None),
    ],
    ids=lambda value: (
        f"{value.status} {value.message[:20]} {dict(value.headers)}" if isinstance(value, Fault) else None
    ),
)
def test_faults_are_told_apart_and_posts_not_repeated(
    gitlab: GitLabSandbox,
    merge_request: MergeRequest,
    fault: Fault,
    error: type[ForgeError],
    retry_after: float | None,
) -> None:
    bot = forge(gitlab)
    fault.method, fault.path, fault.times = "POST", "/notes$", 1
    gitlab.faults.order(fault)
    with pytest.raises(error) as raised:
        bot.write_comment(ref(merge_request), SUMMARY)
    assert getattr(raised.value, "retry_after", None) == retry_after
    assert [r.status for r in gitlab.requests if r.path.endswith("/notes")] == [fault.status]


def test_a_comment_that_was_written_before_the_fault_is_found_again(
    gitlab: GitLabSandbox, merge_request: MergeRequest
) -> None:
    bot = forge(gitlab)
    gitlab.faults.order(Fault(502, method="POST", path="/notes$", after=True))
    with pytest.raises(ForgeUnavailable):
        bot.write_comment(ref(merge_request), SUMMARY)
    assert len(bot.conversation(ref(merge_request)).comments) == 1


def test_reading_is_tried_again(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    bot = forge(gitlab)
    gitlab.faults.order(Fault(502, method="GET", path="/merge_requests/1$", times=2))
    assert bot.change_request(ref(merge_request)).head == merge_request.head


def test_a_slow_or_absent_forge_is_unavailable() -> None:
    with pytest.raises(ForgeUnavailable, match="could not be reached") as raised:
        GitLabServer("t0ken-canary", "http://127.0.0.1:9", timeout=1).connect()
    assert "canary" not in str(raised.value)


def test_a_redirection_elsewhere_does_not_take_the_token_along(
    gitlab: GitLabSandbox, merge_request: MergeRequest
) -> None:
    bot = forge(gitlab)
    with GitLabSandbox.start() as other:
        gitlab.faults.order(Fault(302, "GET", "/merge_requests/1$", headers={"Location": f"{other.url}/api/v4/user"}))
        with pytest.raises(ForgeUnavailable, match="could not be reached"):
            bot.change_request(ref(merge_request))
        assert other.requests == []


def test_a_renamed_project_is_followed(gitlab: GitLabSandbox, merge_request: MergeRequest) -> None:
    bot = forge(gitlab)
    moved = f"/api/v4/projects/{merge_request.repository.id}/merge_requests/1"
    gitlab.faults.order(Fault(301, "GET", "infra/merge_requests/1$", headers={"Location": moved}))
    assert bot.change_request(ref(merge_request)).head == merge_request.head


@pytest.mark.parametrize("url", ["gitlab.com", "ssh://gitlab.com", "https://", "https://token@gitlab.com", ""])
def test_a_base_url_that_is_none_is_said_at_once(url: str) -> None:
    with pytest.raises(ConfigError, match="base URL"):
        GitLabServer("t", url)


@pytest.mark.parametrize("url", ["https://git.example/", "https://git.example/api/v4", "https://git.example/api/v4/"])
def test_the_base_url_may_be_that_of_the_api(url: str) -> None:
    assert GitLabServer("t", url).base_url == "https://git.example"


def test_the_token_does_not_show() -> None:
    server = GitLabServer("canary", "https://git.example", 5, 7)
    assert "canary" not in repr(server) + repr(server.connect())
