"""Runs the action and the component as the runners do: expressions and inputs filled in, each step in bash."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.fake_forge.sandbox import Sandbox
from bot.fake_forge.world import PullRequest
from tests.places import PROJECT
from tests.yaml_files import read_yaml

ROOT = PROJECT
ACTION = ROOT / "action.yml"
COMPONENT = ROOT / "templates" / "iam-review.yml"
PROGRAM = Path(sys.executable)
"""The interpreter that has the program."""

_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")
_INPUT = re.compile(r"\$\[\[\s*inputs\.([\w-]+)\s*\]\]")


@dataclass(frozen=True, slots=True)
class Ran:
    """How a job ended and what it left behind."""

    code: int
    output: str
    summary: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)


def clone(pull: PullRequest, directory: Path) -> Path:
    """What actions/checkout leaves with `fetch-depth: 0`: the merge of head into base, checked out."""
    return _checkout(pull, directory, "+refs/heads/*:refs/remotes/origin/*")


def shallow(pull: PullRequest, directory: Path) -> Path:
    """What it leaves with `fetch-depth: 1`, the default: one commit and nothing else."""
    return _checkout(pull, directory, "--depth=1")


def _checkout(pull: PullRequest, directory: Path, option: str) -> Path:
    source, merge = Path(pull.repository.git.directory), f"refs/pull/{pull.number}/merge"
    _git(source, "update-ref", merge, _merge_commit(pull))
    _git(directory.parent, "init", "--quiet", directory.name)
    wanted = (f"file://{source}", f"{merge}:refs/remotes/pull/merge")
    options = (option, *wanted) if option.startswith("--") else (*wanted, option)
    _git(directory, "fetch", "--quiet", *options)
    _git(directory, "checkout", "--quiet", "--detach", "refs/remotes/pull/merge")
    return directory


def _merge_commit(pull: PullRequest) -> str:
    git = pull.repository.git.directory
    tree = _git(Path(git), "rev-parse", f"{pull.head}^{{tree}}")
    return _git(Path(git), "commit-tree", tree, "-p", pull.base, "-p", pull.head, "-m", "Merge")


def _git(directory: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "protocol.file.allow=always")
    done = subprocess.run(("git", *identity, "-C", str(directory), *arguments), check=True, capture_output=True)
    return done.stdout.decode().strip()


def github_variables(sandbox: Sandbox, repository: str, workspace: Path, place: Path) -> dict[str, str]:
    """The variables that GitHub's runner sets, with its files in `place`."""
    place.mkdir(parents=True, exist_ok=True)
    for name in ("summary", "output"):
        (place / name).touch()
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": repository,
        "GITHUB_SERVER_URL": sandbox.url,
        "GITHUB_API_URL": sandbox.api_url,
        "GITHUB_WORKSPACE": str(workspace),
        "GITHUB_STEP_SUMMARY": str(place / "summary"),
        "GITHUB_OUTPUT": str(place / "output"),
        "GITHUB_EVENT_PATH": str(place / "event.json"),
        "RUNNER_TEMP": str(place),
        "HOME": str(place),
        "PATH": os.environ["PATH"],
    }


def event(pull: PullRequest) -> tuple[str, dict[str, Any]]:
    """The event of a pull request, as far as the job reads it."""
    content = {
        "number": pull.number,
        "user": {"login": pull.author.login},
        "html_url": f"https://forge.invalid/pull/{pull.number}",
        "base": {"sha": pull.base, "ref": pull.base_branch},
        "head": {"sha": pull.head},
    }
    return "pull_request", {"pull_request": content}


def run_action(
    variables: Mapping[str, str],
    happened: tuple[str, Mapping[str, Any]],
    inputs: Mapping[str, str],
    install: bool,
    source: Path = ROOT,
) -> Ran:
    """Every step of the action; without `install` the program under test stands in for what would be installed.

    `source` is where the runner has put the action's repository.
    """
    action = read_yaml(ACTION.read_text())
    name, payload = happened
    place = Path(variables["RUNNER_TEMP"])
    Path(variables["GITHUB_EVENT_PATH"]).write_text(json.dumps(payload))
    contexts = {"github.action_path": str(source), "runner.temp": str(place), "github.token": inputs["token"]}
    for given, described in action["inputs"].items():
        contexts[f"inputs.{given}"] = inputs.get(given, _filled(described["default"], contexts))
    if not install:
        (place / "iam-review" / "bin").mkdir(parents=True)
        stand_in = place / "iam-review" / "bin" / "python"
        stand_in.write_text(f'#!/bin/sh\nexec "{PROGRAM}" "$@"\n')
        stand_in.chmod(0o755)
    output, code = "", 0
    steps = [step for step in action["runs"]["steps"] if "run" in step]
    for step in steps if install else steps[-1:]:
        settings = {key: _filled(value, contexts) for key, value in step.get("env", {}).items()}
        given = {**variables, "GITHUB_EVENT_NAME": name, **settings}
        done = _bash(step["run"], given, Path(variables["GITHUB_WORKSPACE"]))
        output, code = output + done.stdout, done.returncode
        if code:
            break
    lines = (place / "output").read_text().splitlines()
    return Ran(code, output, (place / "summary").read_text(), dict(line.split("=", 1) for line in lines))


def component(inputs: Mapping[str, str] = {}) -> dict[str, Any]:  # read only
    """The jobs of the component with these inputs, by name."""
    spec, _, jobs = COMPONENT.read_text().partition("\n---\n")
    defaults = {name: str(about["default"]) for name, about in read_yaml(spec)["spec"]["inputs"].items()}
    filled = {**defaults, **inputs}
    assert filled.keys() == defaults.keys()
    jobs_by_name: dict[str, Any] = read_yaml(_INPUT.sub(lambda found: filled[found[1]], jobs))
    return jobs_by_name


def run_job(variables: Mapping[str, str], directory: Path, **inputs: str) -> Ran:
    """The component's job, its script in one shell, its own variables under the given ones."""
    (job,) = component(inputs).values()
    path = f"{PROGRAM.parent}:{os.environ['PATH']}"
    own = {name: value or "" for name, value in job["variables"].items()}
    settings = {**own, "PATH": path, "HOME": str(directory), **variables}
    done = _bash("\n".join(job["script"]), settings, directory)
    return Ran(done.returncode, done.stdout)


def _filled(text: str, contexts: Mapping[str, str]) -> str:
    return _EXPRESSION.sub(lambda found: contexts[found[1]], text)


def _bash(script: str, environment: Mapping[str, str], directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script),
        env=dict(environment),
        cwd=directory,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=300,
        check=False,
    )
