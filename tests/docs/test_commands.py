"""What README and docs say to type: each command runs, or it is listed where it does, or why it does not."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
from packaging.requirements import Requirement

from bot.__main__ import run
from bot.cli import command
from bot.fake_forge.repository import folder
from bot.fake_forge.sample import SAMPLES
from tests.contents.repositories import Repository, write_files
from tests.docs.blocks import blocks
from tests.docs.commands import commands
from tests.docs.test_recipes import NARROW, WIDE, plan_of
from tests.places import PROJECT, TESTS
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml((TESTS / "cases" / "docs" / "commands.yaml").read_text("utf-8"))
KNOWN = {case["command"]: case for case in CASES}
RUN = [case for case in CASES if "exit" in case]
README = PROJECT / "README.md"


def test_every_command_is_listed_once_and_every_listed_one_is_there() -> None:
    assert len(KNOWN) == len(CASES)
    assert {text for text, _ in commands()} == KNOWN.keys()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["command"])
def test_it_is_run_or_says_where_or_why_not(case: dict[str, Any]) -> None:
    assert len({"exit", "elsewhere", "reason"} & case.keys()) == 1
    if "elsewhere" in case:
        place = (PROJECT / case["elsewhere"]).read_text("utf-8")
        program, first, *_ = case["command"].split()
        assert case.get("by", f"make {first}" if program == "make" else first) in place


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of a repository whose branch `my-branch` is checked out: the sample's change, as envs/prod."""
    top = tmp_path_factory.mktemp("docs")
    origin = Repository.create(top / "origin")
    for side, branch in (("base", "main"), ("head", "my-branch")):
        if branch != "main":
            origin.git("switch", "--quiet", "--create", branch)
        files = {name: content.decode() for name, content in folder(SAMPLES / side).items() if name.endswith(".tf")}
        origin.commit(
            {f"envs/prod/{name}": text for name, text in files.items()} | {".iam-review.yaml": "mode: comment\n"}
        )
    origin.git("switch", "--quiet", "main")
    clone = Repository(top / "infrastructure")
    origin.git("clone", "--quiet", str(origin.path), str(clone.path))
    clone.git("switch", "--quiet", "my-branch")
    for name, side in (("OLD", "base"), ("NEW", "head")):
        (clone.path / name).symlink_to(SAMPLES / side)
    given = {"old.json": json.dumps(NARROW), "new.json": json.dumps(WIDE), "plan.json": plan_of(WIDE)}
    write_files(clone.path, {**given, "FILE": "defaults: {mode: comment}\nenforced: {}\n"})
    (clone.path / ".git" / "info" / "exclude").write_text("OLD\nNEW\n*.json\nFILE\n")
    return clone.path


@pytest.mark.parametrize("case", RUN, ids=lambda case: case["command"])
def test_it_does_what_the_page_says(
    case: dict[str, Any], checkout: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(checkout)
    code = run(shlex.split(case["command"].partition(" > ")[0])[1:])
    said = capfd.readouterr()
    assert code == case["exit"], said
    assert case.get("says", "") in said.out + said.err


@pytest.mark.parametrize("text", [text for text in KNOWN if text.startswith("iam-review ")])
def test_its_options_are_options(text: str) -> None:
    _, *arguments = shlex.split(text)
    group: click.Command = command(arguments)
    while isinstance(group, click.Group) and arguments and not arguments[0].startswith("-"):
        name = arguments.pop(0)
        group = group.commands[name]
    names = {name for option in group.params for name in option.opts}
    assert {word for word in arguments if word.startswith("--")} <= names


@pytest.mark.parametrize("text", [text for text in KNOWN if text.startswith("make ")])
def test_its_target_and_variables_are_the_makefiles(text: str) -> None:
    makefile = (PROJECT / "Makefile").read_text()
    _, target, *variables = text.split()
    assert re.search(rf"^{target}:.*##", makefile, re.M)
    assert [one for one in variables if f"$({one.partition('=')[0]})" not in makefile.replace("$(if $(", "$(")] == []


def test_make_help_lists_every_target() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    makefile = (PROJECT / "Makefile").read_text()
    [phony] = re.findall(r"^\.PHONY: (.*)", makefile, re.M)
    assert {line.split()[0] for line in done.stdout.splitlines()} == set(phony.split())


@pytest.mark.parametrize("text", [text for text in KNOWN if text.startswith("pip install")])
def test_what_pip_is_to_install_is_a_requirement(text: str) -> None:
    last = shlex.split(text)[-1]
    assert last.startswith(".") or last.endswith(".whl") or Requirement(last).name == "iam-review"


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    text = README.read_text("utf-8")
    assert len(text.splitlines()) <= 100
    targets = re.findall(r"(?:\]\(|(?:srcset|src)=\")([^)#\"]+)", text)
    assert [target for target in targets if not (PROJECT / target).exists()] == []


AROUND = """resource "aws_iam_role" "deploy" {
  name               = "deploy"
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "deploy" {
  role   = aws_iam_role.deploy.name
  policy = data.aws_iam_policy_document.deploy.json
}
"""


def test_the_change_that_looks_harmless_gets_the_comment_that_is_shown(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    [shown] = [block.text for block in blocks(README) if block.language == "diff"]
    lines = shown.splitlines()
    for side, left_out in (("base", "+"), ("head", "-")):
        text = "\n".join(line[1:] for line in lines if not line.startswith(left_out))
        write_files(tmp_path / side, {"main.tf": f"{text}\n\n{AROUND}"})
    assert run(["diff", "--base-dir", str(tmp_path / "base"), "--head-dir", str(tmp_path / "head")]) == 1
    said = re.sub(r"\s+", " ", capfd.readouterr().out)
    [comment] = re.findall(r"^> \*\*(\w+)\*\* (.*)", README.read_text("utf-8"), re.M)
    assert f"{comment[0]} {comment[1]}".replace("\\*", "*") in said
    assert re.search(r"proof iam:PassRole on [^,]* by deploy, [^,]* allowed before, and still", said)
    for action in ("lambda:CreateFunction", "lambda:InvokeFunction"):
        assert re.search(rf"{action} on \S+ by deploy refused before, allowed now", said)
    away = "or take lambda:CreateFunction or lambda:InvokeFunction away"
    assert f"Name the roles that it passes, none with more rights than its own, {away}" in said
