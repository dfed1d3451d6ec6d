"""The system calls a review may make, by machine, as a filter that Linux's seccomp runs before each call.

What is not listed here is refused with EPERM: what a kernel learns later is refused without anybody having heard of it.
Of three calls only some uses are allowed: files are opened to be read and for nothing else, of `fcntl` and `ioctl` only
what Python does with its own descriptors. Standard library only, as in `bot.review_process.confine`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

ALLOW, REFUSE = 0x7FFF_0000, 0x0005_0001
"""What the filter answers; the latter makes the call fail with EPERM."""

MACHINES = {"x86_64": (0xC000_003E, 0), "aarch64": (0xC000_00B7, 1)}
"""By machine: its audit number, and which of each call's two numbers is its own."""

# fmt: off
_ALLOWED: dict[str, tuple[int | None, int | None]] = {
    # its input and output, and files that are open
    "read": (0, 63), "pread64": (17, 67), "write": (1, 64), "writev": (20, 66), "lseek": (8, 62), "close": (3, 57),
    "dup": (32, 23), "dup2": (33, None), "dup3": (292, 24),
    # what files there are; Landlock says which of them may be opened
    "stat": (4, None), "lstat": (6, None), "fstat": (5, 80), "newfstatat": (262, 79), "statx": (332, 291),
    "access": (21, None), "faccessat": (269, 48), "faccessat2": (439, 439), "getdents64": (217, 61),
    "readlink": (89, None), "readlinkat": (267, 78), "getcwd": (79, 17),
    # memory of its own
    "mmap": (9, 222), "munmap": (11, 215), "mremap": (25, 216), "mprotect": (10, 226), "madvise": (28, 233),
    "brk": (12, 214),
    # time, chance, waiting
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115), "gettimeofday": (96, 169),
    "getrandom": (318, 278), "futex": (202, 98), "sched_yield": (24, 124), "restart_syscall": (219, 128),
    # signals to itself, and its end
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132),
    "exit": (60, 93), "exit_group": (231, 94),
    # who it is
    "getpid": (39, 172), "getppid": (110, 173), "gettid": (186, 178), "getuid": (102, 174), "geteuid": (107, 175),
    "getgid": (104, 176), "getegid": (108, 177), "uname": (63, 160),
}
"""Allowed whatever they are given: the number on x86-64 and the one on ARM64, None where there is no such call."""

_TO_ITSELF = {"kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131)}
"""Allowed where the first argument is the process itself."""

_SECOND_ARGUMENT = {
    "fcntl": ((72, 25), (1, 2, 3, 1030)),  # F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC: no owner, no signal, no flags
    "ioctl": ((16, 29), (0x5401, 0x802C_542A, 0x5450, 0x5451)),  # TCGETS, TCGETS2 (isatty), FIONCLEX, FIOCLEX
}
"""Allowed with one of these as the second argument."""
# fmt: on

_OPENAT = (257, 56)
_WRITES = 0x3 | 0x40 | 0x200 | 0x40_0000
"""openat's flags that do more than read: O_WRONLY and O_RDWR, O_CREAT, O_TRUNC, O_TMPFILE."""

Instruction = tuple[int, int, int, int]
"""Code, lines to jump over if true, lines to jump over if false, operand."""

_LOAD, _EQUAL, _AT_LEAST, _HAS_ANY, _ANSWER = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND, _THIRD = 0, 4, 16, 24, 32  # where they lie in what the kernel shows


def call_filter(machine: str, own: int) -> tuple[Instruction, ...]:
    """The filter of the process with id `own` on one of MACHINES."""
    architecture, which = MACHINES[machine]
    return tuple(_program(architecture, which, own))


def assembled(program: Sequence[Instruction]) -> bytes:
    """The filter as the kernel takes it."""
    return b"".join(struct.pack("HBBI", *line) for line in program)


def _program(architecture: int, which: int, own: int) -> Iterator[Instruction]:
    yield _LOAD, 0, 0, _ARCHITECTURE
    yield _EQUAL, 1, 0, architecture
    yield _ANSWER, 0, 0, REFUSE
    yield _LOAD, 0, 0, _NUMBER
    yield _AT_LEAST, 0, 1, 0x4000_0000  # x86's other way of numbering calls
    yield _ANSWER, 0, 0, REFUSE
    for numbers in _ALLOWED.values():
        number = numbers[which]
        if number is not None:
            yield _EQUAL, 0, 1, number
            yield _ANSWER, 0, 0, ALLOW
    for numbers in _TO_ITSELF.values():
        yield from _if_one_of(numbers[which], _FIRST, (own,))
    for numbers, operations in _SECOND_ARGUMENT.values():
        yield from _if_one_of(numbers[which], _SECOND, operations)
    yield from _if_call(_OPENAT[which], ((_LOAD, 0, 0, _THIRD), (_HAS_ANY, 1, 0, _WRITES), (_ANSWER, 0, 0, ALLOW)))
    yield _ANSWER, 0, 0, REFUSE


def _if_one_of(number: int, argument: int, values: Sequence[int]) -> Iterator[Instruction]:
    checks = [line for value in values for line in ((_EQUAL, 0, 1, value), (_ANSWER, 0, 0, ALLOW))]
    yield from _if_call(number, ((_LOAD, 0, 0, argument), *checks))


def _if_call(number: int, checks: Sequence[Instruction]) -> Iterator[Instruction]:
    """`checks` of the call with this number's arguments; what they do not allow is refused."""
    yield _EQUAL, 0, len(checks) + 1, number
    yield from checks
    yield _ANSWER, 0, 0, REFUSE
