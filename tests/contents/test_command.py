"""git is run with bounds, and its errors carry no secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.contents.command import Git, GitFailed, OutputTooLarge
from bot.contents.objects import diff
from bot.errors import ContentsError
from tests.contents.repositories import Repository


def test_output_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    repository = Repository.create(tmp_path)
    repository.commit({"big.txt": "x" * 3_000_000})
    with pytest.raises(OutputTooLarge):
        Git(tmp_path).run("cat-file", "blob", "HEAD:big.txt", limit=1000)


def test_a_command_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    slow = Git(tmp_path, (("alias.slow", "!sleep 30"),))
    with pytest.raises(ContentsError, match=r"did not finish within 0\.2 s"):
        slow.run("slow", seconds=0.2)


def test_secrets_do_not_show_in_errors(tmp_path: Path) -> None:
    Repository.create(tmp_path)
    git = Git(tmp_path, secrets=("s3cret",))
    with pytest.raises(GitFailed) as failure:
        git.run("cat-file", "blob", "s3cret")
    assert "s3cret" not in str(failure.value)
    assert "***" in str(failure.value)
    assert "s3cret" not in repr(git)


def test_a_file_of_which_the_clone_has_not_the_contents_is_left_out_of_the_difference(tmp_path: Path) -> None:
    repository = Repository.create(tmp_path)
    base = repository.commit({"main.tf": "a = 1\n", "provider": "a program\n"})
    blob = repository.git("rev-parse", f"{base}:provider")
    head = repository.commit({"main.tf": "a = 2\n"})
    (tmp_path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    shown = diff(Git(tmp_path), base, head)
    assert "+a = 2" in shown
    assert "provider" not in shown
