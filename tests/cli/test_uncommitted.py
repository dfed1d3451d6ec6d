"""`diff --head REV` compares commits, and says which Terraform files of the working tree it therefore does not see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.contents.uncommitted import uncommitted
from bot.frontends.front_ends import wanted
from bot.wiring import compared
from tests.contents.repositories import Repository, write_files
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = read_yaml((TESTS / "cases" / "cli" / "uncommitted.yaml").read_text())


def diff(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "bot", "diff", *options], capture_output=True, text=True, check=False)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository.create(tmp_path / "infra")
    made.commit({"main.tf": "a = 1\n"}, "One")
    return made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_told(case: dict[str, Any], repository: Repository) -> None:
    ignored = "".join(f"{pattern}\n" for pattern in case.get("ignored", []))
    files = {"main.tf": "a = 1\n", ".gitignore": ignored, **dict.fromkeys(case.get("committed", []), "{}\n")}
    repository.commit(files)
    staged = dict.fromkeys(case.get("staged", []), "{ }\n")
    write_files(repository.path, staged)
    if staged:
        repository.git("add", *staged)
    write_files(repository.path, dict.fromkeys(case.get("written", []), "# not committed\n"))
    for path in case.get("deleted", []):
        (repository.path / path).unlink()
    done = diff("--repo", str(repository.path), "--base", "HEAD~1", "--head", "HEAD")
    assert done.returncode == 0, done.stderr
    assert done.stderr == (f"iam-review: {case['said']}\n" if case["said"] else "")
    assert "not looked at" not in done.stdout


def test_cases_have_every_suffix() -> None:
    names = [name for case in CASES for key in ("written", "staged", "deleted") for name in case.get(key, [])]
    assert not [suffix for suffix in wanted() if not any(name.endswith(suffix) for name in names)]


def test_the_whole_tree_is_looked_at_from_a_folder_in_it(repository: Repository) -> None:
    write_files(repository.path, {"live/x.tf": "", "top.tf": ""})
    assert uncommitted(repository.path / "live") == ("live/x.tf", "top.tf")


def test_bare_repositories_and_folders_have_none(repository: Repository, tmp_path: Path) -> None:
    repository.git("clone", "--quiet", "--bare", str(repository.path), str(tmp_path / "infra.git"))
    write_files(repository.path, {"new.tf": ""})
    bare = diff("--repo", str(tmp_path / "infra.git"), "--base", "HEAD")
    assert (bare.returncode, bare.stderr) == (0, "")
    folders = diff("--base-dir", str(repository.path), "--head-dir", str(repository.path))
    assert (folders.returncode, folders.stderr) == (0, "")


def test_looking_runs_nothing_and_writes_nothing(repository: Repository, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    script = tmp_path / "trap.sh"
    script.write_text(f"#!/bin/sh\ntouch {trap}\ncat\n", "utf-8")
    script.chmod(0o755)
    repository.commit({"main.tf": "a = 2\n", ".gitattributes": "*.tf filter=set diff=set\n*.hcl filter=a.b\n"})
    further = (
        write_files(tmp_path, {"further": f'[filter "a.b"]\n\tprocess = {script}\n\trequired = true\n'}) / "further"
    )
    repository.git("config", "include.path", str(further))
    for key in ("filter.set.clean", "filter.set.process", "diff.set.textconv", "core.fsmonitor"):
        repository.git("config", key, str(script))
    write_files(repository.path, {"main.tf": "a = 3\n", "x.hcl": ""})  # as long as before: git has to compare
    index = (repository.path / ".git" / "index").read_bytes()
    assert uncommitted(repository.path) == ("main.tf", "x.hcl")
    assert not trap.exists()
    assert (repository.path / ".git" / "index").read_bytes() == index


def test_what_git_cannot_tell_is_said(tmp_path: Path) -> None:
    [said] = compared.not_committed(tmp_path)
    assert "Terraform files that are not committed could not be seen: git rev-parse failed" in said
