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

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_READ = (1 << 2) | (1 << 3)
_RIGHTS_ON_FILES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""What each version of Landlock can take away, from that version on."""

_READABLE = ("/usr/lib", "/usr/local/lib", "/usr/share/zoneinfo", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/urandom")

_ALLOW, _REFUSE = 0x7FFF_0000, 0x0005_0001  # the latter answers EPERM

# fmt: off
_CALLS = {
    "x86_64": (0xC000_003E, {62, 200, 234}, {
        41, 42, 49, 50, 53, 56, 57, 58, 59, 101, 129, 141, 165, 203, 248, 249, 250, 272, 297, 298, 302, 308, 310, 311,
        321, 322, 323, 424, 425, 434, 435, 438,
    }),
    "aarch64": (0xC000_00B7, {129, 130, 131}, {
        198, 203, 200, 201, 199, 220, 221, 117, 138, 140, 40, 122, 217, 218, 219, 97, 240, 241, 261, 268, 270, 271,
        280, 281, 282, 424, 425, 434, 435, 438,
    }),
}
# fmt: on
"""By machine: its audit number, the calls that signal a process (allowed to itself), and those refused.

Refused: socket connect bind listen socketpair, clone fork vfork clone3, execve execveat, ptrace process_vm_readv
process_vm_writev, rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_getfd pidfd_send_signal, setpriority prlimit64
sched_setaffinity, mount unshare setns, add_key request_key keyctl, bpf perf_event_open userfaultfd io_uring_setup.
"""


def confine() -> tuple[str, ...]:
    """Give up, for good, what a review does not need; returns what is in force.

    Afterwards: no new privileges; death with the parent; only Python's own files can be read and nothing written; no
    network, no other program or process, no signal to others.
    """
    if sys.platform != "linux":
        return ()
    done = []
    if _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL):
        done.append("dies with its parent")
    if _prctl(_PR_SET_NO_NEW_PRIVS, 1):
        done.append("no new privileges")
        done += ["files"] * _restrict_files(_readable())
        done += ["calls"] * _restrict_calls()
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
    yield from (str(Path(place).absolute()) for place in (sys.prefix, sys.base_prefix, *sys.path) if place)


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
    """seccomp: the calls of _CALLS are refused."""
    machine = os.uname().machine
    if machine not in _CALLS:
        return False
    program = b"".join(struct.pack("HBBI", *line) for line in _program(*_CALLS[machine], os.getpid()))
    buffer = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    return bool(_libc().prctl(_PR_SET_SECCOMP, 2, ctypes.c_char_p(header), 0, 0) == 0)


def _program(
    architecture: int, to_itself: set[int], refused: set[int], own: int
) -> Iterator[tuple[int, int, int, int]]:
    """The filter: (code, jump if true, jump if false, operand) a line."""
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    yield load, 0, 0, 4
    yield equal, 1, 0, architecture
    yield answer, 0, 0, _REFUSE
    yield load, 0, 0, 0
    yield at_least, 0, 1, 0x4000_0000  # x86's other way of numbering calls
    yield answer, 0, 0, _REFUSE
    for call in sorted(to_itself):
        yield equal, 0, 4, call
        yield load, 0, 0, 16
        yield equal, 0, 1, own
        yield answer, 0, 0, _ALLOW
        yield answer, 0, 0, _REFUSE
    for call in sorted(refused):
        yield equal, 0, 1, call
        yield answer, 0, 0, _REFUSE
    yield answer, 0, 0, _ALLOW


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
