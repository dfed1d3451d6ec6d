"""`iam-review try --once` shows on either forge what the bot posts, on the sample and on one's own repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.errors import UsageError
from bot.fake_forge.repository import folder
from bot.fake_forge.sample import SAMPLES
from bot.wiring import fake_forge
from tests.contents.repositories import Repository
from tests.yaml_files import read_yaml

CASES = read_yaml(Path("tests/cases/wiring/try.yaml").read_text())


def run(forge: str, output: str = "json") -> list[str]:
    told: list[str] = []
    options = {"once": True, "output": output, "port": 0, "echo": told.append, "note": told.append}
    assert fake_forge.run(None, "", "HEAD", forge=forge, **options) == 0  # type: ignore[arg-type]
    return told


@pytest.mark.parametrize("forge", ["github", "gitlab"])
def test_the_sample_is_reviewed(forge: str) -> None:
    [told] = run(forge)
    seen = json.loads(told)
    assert {(c["path"], c["line"], c["side"]) for c in seen["comments"]} >= {("worker.tf", 24, "RIGHT")}
    assert (seen["check"]["conclusion"], seen["mergeable"]) == ("failure", False)
    assert seen["summary"].startswith("<!-- iam-review:summary")


def test_gitlab_for_a_terminal() -> None:
    [told] = run("gitlab", "terminal")
    assert told.startswith("check iam-review: failure: CRITICAL") and "```suggestion:-0+0" in told


def test_no_other_forge_is_imitated() -> None:
    with pytest.raises(UsageError, match="github or gitlab"):
        run("gitea")


def own(directory: Path, rules: str | None) -> Path:
    """Somebody's repository: `main` is the sample's base, `change` its head, without the sample's own rules."""
    repository = Repository.create(directory)
    given = {} if rules is None else {".iam-review.yaml": rules}
    for side, branch in (("base", "main"), ("head", "change")):
        if branch != "main":
            repository.git("switch", "--quiet", "--create", branch)
        files = {path: content.decode() for path, content in folder(SAMPLES / side).items() if path.endswith(".tf")}
        repository.commit({**files, **given}, side)
    return repository.path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_own_repository_is_commented_on_unless_it_says_otherwise(case: dict[str, Any], tmp_path: Path) -> None:
    told: list[str] = []
    notes: list[str] = []
    repository = own(tmp_path / "infra", case["rules"])
    options = {"once": True, "output": "json", "port": 0, "echo": told.append, "note": notes.append}
    assert fake_forge.run(repository, "main", "change", forge=case["forge"], **options) == 0  # type: ignore[arg-type]
    assert notes == [case["said"]]
    seen = json.loads(told[0])
    assert (bool(seen["comments"]), seen["mergeable"]) == (case["comments"], case["mergeable"])


def test_the_default_branch_is_merged_into_where_no_other_is_named(tmp_path: Path) -> None:
    told, notes = list[str](), list[str]()
    repository = own(tmp_path / "infra", None)
    options = {"once": True, "output": "json", "port": 0, "echo": told.append, "note": notes.append}
    assert fake_forge.run(repository, "", "change", forge="github", **options) == 0  # type: ignore[arg-type]
    assert notes[0] == "Merged into main, because --base names nothing else."
    assert notes[1].startswith("main has no .iam-review.yaml")
    assert json.loads(told[0])["comments"]
