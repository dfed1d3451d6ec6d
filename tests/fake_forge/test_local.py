"""A local repository can be looked at as a pull request without copying its history."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.contents.cache import Cache
from bot.contents.git import GitContents
from bot.errors import RevisionError
from bot.fake_forge.sample import open_local
from bot.fake_forge.sandbox import Sandbox
from tests.contents.repositories import Repository
from tests.fake_forge.fixtures import app_forge, ref


def test_a_local_change_becomes_a_pull_request(sandbox: Sandbox, tmp_path: Path) -> None:
    repository = Repository.create(tmp_path / "my infra")
    fork = repository.commit({"main.tf": "a = 1\n"}, "One")
    repository.git("switch", "--quiet", "--create", "feature/x")
    head = repository.commit({"main.tf": "a = 2\n"}, "Raise a\n\nBecause.")
    repository.git("switch", "--quiet", "main")
    repository.commit({"main.tf": "a = 1\n", "later.tf": ""}, "Later")
    pull = open_local(sandbox, repository.path, "main", "feature/x")
    assert (pull.title, pull.head, pull.repository.full_name) == ("Raise a", head, "local/my-infra")
    forge = app_forge(sandbox)
    change = forge.change_request(ref(sandbox, pull))
    assert change.merge_base == fork
    credential = forge.connection.credential()
    place = Cache(tmp_path / "cache")
    revisions = GitContents.remote(change.clone_url, credential, change.merge_base, change.head, place).revisions()
    assert "+a = 2" in revisions.diff


def test_a_revision_that_is_not_there_is_named(sandbox: Sandbox, tmp_path: Path) -> None:
    repository = Repository.create(tmp_path / "infra")
    repository.commit({"main.tf": ""})
    with pytest.raises(RevisionError, match="no commit 'nope'"):
        open_local(sandbox, repository.path, "main", "nope")
