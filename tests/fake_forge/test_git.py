"""The sandbox serves its repositories over git's smart HTTP, to those with a token."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.contents.cache import Cache
from bot.contents.git import GitContents
from bot.contents.remote import GitCredential
from bot.errors import ContentsError
from bot.fake_forge.faults import Fault
from bot.fake_forge.sandbox import Sandbox
from bot.fake_forge.world import PullRequest
from tests.fake_forge.fixtures import app_forge, ref


def contents(sandbox: Sandbox, pull: PullRequest, credential: GitCredential | None, place: Path) -> GitContents:
    change = app_forge(sandbox).change_request(ref(sandbox, pull))
    return GitContents.remote(change.clone_url, credential, change.merge_base, change.head, Cache(place))


def test_a_pull_request_is_read_in_at_most_six_requests(sandbox: Sandbox, pull: PullRequest, tmp_path: Path) -> None:
    credential = app_forge(sandbox).connection.credential()
    revisions = contents(sandbox, pull, credential, tmp_path).revisions()
    assert set(revisions.head_listing) == {"main.tf", "new.tf"}
    assert "+b = 3" in revisions.diff
    assert sum(".git/" in request.path for request in sandbox.requests) <= 6


@pytest.mark.parametrize("credential", [None, GitCredential("x-access-token", "wrong-canary")])
def test_git_needs_a_token(
    sandbox: Sandbox, pull: PullRequest, credential: GitCredential | None, tmp_path: Path
) -> None:
    with pytest.raises(ContentsError, match="could not fetch") as raised:
        contents(sandbox, pull, credential, tmp_path).revisions()
    assert "canary" not in str(raised.value)
    assert raised.value.status == 401


def test_what_git_was_answered_is_known(sandbox: Sandbox, pull: PullRequest, tmp_path: Path) -> None:
    sandbox.faults.order(Fault(503, path=r"\.git/"))
    with pytest.raises(ContentsError, match="could not fetch") as raised:
        contents(sandbox, pull, app_forge(sandbox).connection.credential(), tmp_path).revisions()
    assert raised.value.status == 503


def test_a_commit_of_a_fork_is_read_from_the_base_repository(sandbox: Sandbox, tmp_path: Path) -> None:
    repository = sandbox.create_repository("acme/infra", {"main.tf": b"a = 1\n"})
    base = repository.git.resolve("main")
    head = repository.git.commit("theirs", {"main.tf": b"a = 2\n"}, "Fork", "mallory", base)
    pull = sandbox.open_pull_at(repository, head, from_fork="mallory/infra")
    repository.git.git.run("update-ref", "-d", "refs/heads/theirs")
    credential = app_forge(sandbox).connection.credential()
    assert "+a = 2" in contents(sandbox, pull, credential, tmp_path).revisions().diff


def test_a_change_of_thousands_of_files(sandbox: Sandbox, tmp_path: Path) -> None:
    base = {f"dir{n % 50}/file{n}.tf": b"a = %d\n" % n for n in range(3000)}
    pull = sandbox.open_pull(sandbox.create_repository("acme/infra", base), {**base, "new.tf": b"x = 1\n"})
    credential = app_forge(sandbox).connection.credential()
    revisions = contents(sandbox, pull, credential, tmp_path).revisions()
    assert len(revisions.blobs) == 3001
    assert sum(".git/" in request.path for request in sandbox.requests) <= 6
