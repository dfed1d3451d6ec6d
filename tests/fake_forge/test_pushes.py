"""Comments move along with their lines when commits are pushed, and are outdated when the lines go."""

from __future__ import annotations

from bot.fake_forge.sandbox import Sandbox
from bot.fake_forge.world import PullRequest
from bot.forges.port import ReviewComment
from bot.review.identity import ThreadKey
from tests.fake_forge.fixtures import HEAD, app_forge, ref


def comment_on(sandbox: Sandbox, pull: PullRequest, line: int) -> None:
    forge = app_forge(sandbox)
    change = forge.change_request(ref(sandbox, pull))
    assert forge.post_review(change, [ReviewComment("main.tf", line, "head", "x", ThreadKey(1, "f" * 16))]) == ()


def test_a_comment_moves_with_its_line(sandbox: Sandbox, pull: PullRequest) -> None:
    comment_on(sandbox, pull, 2)
    sandbox.push(pull, {**HEAD, "main.tf": b"first = 0\n" + HEAD["main.tf"]})
    [comment] = sandbox.github.world.line_comments
    assert (comment.line, comment.commit, comment.original_line) == (3, pull.head, 2)


def test_a_comment_is_outdated_when_its_line_changes(sandbox: Sandbox, pull: PullRequest) -> None:
    comment_on(sandbox, pull, 2)
    reviewed = pull.head
    sandbox.push(pull, {**HEAD, "main.tf": HEAD["main.tf"].replace(b"b = 3", b"b = 4")})
    [comment] = sandbox.github.world.line_comments
    assert (comment.line, comment.commit, comment.original_line) == (None, reviewed, 2)


def test_a_force_push_takes_comments_along(sandbox: Sandbox, pull: PullRequest) -> None:
    comment_on(sandbox, pull, 2)
    sandbox.push(pull, {**HEAD, "more.tf": b""}, force=True)
    [comment] = sandbox.github.world.line_comments
    assert (comment.line, comment.commit) == (2, pull.head)
    assert pull.repository.git.commit_at(pull.head).parents == (pull.base,)


def test_a_push_makes_the_check_outstanding_again(sandbox: Sandbox, pull: PullRequest) -> None:
    given = {
        "name": "iam-review",
        "head_sha": pull.head,
        "conclusion": "success",
        "output": {"title": "t", "summary": ""},
    }
    sandbox.github.add_check_run(pull.repository, given)
    assert sandbox.wait_for_check(pull, seconds=0)
    sandbox.push(pull, HEAD)
    assert not sandbox.wait_for_check(pull, seconds=0)
    assert sandbox.snapshot(pull)["mergeable"] is False


def test_a_review_that_comes_late_is_carried_to_the_head(sandbox: Sandbox, pull: PullRequest) -> None:
    forge = app_forge(sandbox)
    change = forge.change_request(ref(sandbox, pull))
    sandbox.push(pull, {**HEAD, "main.tf": b"first = 0\n" + HEAD["main.tf"]})
    assert forge.post_review(change, [ReviewComment("main.tf", 2, "head", "x", ThreadKey(1, "f" * 16))]) == ()
    [comment] = sandbox.github.world.line_comments
    assert (comment.line, comment.original_line, comment.original_commit) == (3, 2, change.head)


def test_a_review_of_what_was_pushed_away_is_refused(sandbox: Sandbox, pull: PullRequest) -> None:
    forge = app_forge(sandbox)
    change = forge.change_request(ref(sandbox, pull))
    sandbox.push(pull, {**HEAD, "more.tf": b""}, force=True)
    late = ReviewComment("main.tf", 2, "head", "x", ThreadKey(1, "f" * 16))
    assert forge.post_review(change, [late]) == (late,)
    assert sandbox.github.world.line_comments == []
