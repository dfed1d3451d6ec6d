"""Commands where little is installed: what the slim requirements are enough for, and what the others say to type."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from bot.cli import command
from bot.cli.extras import remedy
from bot.fake_forge.sample import SAMPLES
from tests.cli.bare import bare_environment, required, run_bare
from tests.places import PROJECT, TESTS
from tests.yaml_files import read_yaml

CASES = TESTS / "cases" / "cli"
CALLS = read_yaml((CASES / "bare.yaml").read_text())
REQUIREMENTS = PROJECT / "requirements"
FILES = ("slim.in", "ci.in", "mcp.in", "runtime.in")


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    places = tmp_path_factory.mktemp("environments")
    return {name: bare_environment(places / name, required(REQUIREMENTS / f"{name}.txt")) for name in CALLS}


def cases() -> Iterator[Any]:
    for environment, calls in CALLS.items():
        for case in calls:
            yield pytest.param(environment, case, id=f"{environment}: {case['call']}")


@pytest.mark.parametrize(("environment", "case"), list(cases()))
def test_call(environment: str, case: dict[str, Any], environments: dict[str, Path], tmp_path: Path) -> None:
    arguments = shlex.split(case["call"].format(sample=SAMPLES, cases=CASES, project=PROJECT))
    done = run_bare(environments[environment], arguments, tmp_path)
    assert "Traceback" not in done.stderr
    if "extra" in case:
        name = re.escape(arguments[0])
        line = rf"iam-review: {name} needs more than is installed \(there is no \w+\); type\n  pip install 'iam-review"
        assert re.fullmatch(rf"{line}\[{case['extra']}\].*'\n", done.stderr), done.stderr
        assert done.returncode == 2
    else:
        assert done.returncode == case.get("exit", 0), done.stderr
        assert "needs more than is installed" not in done.stderr


def test_every_command_has_a_row() -> None:
    group = command(["--help"])
    assert isinstance(group, click.Group)
    assert group.commands.keys() == {case["call"].split()[0] for case in CALLS["slim"]}


def test_a_module_of_ours_that_is_missing_is_a_fault() -> None:
    assert remedy("diff", ModuleNotFoundError("x", name="bot.nowhere")) is None
    assert remedy("diff", ModuleNotFoundError("x")) is None


@pytest.mark.parametrize("file", FILES)
def test_requirements_are_those_of_the_package(file: str) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    listed = {
        "slim.in": project["dependencies"],
        "ci.in": extras["ci"],
        "mcp.in": extras["mcp"],
        "runtime.in": [*extras["server"], *extras["sentry"]],
    }[file]
    lines = [line for line in (REQUIREMENTS / file).read_text().splitlines() if not line.startswith(("#", "-r"))]
    assert {_name(line) for line in lines} == {_name(one) for one in listed} - {"iam-review"}


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!]", requirement)[0]
