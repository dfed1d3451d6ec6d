"""What the base branch's rules said before, for where nobody can read what they say now."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.contents import objects
from bot.contents.port import FileVersion
from tests.contents.repositories import Repository
from tests.contents.test_target import revisions

RULES = ".iam-review.yaml"


def history(repository: Repository) -> tuple[list[str], tuple[str, str, str]]:
    """A commit for each version of the rules, which a merge brings last, and what is between them."""
    first = repository.commit({RULES: "mode: comment\n", "main.tf": ""})
    second = repository.commit({RULES: "mode: enforce\n", "main.tf": ""})
    repository.commit({RULES: "mode: enforce\n", "main.tf": "# one"})
    repository.git("checkout", "--quiet", "-b", "breaking")
    repository.commit({RULES: "mode: [\n", "main.tf": "# one"})
    repository.commit({RULES: "mode: [[\n", "main.tf": "# one"})
    repository.git("checkout", "--quiet", "main")
    beside = repository.commit({RULES: "mode: enforce\n", "main.tf": "# one", "other.tf": ""})
    repository.git("merge", "--quiet", "--no-ff", "-m", "Merge", "breaking")
    merged = repository.git("rev-parse", "HEAD")
    head = repository.commit({RULES: "mode: [[\n", "main.tf": "# two"})
    return [beside, first], (second, head, merged)


@pytest.mark.parametrize("kind", ["local", "remote"])
def test_the_newest_comes_first_and_a_merge_is_one_change(kind: str, tmp_path: Path) -> None:
    repository = Repository.create(tmp_path / "repository")
    before, commits = history(repository)
    found = revisions(repository, kind, commits, tmp_path).earlier_rules()
    said = [b"mode: enforce\n", b"mode: comment\n"]
    assert found == tuple(FileVersion(*one) for one in zip(before, said, strict=True))


def test_so_far_is_looked_back_and_no_further(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository.create(tmp_path / "repository")
    before, commits = history(repository)
    for most, expected in ((2, before[:1]), (1, [])):
        monkeypatch.setattr(objects, "LOOK_BACK", most)
        found = revisions(repository, "local", commits, tmp_path).earlier_rules()
        assert [one.commit for one in found] == expected
