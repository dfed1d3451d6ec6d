"""docs/recipes.md: what runs there runs here, on a change that is to fail and one that is not; its YAML is valid."""

from __future__ import annotations

import http.server
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from check_jsonschema import main as check_schema  # type: ignore[import-untyped]
from click.testing import CliRunner
from packaging.requirements import Requirement

from bot.fake_forge.repository import folder
from bot.fake_forge.sample import SAMPLES
from tests.contents.repositories import Repository
from tests.docs.blocks import blocks
from tests.places import PROJECT
from tests.yaml_files import read_yaml

RECIPES = {block.heading: block.text for block in blocks(PROJECT / "docs" / "recipes.md")}
PROGRAMS = Path(sys.executable).parent
INSTALLED = ("/tmp/iam-review", "$AGENT_TEMPDIRECTORY/iam-review")
"""Where recipes install; what they then call is the program under test."""

WIDE = {"Statement": [{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}]}
NARROW = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}


def scripts(name: str) -> list[str]:
    """The commands of a recipe, in the order they are run."""
    text = RECIPES[name]
    if name == "HCP Terraform":
        return [text]
    if name == "Jenkins":
        return re.findall(r"sh '''\n(.*?)'''", text, re.S)
    recipe = read_yaml(text)
    match name:
        case "Atlantis":
            steps = recipe["workflows"]["iam-review"]["plan"]["steps"]
            return [step["run"] for step in steps if isinstance(step, dict)]
        case "Spacelift":
            return list(recipe["stack_defaults"]["after_plan"])
        case "Terrateam":
            [step] = [step for step in recipe["workflows"][0]["plan"] if step["type"] == "run"]
            assert step["cmd"][:2] == ["sh", "-c"]
            return [step["cmd"][2]]
        case "CircleCI":
            steps = recipe["jobs"]["iam-review"]["steps"]
            return [step["run"]["command"] for step in steps if isinstance(step, dict) and "run" in step]
        case _:
            return [step["script"] for step in recipe["steps"] if "script" in step]


def run(script: str, directory: Path, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    for place in INSTALLED:
        script = script.replace(f"{place}/bin/", "PROGRAMS/")
    script = script.replace("/tmp/", f"{directory.parent}/").replace("PROGRAMS/", f"{PROGRAMS}/")
    environment = {"PATH": f"{directory.parent}/programs:{PROGRAMS}:{os.environ['PATH']}", **variables}
    call = ["sh", "-e", "-c", script]
    return subprocess.run(call, cwd=directory, env=environment, capture_output=True, text=True, check=False)


def plan_of(after: Mapping[str, object]) -> str:
    change = {"actions": ["update"], "before": {"role": "a", "policy": json.dumps(NARROW)}}
    change |= {"after": {"role": "a", "policy": json.dumps(after)}, "after_unknown": {}}
    own = {"address": "aws_iam_role_policy.a", "mode": "managed", "type": "aws_iam_role_policy", "name": "a"}
    return json.dumps({"format_version": "1.2", "resource_changes": [{**own, "change": change}]})


@pytest.fixture
def terraform(tmp_path: Path) -> Path:
    """A folder to work in, and a `terraform show -json FILE` that prints the file."""
    program = tmp_path / "programs" / "terraform"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\n[ "$1 $2" = "show -json" ] && exec cat "$3"\nexit 9\n')
    program.chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()
    return work


@pytest.mark.parametrize(("after", "code"), [(WIDE, 1), (NARROW, 0)], ids=["more", "the same"])
@pytest.mark.parametrize("name", ["Atlantis", "Spacelift", "Terrateam"])
def test_a_plan_is_reviewed(name: str, after: Mapping[str, object], code: int, terraform: Path) -> None:
    (terraform / "spacelift.plan").write_text(plan_of(after))
    variables = {"PLANFILE": "spacelift.plan", "SHOWFILE": f"{terraform}/show.json"}
    variables |= {"TERRATEAM_PLAN_FILE": "spacelift.plan"}
    *before, last = scripts(name)
    for script in before:
        assert run(script, terraform, variables).returncode == 0
    done = run(last, terraform, variables)
    assert (done.returncode, "CRITICAL" in done.stdout) == (code, code == 1), done.stdout + done.stderr


@contextmanager
def api(content: str) -> Iterator[tuple[str, list[str]]]:
    """An API that redirects to where the plan is; its address, and the paths that were asked for with the token."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/archive":
                self.send_response(200)
                self.end_headers()
                self.wfile.write(content.encode())
                return
            if self.headers["Authorization"] == "Bearer secret":
                asked.append(self.path)
            self.send_response(307)
            self.send_header("Location", "/archive")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


@pytest.mark.parametrize(("after", "code"), [(WIDE, 1), (NARROW, 0)], ids=["more", "the same"])
def test_the_plan_of_a_run_is_reviewed(after: Mapping[str, object], code: int, terraform: Path) -> None:
    [script] = scripts("HCP Terraform")
    with api(plan_of(after)) as (address, asked):
        done = run(script, terraform, {"TFE_ADDRESS": address, "TFE_TOKEN": "secret", "RUN_ID": "run-1"})
    assert asked == ["/api/v2/runs/run-1/plan/json-output"]
    assert done.returncode == code, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["CircleCI", "Jenkins", "Azure Pipelines"])
@pytest.mark.parametrize(("side", "code"), [("head", 1), ("base", 0)], ids=["more", "the same"])
def test_a_checkout_is_reviewed(name: str, side: str, code: int, tmp_path: Path) -> None:
    origin = Repository.create(tmp_path / "origin")
    origin.commit(_texts(SAMPLES / "base"))
    origin.git("switch", "--quiet", "--create", "change")
    origin.commit({**_texts(SAMPLES / side), "notes.md": "x\n"})
    work = tmp_path / "work"
    origin.git("clone", "--quiet", str(origin.path), str(work))
    given = {"CHANGE_TARGET": "main", "SYSTEM_PULLREQUEST_TARGETBRANCHNAME": "main"}
    given["AGENT_TEMPDIRECTORY"] = str(tmp_path)
    install, review = scripts(name)
    [needed] = re.findall(r'install --quiet "([^"]+)"', install)
    assert Requirement(needed).name == "iam-review"
    done = run(review, work, given)
    assert done.returncode == code, done.stdout + done.stderr
    [report] = [*tmp_path.rglob("iam-review.xml")]
    suite = ElementTree.fromstring(report.read_text())
    assert (suite.attrib["failures"] != "0") == (code == 1)


def _texts(directory: Path) -> dict[str, str]:
    return {name: content.decode() for name, content in folder(directory).items()}


@pytest.mark.parametrize(
    ("name", "schema"), [("CircleCI", "vendor.circle-ci"), ("Azure Pipelines", "vendor.azure-pipelines")]
)
def test_it_is_what_they_describe(name: str, schema: str, tmp_path: Path) -> None:
    file = tmp_path / "pipeline.yml"
    file.write_text(RECIPES[name])
    further = ["--data-transform", "azure-pipelines", "--regex-variant", "python"] if "azure" in schema else []
    done = CliRunner().invoke(check_schema, ["--builtin-schema", schema, *further, str(file)])
    assert done.exit_code == 0, done.output


DOCUMENTED: dict[str, dict[str, set[str]]] = {
    "Atlantis": {"": {"repos", "workflows"}, "repos.0": {"id", "workflow"}, "workflows.iam-review.plan": {"steps"}},
    "Spacelift": {"": {"version", "stack_defaults"}, "stack_defaults": {"after_plan"}},
    "Terrateam": {"": {"workflows"}, "workflows.0": {"tag_query", "plan"}},
}
"""The keys at each place that these products document and that have no published schema here."""


@pytest.mark.parametrize("name", DOCUMENTED)
def test_its_keys_are_documented(name: str) -> None:
    recipe = read_yaml(RECIPES[name])
    for path, keys in DOCUMENTED[name].items():
        assert _at(recipe, path).keys() == keys


def _at(recipe: Any, path: str) -> Any:
    for key in filter(None, path.split(".")):
        recipe = recipe[int(key) if key.isdigit() else key]
    return recipe


def test_every_recipe_is_tried() -> None:
    reviewed = {"Atlantis", "Spacelift", "Terrateam", "HCP Terraform", "CircleCI", "Jenkins", "Azure Pipelines"}
    assert RECIPES.keys() == reviewed
