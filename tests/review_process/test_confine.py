"""Hostile code that takes over a review gets nowhere: not to the parent, the disk, the network or another program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from bot.errors import ReviewFailed
from bot.review_process.confine import confine, landlock_version
from bot.review_process.parent import Limits, converse
from tests.places import TESTS
from tests.review_process.test_isolate import REQUEST, child
from tests.yaml_files import read_yaml

CASES: dict[str, str] = read_yaml((TESTS / "cases" / "isolate" / "hostile.yaml").read_text())

BEGINNING = """import ctypes, os, resource, signal, socket, subprocess
parent = os.getppid()
def traced(process):
    if ctypes.CDLL(None, use_errno=True).ptrace(16, process, 0, 0):
        raise PermissionError('not traced')
"""

confined = pytest.mark.skipif(
    sys.platform != "linux" or not landlock_version() or os.uname().machine not in ("x86_64", "aarch64"),
    reason="this kernel cannot confine a process",
)


@pytest.fixture(scope="module")
def tried() -> dict[str, str]:
    """What each attempt ended with, by name: one child, which takes long to start, makes them all and tells."""
    attempts = [
        f"try:\n    {attempt}\n    came[{name!r}] = 'done'\nexcept BaseException as error:\n"
        f"    came[{name!r}] = type(error).__name__\n"
        for name, attempt in CASES.items()
    ]
    program = "".join((BEGINNING, "came = {}\n", *attempts, "import json\nraise ValueError(json.dumps(came))"))
    with pytest.raises(ReviewFailed) as caught:
        converse(child({"review": program}), msgspec.json.encode(REQUEST), Limits())
    assert str(caught.value) == "the review stopped on an internal error (ValueError)", caught.value.__notes__
    ended: dict[str, str] = json.loads(caught.value.__notes__[0].strip().rpartition("\nValueError: ")[2])
    return ended


@confined
@pytest.mark.parametrize("name", CASES)
def test_hostile(tried: dict[str, str], name: str) -> None:
    assert tried[name] == "PermissionError"


@confined
def test_what_is_given_up_is_said() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from bot.review_process.confine import confine; print(*confine(), sep='; ')"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "dies with its parent; no new privileges; files; calls\n"


def test_on_other_systems_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert confine() == ()


PARENT = """
import os, subprocess, sys, time
sys.path[:0] = {path!r}
process = subprocess.Popen([sys.executable, "-c", "from bot.review_process.confine import confine; confine()\\n"
    "import time; print(1, flush=True)\\nwhile True: time.sleep(1)"], stdout=subprocess.PIPE, start_new_session=True)
process.stdout.readline()
print(process.pid, flush=True)
time.sleep(60)
"""


@confined
def test_a_child_does_not_outlive_a_killed_parent() -> None:
    command = [sys.executable, "-c", PARENT.format(path=sys.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        orphan = Path(f"/proc/{int(parent.stdout.readline())}/stat")
        parent.kill()
    deadline = time.monotonic() + 10
    while orphan.exists() and orphan.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < deadline, "it lives on"
        time.sleep(0.02)


SECRETIVE = """
import os
from pathlib import Path
from bot.review_process.confine import wipe_environment
wipe_environment(["IAM_REVIEW_GITHUB__TOKEN", "IAM_REVIEW_ABSENT"])
shown = Path("/proc/self/environ").read_bytes()
assert "IAM_REVIEW_GITHUB__TOKEN" not in os.environ
assert b"canary" not in shown, shown
assert b"PATH=" + os.environb[b"PATH"] in shown.split(b"\\0")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_secrets_leave_the_environment() -> None:
    variables = {**os.environ, "IAM_REVIEW_GITHUB__TOKEN": "canary-3f9", "A": "canary"[:3]}
    subprocess.run([sys.executable, "-c", SECRETIVE], env=variables, check=True)
