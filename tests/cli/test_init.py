"""`init`: the first rules of a repository are right, say what they mean, and are never written over any."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import run
from bot.review_config.rules_file import load_review_config
from tests.contents.repositories import Repository, write_files
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = read_yaml((TESTS / "cases" / "cli" / "init.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_first_rules(case: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_files(tmp_path, case["files"])
    assert run(["init", "--repo", str(tmp_path), "--print"]) == 0
    text = capsys.readouterr().out
    assert read_yaml(text) == case["gives"]
    assert load_review_config(text, "x").problems == ()
    assert [words for words in case.get("says", []) if words not in text] == []
    bare = [number for number, line in enumerate(text.splitlines()) if line and line[0] not in "# -"]
    assert [number for number in bare if not text.splitlines()[number - 1].startswith("#")] == []


def test_it_is_written_at_the_top_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository = Repository.create(tmp_path / "infra")
    write_files(repository.path, {"envs/prod/main.tf": ""})
    file = repository.path / ".iam-review.yaml"
    assert run(["init", "--repo", str(repository.path / "envs" / "prod")]) == 0
    assert f"{file} is written" in capsys.readouterr().err
    assert run(["config", "check", str(file)]) == 0
    file.write_text("mode: enforce\n")
    assert run(["init", "--repo", str(repository.path)]) == 2
    assert file.read_text() == "mode: enforce\n"


def test_it_is_not_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / ".iam-review.yaml").symlink_to(tmp_path / "elsewhere")
    assert run(["init", "--repo", str(tmp_path / "infra")]) == 2
    assert not (tmp_path / "elsewhere").exists()


def test_where_it_is_of_no_use_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", "--repo", str(tmp_path)]) == 0
    noted = capsys.readouterr().err
    assert "in no checkout of a git repository" in noted and "no Terraform configuration" in noted
    repository = Repository.create(tmp_path / "infra")
    write_files(repository.path, {"main.tf": ""})
    assert run(["init", "--repo", str(repository.path)]) == 0
    assert capsys.readouterr().err.count("iam-review:") == 1


def test_that_nothing_is_accepted_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rules.yaml").write_text("mode: observe\n")
    assert run(["waivers", "--file", str(tmp_path / "rules.yaml")]) == 0
    assert capsys.readouterr() == ("", "iam-review: nothing is accepted\n")
