"""Action and component in a checkout full of traps: their own text runs, and executes nothing of what is there."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.contents.repositories import write_files
from tests.forges.ci import hostile
from tests.forges.ci.runners import ACTION, Ran, component, run_action, run_job
from tests.yaml_files import read_yaml

PROGRAM = """import json, sys
import needed
print(json.dumps({"arguments": sys.argv[1:], "path": sys.path, "isolated": sys.flags.isolated}))
"""

BACKEND = """import os, shutil
def build_wheel(directory, settings=None, metadata=None):
    shutil.copy(os.path.join(os.path.dirname(__file__), "program-1-py3-none-any.whl"), directory)
    return "program-1-py3-none-any.whl"
"""


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    place = tmp_path / "marks"
    place.mkdir()
    return place


@pytest.fixture
def workspace(tmp_path: Path, marks: Path) -> Path:
    return write_files(tmp_path / "work", hostile.traps(marks))


def wheel(directory: Path, name: str, files: dict[str, str]) -> str:
    """A wheel of these files in the directory; the line that requires it by its hash."""
    about = f"{name}-1.dist-info"
    tag = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    held = {**files, f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n", f"{about}/WHEEL": tag}
    digests = {path: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()) for path, text in held.items()}
    record = "".join(f"{path},sha256={digests[path].decode().rstrip('=')},{len(held[path])}\n" for path in held)
    place = directory / f"{name}-1-py3-none-any.whl"
    with zipfile.ZipFile(place, "w") as archive:
        for path, text in {**held, f"{about}/RECORD": record}.items():
            archive.writestr(zipfile.ZipInfo(path), text)  # of no time: the same files have the same hash
    return f"{name}==1 --hash=sha256:{hashlib.sha256(place.read_bytes()).hexdigest()}\n"


def action_source(directory: Path) -> Path:
    """A stand-in for the action's repository that installs from local wheels: what it installs tells how it was run."""
    directory.mkdir()
    needed = wheel(directory, "needed", {"needed.py": ""})
    wheel(directory, "program", {"bot/__init__.py": "", "bot/__main__.py": PROGRAM})
    project = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    texts = {"requirements/ci.txt": needed, "requirements/build.txt": "# nothing\n", "pyproject.toml": project}
    write_files(directory, {**texts, "backend.py": BACKEND, "action.yml": ""})
    return directory


def run(workspace: Path, tmp_path: Path, variables: Mapping[str, str] = {}, downloads: bool = True) -> Ran:  # read only
    """The action, installing the stand-in, in the workspace; `downloads`: packages can be had."""
    place = tmp_path / "runner"
    place.mkdir(exist_ok=True)
    for name in ("summary", "output"):
        (place / name).touch()
    source = action_source(tmp_path / "action")
    settings = tmp_path / "pip.conf"
    links = source if downloads else tmp_path / "nowhere"
    settings.write_text(f"[global]\nno-index = true\n[download]\nfind-links = {links}\n")
    given = {
        "GITHUB_WORKSPACE": str(workspace),
        "GITHUB_EVENT_PATH": str(place / "event.json"),
        "GITHUB_OUTPUT": str(place / "output"),
        "RUNNER_TEMP": str(place),
        "HOME": str(place),
        "PATH": os.environ["PATH"],
        "PIP_CONFIG_FILE": str(settings),
        **variables,
    }
    return run_action(given, ("pull_request", {}), {"token": "", "html": "review.html"}, install=True, source=source)


def test_traps_are_traps(workspace: Path, marks: Path) -> None:
    for module in ("venv", "pip", "ensurepip", "bot"):
        hostile.spring(workspace, module)
    assert {"venv.py", "pip.__main__.py", "ensurepip.__main__.py", "bot.__main__.py"} <= set(hostile.sprung(marks))


@pytest.mark.parametrize("helped", [False, True], ids=["its files", "and variables"])
def test_action_installs_and_runs_outside_the_checkout(
    workspace: Path, marks: Path, tmp_path: Path, helped: bool
) -> None:
    before = sorted(workspace.rglob("*"))
    ran = run(workspace, tmp_path, hostile.variables(workspace) if helped else {})
    assert ran.code == 0, ran.output
    told = json.loads(ran.output.splitlines()[-1])
    assert (told["arguments"], told["isolated"]) == (["ci", "--html", "review.html"], 1)
    assert not [entry for entry in told["path"] if not entry or Path(entry).is_relative_to(workspace)]
    assert hostile.sprung(marks) == []
    assert sorted(workspace.rglob("*")) == before


@pytest.mark.parametrize("helped", [False, True], ids=["its files", "and variables"])
def test_gitlab_job_runs_nothing_of_the_checkout(workspace: Path, marks: Path, helped: bool) -> None:
    ran = run_job({"CI_PROJECT_DIR": str(workspace), **(hostile.variables(workspace) if helped else {})}, workspace)
    assert (ran.code, "GITLAB_CI" in ran.output) == (2, True), ran.output
    assert hostile.sprung(marks) == []


def cached(tmp_path: Path, content: str) -> Path:
    """What the cache restored: a package by the name that is wanted, with this content."""
    place = tmp_path / "runner" / "iam-review-packages"
    place.mkdir(parents=True)
    wheel(place, "needed", {"needed.py": content})
    return place


def test_what_the_cache_holds_is_not_downloaded_again(workspace: Path, tmp_path: Path) -> None:
    cached(tmp_path, "")
    ran = run(workspace, tmp_path, downloads=False)
    assert ran.code == 0, ran.output


def test_a_poisoned_cache_installs_nothing(workspace: Path, tmp_path: Path, marks: Path) -> None:
    poison = f"open({str(marks / 'poison')!r}, 'w').close()\n"
    place = cached(tmp_path, poison)
    ran = run(workspace, tmp_path)
    assert ran.code == 0, ran.output
    assert hostile.sprung(marks) == []
    with zipfile.ZipFile(place / "needed-1-py3-none-any.whl") as archive:
        assert archive.read("needed.py") == b""


def test_every_call_of_python_is_isolated() -> None:
    action = read_yaml(ACTION.read_text())
    (job,) = component().values()
    lines = [line for step in action["runs"]["steps"] for line in step.get("run", "").splitlines()] + job["script"]
    calls = [line for line in lines if re.search(r"\bpython3? |\"\$PYTHON\"", line)]
    assert len(calls) == 8
    assert not [line for line in calls if " -I " not in line]


def test_actions_of_others_are_named_by_commit() -> None:
    used = [step["uses"] for step in read_yaml(ACTION.read_text())["runs"]["steps"] if "uses" in step]
    assert used
    assert not [name for name in used if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", name)]


def test_scripts_of_the_project_do_not_run_in_the_gitlab_job() -> None:
    (job,) = component().values()
    assert not {"before_script", "after_script", "hooks", "cache", "image"} & set(job["inherit"]["default"])
