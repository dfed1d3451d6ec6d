"""The command line as other tools and people use it: exit codes, what is said, and where."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.fake_forge.sample import SAMPLES
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = TESTS / "cases" / "cli"


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository: `main` is the sample's base, `change` its head, `merged` the merge of both."""
    directory = tmp_path_factory.mktemp("repo")
    _git(directory, "init", "--quiet", "--initial-branch=main")
    _commit(directory, SAMPLES / "base", "Base")
    _git(directory, "switch", "--quiet", "--create", "change")
    _commit(directory, SAMPLES / "head", "Let the pipeline do more")
    _git(directory, "switch", "--quiet", "--create", "merged", "main")
    _git(directory, "merge", "--quiet", "--no-ff", "-m", "Merge pull request #7 from ada/change", "change")
    return directory


def _commit(directory: Path, files: Path, message: str) -> None:
    _git(directory, "--work-tree", str(files), "add", "--all")
    _git(directory, "commit", "--quiet", "--message", message)
    _git(directory, "reset", "--quiet", "--hard")


def _git(directory: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(("git", "-C", str(directory), *identity, *arguments), check=True, capture_output=True)


@pytest.mark.parametrize("case", read_yaml((CASES / "calls.yaml").read_text()), ids=lambda case: case["name"])
def test_call(case: dict[str, Any], repo: Path, tmp_path: Path) -> None:
    call = case["call"].format(tmp=tmp_path, sample=SAMPLES, repo=repo, cases=CASES)
    done = subprocess.run([sys.executable, "-m", "bot", *shlex.split(call)], capture_output=True, text=True)
    said = f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert done.returncode == case["exit"], said
    for channel in ("stdout", "stderr"):
        missing = [piece for piece in case.get(channel, []) if piece not in getattr(done, channel)]
        assert not missing, f"{channel} lacks {missing}: {said}"
    assert "Traceback" not in done.stderr, said


HEAVY = (
    "flask", "github", "gitlab", "requests", "sqlalchemy", "alembic", "dramatiq", "pydantic_settings", "structlog",
    "prometheus_client", "pydantic", "jinja2", "rich", "lark", "http", "ssl", "email", "asyncio", "multiprocessing",
    "urllib.request", "bot.web", "bot.jobs", "bot.store", "bot.forges", "bot.conversation", "bot.config",
    "bot.type_registry", "bot.render.page", "bot.render.terminal", "bot.contents.modules.https",
    "bot.review.inventory.access_query", "bot.wiring.settings", "bot.wiring.registry",
)  # fmt: skip
MAX_MODULES = 680
"""Each costs half a millisecond of every review on the command line."""


def test_diff_starts_light() -> None:
    program = (
        "import sys; from bot.__main__ import run; "
        f"run(['diff', '--base-dir', {str(SAMPLES / 'base')!r}, '--head-dir', {str(SAMPLES / 'head')!r}, '--format', "
        "'json']); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = done.stderr.split()
    assert [name for name in HEAVY if name in loaded] == []
    assert len(loaded) <= MAX_MODULES


def test_a_fault_of_ours_ends_with_3(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from bot.__main__ import run
    from bot.wiring import offline

    def fail(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(offline, "source", fail)
    assert run(["diff"]) == 3
    assert "fault of iam-review" in capsys.readouterr().err
