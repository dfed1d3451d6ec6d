"""The hook that other repositories take from this one: as pre-commit documents hooks, and with what it calls."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from bot.cli import command
from bot.frontends.front_ends import wanted
from tests.contents.repositories import Repository, write_files
from tests.places import PROJECT
from tests.yaml_files import read_yaml

TEXTS = {"id", "name", "entry", "language", "files", "exclude", "description", "language_version"}
TRUTHS = {"always_run", "fail_fast", "pass_filenames", "require_serial", "verbose"}
LISTS = {"types", "types_or", "exclude_types", "stages", "additional_dependencies", "args"}
REQUIRED = {"id", "name", "entry", "language"}
HOOKS = read_yaml((PROJECT / ".pre-commit-hooks.yaml").read_text("utf-8"))
WIDE = """resource "aws_iam_role_policy" "a" {
  role   = "a"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "iam:*", Resource = "*" }] })
}
"""


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_it_is_what_pre_commit_documents(hook: dict[str, Any]) -> None:
    assert hook.keys() >= REQUIRED
    assert hook.keys() <= TEXTS | TRUTHS | LISTS
    for names, kind in ((TEXTS, str), (TRUTHS, bool), (LISTS, list)):
        assert [name for name in names & hook.keys() if not isinstance(hook[name], kind)] == []
    assert hook["language"] == "python"
    assert hook["pass_filenames"] is False


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_its_entry_is_a_call_that_parses(hook: dict[str, Any]) -> None:
    program, name, *options = shlex.split(hook["entry"])
    assert program == "iam-review"
    group = command([name])
    assert isinstance(group, click.Group)
    taken = group.commands[name].make_context(name, options).params
    assert (taken["staged"], taken["base"]) == (True, "HEAD")


def test_every_file_that_is_read_calls_for_it() -> None:
    [hook] = HOOKS
    names = [f"live/x{suffix}" for suffix in wanted() if suffix != ".tfbackend"]
    assert [name for name in names if not re.search(hook["files"], name)] == []
    assert not re.search(hook["files"], "README.md")


@pytest.mark.parametrize("arguments", [["--all"], ["--", "main.tf"]])
def test_it_stops_a_commit_with_the_index_of_that_commit(tmp_path: Path, arguments: list[str]) -> None:
    repository = Repository.create(tmp_path / "infra")
    repository.commit({"main.tf": "# nothing yet\n"})
    [hook] = HOOKS
    call = shlex.join([sys.executable, "-m", "bot", *shlex.split(hook["entry"])[1:]])
    script = write_files(repository.path / ".git" / "hooks", {"pre-commit": f"#!/bin/sh\nexec {call}\n"}) / "pre-commit"
    script.chmod(0o755)
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    commit = ("git", *identity, "commit", "--quiet", "--message", "More", *arguments)
    write_files(repository.path, {"main.tf": WIDE})
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    stopped = subprocess.run(commit, cwd=repository.path, env=environment, check=False, capture_output=True, text=True)
    assert stopped.returncode == 1, stopped.stderr
    assert "main.tf" in stopped.stdout + stopped.stderr
    write_files(repository.path, {"main.tf": "# still nothing\n"})
    subprocess.run(commit, cwd=repository.path, env=environment, check=True, capture_output=True)
