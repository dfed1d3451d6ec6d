"""The parent's end: starts a child without secrets, hands it one request, reads one answer, within limits.

The parent never parses HCL, policies or templates; the child never sees a token, a network or an environment.
"""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, TypeVar

import msgspec

from bot.errors import ReviewFailed, Superseded
from bot.review.codec import decoder
from bot.review_process.confine import NOT_CONFINED
from bot.review_process.protocol import OUT_OF_MEMORY, ChildAnswer, ChildRequest

STDERR_BYTES = 16 * 1024
"""How much of what a child says on standard error is kept: the end of it."""


T = TypeVar("T")

Confinement = Literal["required", "best"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the child may use; `nice` is by how much it stands back behind others.

    `confinement` is whether it may run where the kernel cannot hold it to its own files and calls.
    """

    wall_seconds: float = 150.0
    cpu_seconds: int = 130
    memory_bytes: int = 2 * 1024**3
    output_bytes: int = 32 * 1024**2
    nice: int = 0
    confinement: Confinement = "best"


ANSWER: msgspec.json.Decoder[ChildAnswer] = decoder(ChildAnswer)
"""Reads what the child of a review says."""

LOOK_SECONDS = 1.0
"""How often a running review's being wanted is looked at."""

_unwanted: ContextVar[Callable[[], bool]] = ContextVar("unwanted", default=lambda: False)


def run(request: ChildRequest, limits: Limits = Limits()) -> ChildAnswer:
    """Start the child, hand it `request`, return its answer.

    Raises ReviewFailed if it dies, runs out of a limit or answers anything that is no ChildAnswer;
    the message may be shown to anyone, the end of the child's standard error is in the error's notes.
    """
    return converse(python("bot.review_process.child"), msgspec.json.encode(request), limits, ANSWER.decode)


def python(module: str) -> tuple[str, ...]:
    """The command line of a module of ours in a process of its own."""
    return (sys.executable, "-B", "-P", "-s", "-X", "utf8", "-m", module)


def converse(command: tuple[str, ...], request: bytes, limits: Limits, read: Callable[[bytearray], T]) -> T:
    """Run `command` with the limits as last arguments, hand it `request`, `read` its answer. Raises ReviewFailed."""
    arguments = (*command, str(limits.memory_bytes), str(limits.cpu_seconds), str(limits.nice), limits.confinement)
    with subprocess.Popen(
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=child_environment(),
        cwd="/",
        start_new_session=True,
    ) as process:
        exchange = _Exchange(process, request, limits)
        try:
            exchange.run()
        finally:
            # Unreaped until here, so the group's id still means this child and what it may have started.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
    return _read_answer(process.returncode, exchange, limits, read)


@contextlib.contextmanager
def until(unwanted: Callable[[], bool]) -> Iterator[None]:
    """Reviews that this thread runs inside the block end with Superseded once `unwanted` says so."""
    before = _unwanted.set(unwanted)
    try:
        yield
    finally:
        _unwanted.reset(before)


def child_environment() -> dict[str, str]:
    """What the child may know of the parent's environment: where Python finds its modules."""
    return {"PYTHONPATH": os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path if entry)}


class _Exchange:
    """Writes all of the request and reads the answer at the same time, within limits of time and size."""

    def __init__(self, process: subprocess.Popen[bytes], request: bytes, limits: Limits) -> None:
        self.process, self.limits = process, limits
        self.unsent = memoryview(request)
        self.out, self.err = bytearray(), bytearray()
        self.failure, self.kind = "", ""
        self.returncode: int | None = None

    def run(self) -> None:
        """Until the child has closed its ends and ended, or broken a limit (then `failure` says which)."""
        deadline = time.monotonic() + self.limits.wall_seconds
        assert self.process.stdin and self.process.stdout and self.process.stderr
        with selectors.DefaultSelector() as selector:
            self._watch(selector, self.process.stdin, selectors.EVENT_WRITE, self._send)
            self._watch(selector, self.process.stdout, selectors.EVENT_READ, self._receive)
            self._watch(selector, self.process.stderr, selectors.EVENT_READ, self._listen)
            while selector.get_map() and not self.failure:
                ready = selector.select(max(0.0, min(LOOK_SECONDS, deadline - time.monotonic())))
                for key, _ in ready:
                    if not key.data(key.fd):
                        selector.unregister(key.fileobj)
                        key.fileobj.close()  # type: ignore[union-attr]
                if not ready:
                    self._look_up(deadline)

        if not self.failure:
            self._await_exit(deadline)

    def _look_up(self, deadline: float) -> None:
        if time.monotonic() >= deadline:
            self._fail("time", f"took longer than {self.limits.wall_seconds:g} seconds")
        elif _unwanted.get()():
            raise Superseded("the review is not wanted any more")

    def _fail(self, kind: str, said: str) -> None:
        self.kind, self.failure = kind, said

    @staticmethod
    def _watch(selector: selectors.BaseSelector, pipe: IO[bytes], event: int, action: Callable[[int], bool]) -> None:
        os.set_blocking(pipe.fileno(), False)
        selector.register(pipe, event, action)

    def _send(self, fd: int) -> bool:
        try:
            self.unsent = self.unsent[os.write(fd, self.unsent[: 1 << 16]) :]
        except BrokenPipeError:  # it ended early; its exit status says why
            return False
        return bool(self.unsent)

    def _receive(self, fd: int) -> bool:
        data = os.read(fd, 1 << 16)
        self.out += data
        if len(self.out) > self.limits.output_bytes:
            self._fail("output", f"answered more than {self.limits.output_bytes >> 20} MiB")
        return bool(data)

    def _listen(self, fd: int) -> bool:
        data = os.read(fd, 1 << 16)
        self.err += data
        del self.err[:-STDERR_BYTES]
        return bool(data)

    def _await_exit(self, deadline: float) -> None:
        """Wait without reaping, so that the process group can still be killed by its id."""
        while os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            if time.monotonic() > deadline:
                self._fail("time", f"took longer than {self.limits.wall_seconds:g} seconds")
                return
            time.sleep(0.001)


def _read_answer(status: int, exchange: _Exchange, limits: Limits, read: Callable[[bytearray], T]) -> T:
    stderr = exchange.err.decode("utf-8", "replace")
    kind, reason = exchange.kind, exchange.failure
    if not reason:
        kind, reason = _reason_of_death(status, stderr, limits)
    cause = None
    if not reason:
        try:
            return read(exchange.out)
        except msgspec.DecodeError as error:
            kind, reason, cause = "answer", "answered something that is not a review", error
    failed = ReviewFailed(f"the review {reason}", kind)
    failed.add_note(f"standard error of the review process (status {status}):\n{stderr}")
    raise failed from cause


def _reason_of_death(status: int, stderr: str, limits: Limits) -> tuple[str, str]:
    """What happened to a child with that exit status, in a word and in words, "" if it ended well; tells nothing of
    the content."""
    if status == 0:
        return "", ""
    exceptions = re.findall(r"^([A-Za-z_][\w.]*)(?=: |$)", stderr, re.MULTILINE)
    exception = exceptions[-1] if exceptions else f"status {status}"
    if status == NOT_CONFINED:
        return "confinement", "did not begin: this kernel cannot confine it, and limits.confinement is required"
    if status == OUT_OF_MEMORY or exception == "MemoryError":
        return "memory", f"needed more than {limits.memory_bytes >> 20} MiB of memory"
    if status == -signal.SIGXCPU:
        return "cpu", f"used more than {limits.cpu_seconds} seconds of CPU"
    if status == -signal.SIGKILL:
        return "killed", "was killed, perhaps because the machine ran out of memory"
    if status < 0:
        return "crash", f"crashed ({signal.Signals(-status).name})"
    return "fault", f"stopped on an internal error ({exception})"
