"""action.yml, run as a runner would, against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.fake_forge.repository import folder
from bot.fake_forge.sample import SAMPLES
from bot.fake_forge.sandbox import Sandbox
from bot.fake_forge.world import PullRequest
from tests.contents.repositories import write_files
from tests.fake_forge.fixtures import app_key, judged
from tests.forges.ci import hostile
from tests.forges.ci.runners import ACTION, Ran, clone, event, github_variables, run_action, shallow
from tests.yaml_files import read_yaml

RULES = b"mode: enforce\n"


@dataclass(frozen=True, slots=True)
class Workflow:
    """A pull request on the sandbox and a place for its job."""

    sandbox: Sandbox
    pull: PullRequest
    place: Path

    def run(
        self,
        workspace: Path,
        permission: str = "write",
        install: bool = False,
        further: Mapping[str, str] = {},  # read only
        **inputs: str,
    ) -> Ran:
        """The action with a workflow's token that has this permission on pull requests."""
        token = self.sandbox.personal_token(
            "github-actions", contents="read", metadata="read", pull_requests=permission
        )
        variables = github_variables(self.sandbox, "acme/checkout", workspace, self.place / "runner")
        return run_action({**variables, **further}, event(self.pull), {"token": token, **inputs}, install)

    def seen(self) -> dict[str, Any]:
        """What a person sees on the pull request."""
        return self.sandbox.snapshot(self.pull)


@pytest.fixture
def workflow(tmp_path: Path) -> Iterator[Workflow]:
    with Sandbox.start(private_key=app_key()) as sandbox, judged(sandbox):
        base = {**folder(SAMPLES / "base"), ".iam-review.yaml": RULES}
        head = {**folder(SAMPLES / "head"), ".iam-review.yaml": RULES}
        repository = sandbox.create_repository("acme/checkout", base)
        yield Workflow(sandbox, sandbox.open_pull(repository, head), tmp_path)


def test_installed_action_comments_annotates_and_fails(workflow: Workflow) -> None:
    work, marks = clone(workflow.pull, workflow.place / "work"), workflow.place / "marks"
    marks.mkdir()
    write_files(work, hostile.traps(marks))
    ran = workflow.run(work, install=True, further=hostile.variables(work), html="review.html")
    assert ran.code == 1, ran.output
    assert hostile.sprung(marks) == []
    assert "::error file=" in ran.output
    assert ran.summary.startswith("## iam-review: ")
    assert (ran.outputs["verdict"], ran.outputs["complete"]) == ("fail", "true")
    assert "<html" in (workflow.place / "work" / "review.html").read_text()
    assert workflow.seen()["comments"]
    assert workflow.seen()["summary"]


def test_second_run_adds_nothing(workflow: Workflow) -> None:
    work = clone(workflow.pull, workflow.place / "work")
    workflow.run(work)
    before = workflow.seen()
    workflow.place.joinpath("runner").rename(workflow.place / "first")
    workflow.run(work)
    assert workflow.seen() == before


def test_default_checkout_of_one_commit_fetches_what_is_missing(workflow: Workflow) -> None:
    ran = workflow.run(shallow(workflow.pull, workflow.place / "work"))
    assert (ran.code, "what is missing was fetched" in ran.output) == (1, True), ran.output


def test_one_commit_and_no_token_says_what_to_fetch(workflow: Workflow) -> None:
    ran = workflow.run(shallow(workflow.pull, workflow.place / "work"), token="")
    assert (ran.code, "git fetch" in ran.output) == (2, True), ran.output


def test_token_that_only_reads_decides_without_comments(workflow: Workflow) -> None:
    ran = workflow.run(clone(workflow.pull, workflow.place / "work"), permission="read")
    assert ran.code == 1
    assert "The comments could not be written" in ran.output
    assert not workflow.seen()["comments"]


def test_modes_and_thresholds_are_inputs(workflow: Workflow) -> None:
    ran = workflow.run(clone(workflow.pull, workflow.place / "work"), mode="comment", comments="false")
    assert (ran.code, ran.outputs["verdict"]) == (0, "fail")
    assert not workflow.seen()["comments"]


def test_reports_are_inputs(workflow: Workflow) -> None:
    work = clone(workflow.pull, workflow.place / "work")
    ran = workflow.run(work, comments="false", sarif="x.sarif", junit="x.xml", json="x.json")
    assert ran.code == 1, ran.output
    assert not [name for name in ("x.sarif", "x.xml", "x.json") if not (work / name).read_text()]


def test_plans_and_hosts_are_given_line_by_line(workflow: Workflow) -> None:
    ran = workflow.run(clone(workflow.pull, workflow.place / "work"), plan="a.json\nprod=b.json\n")
    assert (ran.code, "--plan a.json: cannot be read" in ran.output) == (2, True), ran.output


def test_nothing_in_the_pull_request_speaks_to_the_runner(tmp_path: Path) -> None:
    with Sandbox.start(private_key=app_key()) as sandbox:
        base = folder(SAMPLES / "base")
        evil = base["worker.tf"].replace(b'"s3:GetObject"', b'"s3:*\\n::add-mask::x\\n::error::y"')
        pull = sandbox.open_pull(sandbox.create_repository("acme/checkout", base), {**base, "worker.tf": evil})
        flow = Workflow(sandbox, pull, tmp_path)
        ran = flow.run(clone(pull, tmp_path / "work"), "read")
    stopped = False
    for line in ran.output.splitlines():
        if line.startswith("::stop-commands::"):
            stopped, end = True, f"::{line.removeprefix('::stop-commands::')}::"
        elif stopped and line == end:
            stopped = False
        assert stopped or not line.startswith(("::add-mask", "::error::y")), ran.output


def test_rules_are_those_of_the_base_branch_now(workflow: Workflow) -> None:
    git = workflow.pull.repository.git
    work = clone(workflow.pull, workflow.place / "work")
    looser = {**git.files("main"), ".iam-review.yaml": RULES + b"fail_at: never\n"}
    git.commit("main", looser, "Looser", "grace", git.resolve("main"))
    ran = workflow.run(work)
    assert (ran.code, ran.outputs["verdict"]) == (0, "pass"), ran.output


def test_expressions_stay_out_of_scripts() -> None:
    action = read_yaml(ACTION.read_text())
    assert not [step["name"] for step in action["runs"]["steps"] if "${{" in step.get("run", "")]
