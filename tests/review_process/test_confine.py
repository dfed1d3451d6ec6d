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
from bot.review_process.confine import NOT_CONFINED, confine, landlock_version
from bot.review_process.parent import Limits, run
from bot.review_process.protocol import Fetched, JudgeChange, Reviewed
from tests.places import PROJECT, TESTS
from tests.review_process.test_isolate import REQUEST, answered, child
from tests.yaml_files import read_yaml

CASES: dict[str, str | dict[str, str]] = read_yaml((TESTS / "cases" / "isolate" / "hostile.yaml").read_text())
NUMBERS = read_yaml((TESTS / "cases" / "isolate" / "calls.yaml").read_text())
MACHINE = os.uname().machine if sys.platform == "linux" else ""

BEGINNING = """import ctypes, fcntl, os, resource, signal, socket, subprocess, termios, _posixshmem
parent, kept, checkout, numbers = os.getppid(), {kept!r}, {checkout!r}, {numbers!r}
def call(name, *given):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(ctypes.c_long(numbers[name]), *map(ctypes.c_long, map(address, given))) < 0:
        raise OSError(ctypes.get_errno(), name)
def address(given):
    return given if isinstance(given, int) else ctypes.cast(ctypes.c_char_p(given), ctypes.c_void_p).value
"""

confined = pytest.mark.skipif(
    MACHINE not in ("x86_64", "aarch64") or not landlock_version(),
    reason="this kernel cannot confine a process",
)


def numbers() -> dict[str, int]:
    """This machine's numbers of the calls that are made by number."""
    which = 0 if MACHINE == "x86_64" else 1
    given = NUMBERS["by argument"]
    by_argument = {"kill": given["signals itself"], "tkill": given["signals by a thread's id"]}
    every = {**NUMBERS["refused"], **{name: case["call"] for name, case in by_argument.items()}}
    every["tgkill"] = given["signals its thread"]["call"]
    return {name: each[which] for name, each in every.items() if each[which] is not None}


def attempts(kept: Path, landlock: int | None) -> dict[str, str]:
    """What each attempt ended with, by name: one child, which takes long to start, makes them all and tells."""
    tries = [
        f"try:\n    {case if isinstance(case, str) else case['try']}\n    came[{name!r}] = 'done'\n"
        f"except BaseException as error:\n    came[{name!r}] = type(error).__name__\n"
        for name, case in CASES.items()
    ]
    beginning = BEGINNING.format(kept=str(kept), checkout=str(PROJECT), numbers=numbers())
    program = "".join((beginning, "came = {}\n", *tries, "import json\nraise ValueError(json.dumps(came))"))
    command = list(child({"review": program}))
    if landlock is not None:
        older = f"import bot.review_process.confine as c; c.landlock_version = lambda: {landlock}\n"
        command[-1] = older + command[-1]
    with pytest.raises(ReviewFailed) as caught:
        answered(tuple(command), msgspec.json.encode(REQUEST), Limits())
    assert str(caught.value) == "the review stopped on an internal error (ValueError)", caught.value.__notes__
    ended: dict[str, str] = json.loads(caught.value.__notes__[0].strip().rpartition("\nValueError: ")[2])
    return ended


@confined
@pytest.mark.parametrize("landlock", [0, 1, 2, 3, 4, 5, None])
def test_hostile(tmp_path: Path, landlock: int | None) -> None:
    """By every version of Landlock up to the kernel's own; without it the filter of calls refuses what it can."""
    kept = tmp_path / "db.sqlite"
    kept.write_text("everybody's work")
    before = kept.stat()
    ended = attempts(kept, landlock)
    looking = {name for name, case in CASES.items() if isinstance(case, dict)}
    if landlock == 0:
        assert ended["the system's users"] == "done", "nothing but Landlock keeps it from reading"
    tried = CASES.keys() - (looking if landlock == 0 else set())
    assert {name: ended[name] for name in tried} == dict.fromkeys(tried, "PermissionError")
    after = kept.stat()
    same = ("st_mode", "st_uid", "st_nlink", "st_size", "st_mtime_ns", "st_ino")
    assert [getattr(after, one) for one in same] == [getattr(before, one) for one in same]
    assert list(tmp_path.iterdir()) == [kept]


def test_enough_is_tried() -> None:
    assert len(CASES) >= 60
    assert not list(Path("/tmp").glob("iam-review-hostile*"))


@confined
def test_what_is_given_up_is_said() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from bot.review_process.confine import confine; print(*confine(), sep='; ')"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "dies with its parent; no new privileges; files; calls\n"


NOTHING = JudgeChange(Fetched("0", "0", {}, {}, {}), "")


@confined
def test_a_review_says_what_held_it() -> None:
    answer = run(NOTHING, Limits(confinement="required"))
    assert isinstance(answer, Reviewed)
    assert answer.review.stats.confinement == ("dies with its parent", "no new privileges", "files", "calls")


LESS = (
    "import os, sys, runpy, bot.review_process.confine as c\n{less}\n"
    "runpy.run_module('bot.review_process.child', run_name='__main__', alter_sys=True)"
)
LACKS = {
    "Landlock": "c.landlock_version = lambda: 0",
    "a filter of calls": "c.MACHINES = {}",
    "all of it": "sys.platform = 'darwin'",
}


@pytest.mark.parametrize("lacking", LACKS)
def test_required_refuses_where_it_cannot_be_had(lacking: str) -> None:
    command = (sys.executable, "-P", "-c", LESS.format(less=LACKS[lacking]))
    with pytest.raises(ReviewFailed) as caught:
        answered(command, msgspec.json.encode(NOTHING), Limits(confinement="required"))
    said = "the review did not begin: this kernel cannot confine it, and limits.confinement is required"
    assert str(caught.value) == said
    assert f"status {NOT_CONFINED}" in caught.value.__notes__[0]


@confined
@pytest.mark.parametrize("lacking", LACKS)
def test_best_goes_on_with_what_there_is(lacking: str) -> None:
    command = (sys.executable, "-P", "-c", LESS.format(less=LACKS[lacking]))
    answer = answered(command, msgspec.json.encode(NOTHING), Limits())
    assert isinstance(answer, Reviewed)
    held = set(answer.review.stats.confinement)
    expected = {"Landlock": {"calls"}, "a filter of calls": {"files"}, "all of it": set()}
    assert held & {"files", "calls"} == expected[lacking]


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
