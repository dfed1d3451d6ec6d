"""What a process gives up so that hostile content in it can do less: Linux's own means, by ctypes, where it has them.

Nothing here is needed for a review: where the kernel lacks a means, the limits of `bot.review_process.child` remain.
Standard library only, and little of it: a child confines itself before it imports anything else.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.review_process.system_calls import MACHINES, assembled, call_filter

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_READ = (1 << 2) | (1 << 3)
_RIGHTS_ON_FILES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""What each version of Landlock can take away, from that version on."""

_READABLE = ("/usr/lib", "/usr/local/lib", "/usr/share/zoneinfo", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/urandom")
_OURS = Path(__file__).parents[1]

FILES, CALLS = "files", "calls"
"""Which files it can open (Landlock), and which system calls it can make (seccomp), is the kernel's word."""

NOT_CONFINED = 72
"""The exit status of a child that may only run confined, and is not."""


def confine_or_leave(wanted: str) -> tuple[str, ...]:
    """As `confine`; where `wanted` is "required" and the kernel does not hold files and calls, the process ends."""
    done = confine()
    if wanted == "required" and not {FILES, CALLS}.issubset(done):
        raise SystemExit(NOT_CONFINED)
    return done


def confine() -> tuple[str, ...]:
    """Give up, for good, what a review does not need; returns what is in force.

    Afterwards: no new privileges; death with the parent; only Python's own files can be read and nothing written; no
    system call but those of `bot.review_process.system_calls`: no network, no other program or process, no signal to
    others, no change of a file's name, owner, rights or times.
    """
    if sys.platform != "linux":
        return ()
    done = []
    if _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL):
        done.append("dies with its parent")
    if _prctl(_PR_SET_NO_NEW_PRIVS, 1):
        done.append("no new privileges")
        done += [FILES] * _restrict_files(_readable())
        done += [CALLS] * _restrict_calls()
    return tuple(done)


def hide() -> bool:
    """Keep other processes of the same user out of this one's memory and environment; for those that hold secrets."""
    return sys.platform == "linux" and _prctl(_PR_SET_DUMPABLE, 0)


def wipe_environment(names: Iterable[str]) -> None:
    """Take variables out of the environment, and their values out of the memory that /proc shows of it."""
    for name in names:
        value = os.environ.pop(name, None)
        if value and sys.platform == "linux":
            _overwrite(f"{name}={value}".encode("utf-8", "surrogateescape"), len(name) + 1)


def landlock_version() -> int:
    """The kernel's version of Landlock, 0 where it has none."""
    return max(0, _libc().syscall(_CREATE_RULESET, None, 0, 1)) if sys.platform == "linux" else 0


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, value: int) -> bool:
    return bool(_libc().prctl(option, ctypes.c_ulong(value), 0, 0, 0) == 0)


def _readable() -> Iterator[str]:
    yield from _READABLE
    yield from (f"{prefix}/{name}" for prefix in (sys.prefix, sys.base_prefix) for name in ("lib", sys.platlibdir))
    for place in {Path(entry).absolute() for entry in sys.path if entry}:
        # A checkout that Python imports from holds more than the package: secrets, a database, its history.
        yield str(_OURS if place == _OURS.parent and (place / "pyproject.toml").exists() else place)


def _restrict_files(readable: Iterable[str]) -> bool:
    """Landlock: reading below `readable` and nothing else; no TCP and no signals out where it knows of them."""
    version = landlock_version()
    if not version:
        return False
    libc = _libc()
    handled = _RIGHTS_ON_FILES[max(known for known in _RIGHTS_ON_FILES if known <= version)]
    attributes = struct.pack("QQQ", handled, 3, 3)[: 8 if version < 4 else 16 if version < 6 else 24]
    rules = libc.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    if rules < 0:
        return False
    try:
        for place in readable:
            _allow_below(libc, rules, place)
        return bool(libc.syscall(_RESTRICT_SELF, rules, 0) == 0)
    finally:
        os.close(rules)


def _allow_below(libc: ctypes.CDLL, rules: int, place: str) -> None:
    try:
        beneath = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # not on this system: nothing to allow
        return
    try:
        rights = _READ if os.path.isdir(place) else 1 << 2  # noqa: PTH112 - pathlib costs more than the rest
        libc.syscall(_ADD_RULE, rules, 1, struct.pack("=Qi", rights, beneath), 0)
    finally:
        os.close(beneath)


def _restrict_calls() -> bool:
    """seccomp: what `bot.review_process.system_calls` does not allow is refused."""
    machine = os.uname().machine
    if machine not in MACHINES:
        return False
    program = assembled(call_filter(machine, os.getpid()))
    buffer = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    return bool(_libc().prctl(_PR_SET_SECCOMP, 2, ctypes.c_char_p(header), 0, 0) == 0)


def _overwrite(entry: bytes, keep: int) -> None:
    """Put zeros over an entry of the memory that /proc/self/environ shows, all but its first `keep` bytes."""
    try:
        shown = Path("/proc/self/environ").read_bytes()
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return
    start, end = int(fields[47]), int(fields[48])
    for place in _places(shown, entry):
        if start + place + len(entry) <= end:
            ctypes.memset(start + place + keep, 0, len(entry) - keep)


def _places(shown: bytes, entry: bytes) -> Iterator[int]:
    place = 0
    for found in shown.split(b"\0"):
        if found == entry:
            yield place
        place += len(found) + 1
