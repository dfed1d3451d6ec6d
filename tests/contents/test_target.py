"""The rules that count are those of the base branch as it is now, not those of where a change branched off."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.contents.cache import Cache
from bot.contents.git import GitContents
from bot.contents.port import Revisions
from bot.reviewer import Options, first_request
from tests.contents.repositories import Repository

OLD, NEW = {".iam-review.yaml": "fail_at: never\n"}, {".iam-review.yaml": "fail_at: low\n"}


def revisions(repository: Repository, kind: str, commits: tuple[str, str, str], folder: Path) -> Revisions:
    old, head, now = commits
    if kind == "local":
        return GitContents.local(repository.path, now, head).revisions()
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
    cache = Cache(folder / "cache", 2**20)
    return GitContents.remote(f"file://{repository.path}", None, old, head, cache, target=now).revisions()


@pytest.mark.parametrize("kind", ["local", "remote"])
@pytest.mark.parametrize(("now", "counts"), [(NEW, "fail_at: low\n"), ({}, None), (None, "fail_at: never\n")])
def test_rules(kind: str, now: dict[str, str] | None, counts: str | None, tmp_path: Path) -> None:
    repository = Repository.create(tmp_path / "repository")
    old = repository.commit(OLD | {"main.tf": ""})
    repository.git("checkout", "--quiet", "-b", "feature")
    head = repository.commit(OLD | {"main.tf": "# a change"})
    repository.git("checkout", "--quiet", "main")
    gone_on = old if now is None else repository.commit(now | {"main.tf": ""})
    request = first_request(revisions(repository, kind, (old, head, gone_on), tmp_path), Options())
    assert (request.base, request.rules_text) == (old, counts)
