"""Runs one program within bounds of CPU, wall time and memory, and tells how it ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_LIMITED = 'ulimit -v "$1" && ulimit -S -t "$2" && ulimit -H -t "$3" && shift 3 && exec "$@"'
"""A shell sets the limits of what it then becomes: nothing of ours runs between fork and exec."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """CPU seconds are what a program is asked for; the wall clock only ends one that waits for ever."""

    cpu_seconds: float = 120.0
    wall_seconds: float = 600.0
    memory_bytes: int = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Ended:
    """`over` is the bound that ended it ("" if none): "CPU", "wall" or "memory"."""

    code: int
    output: str
    errors: str
    seconds: float
    megabytes: float
    over: str = ""


def run(command: tuple[str, ...], directory: Path, code: Path, bounds: Bounds, given: str = "") -> Ended:
    """Run `command` in `directory` with the Python packages below `code`, handing it `given`."""
    soft = max(int(bounds.cpu_seconds), 1)
    limits = (str(bounds.memory_bytes // 1024), str(soft), str(soft + 5))
    environment = {**os.environ, "PYTHONPATH": str(code), "PYTHONUTF8": "1"}
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        asked.write(given.encode())
        asked.seek(0)
        process = subprocess.Popen(
            ("sh", "-c", _LIMITED, "sh", *limits, *command),
            cwd=directory,
            env=environment,
            stdin=asked,
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
        late = threading.Event()
        timer = threading.Timer(bounds.wall_seconds, _end, (process.pid, late))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        said, complained = (_text(file) for file in (output, errors))
    over = _over(process.returncode, complained, late.is_set())
    seconds = usage.ru_utime + usage.ru_stime
    return Ended(process.returncode, said, complained, seconds, usage.ru_maxrss / 1024, over)


def _end(group: int, late: threading.Event) -> None:
    late.set()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _over(code: int, errors: str, late: bool) -> str:
    if late:
        return "wall"
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "CPU"
    last = errors.rstrip().rpartition("\n")[2]
    return "memory" if code and ("MemoryError" in errors or "emory" in last) else ""


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")
