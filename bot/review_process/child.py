"""The review in a child process without secrets: both ends of one JSON conversation over stdin and stdout.

Parent to child: a ReviewRequest. Child to parent: a ReviewAnswer. The parent never parses HCL,
policies or templates; the child never sees a token, a network or an environment.
"""

from __future__ import annotations

if __name__ == "__main__":  # the limits come before anything that could use what they limit
    import resource
    import sys

    def _limit(name: str, soft: int, hard: int) -> None:
        try:
            resource.setrlimit(getattr(resource, name), (soft, hard))
        except (ValueError, OSError) as error:  # macOS has no usable RLIMIT_AS: the wall clock remains
            if name != "RLIMIT_AS":
                raise SystemExit(f"cannot set {name}: {error}") from error

    _memory, _cpu, _nice = map(int, sys.argv[1:4])
    _limit("RLIMIT_AS", _memory, _memory)
    _limit("RLIMIT_CPU", _cpu, _cpu + 2)
    _limit("RLIMIT_FSIZE", 0, 0)
    _limit("RLIMIT_NOFILE", 64, 64)
    _limit("RLIMIT_CORE", 0, 0)

    import os

    os.nice(_nice)

    from bot.review_process.confine import confine

    confine()

import contextlib
import gc
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import msgspec

from bot.errors import ReviewFailed, Superseded
from bot.evaluated.fence import Clock, Trouble
from bot.evaluated.fetched_modules import RemoteCall, RemoteModules
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.symlinks import followed
from bot.evaluated.touched import parse_diff
from bot.frontends.terraform.plan.plan import PlanFault
from bot.review.engine import ProposedChange
from bot.review.inventory.model import HolderInventory
from bot.review.inventory.stock import head_inventory
from bot.review.model import Need, OnError, Review
from bot.review.planned import PlanFile, read_plans
from bot.review.product import complete_review
from bot.review.redaction.hide import without_sensitive_values
from bot.review_config.in_force import ConfigTexts, in_force
from bot.review_config.rules_file import RulesFile
from bot.review_config.settings import ReviewConfig
from bot.risk.earlier import Earlier, Recheck

STDERR_BYTES = 16 * 1024
"""How much of what a child says on standard error is kept: the end of it."""

OUT_OF_MEMORY = 71
"""The child's exit status after a MemoryError."""


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """Everything a review may know.

    `base_listing` and `head_listing` map paths to blob ids, `blobs` blob ids to contents. `diff` is
    the unified diff. `rules` is the base revision's `.iam-review.yaml`,
    `rules_source` its name in messages; `defaults_text` and `enforced_text` are the organisation's layers below and
    above it. `fail_at` overrides the rules' thresholds.
    `refused` are blob ids asked for that will not come; in the `last_round` nothing more may be
    asked for. What is missing then is a gap. `plans` are what `terraform show -json` printed, unread.
    `modules` are what came of modules from elsewhere; None: none may be asked for. `on_error` is what becomes of what
    we cannot review for a reason of ours. `earlier` are findings of earlier reviews of the same change request, to be
    told whether what proved them is still allowed.
    """

    base: str
    head: str
    base_listing: dict[str, str]
    head_listing: dict[str, str]
    blobs: dict[str, bytes]
    diff: str
    rules: RulesFile = RulesFile()
    rules_source: str = ".iam-review.yaml"
    fail_at: str | None = None
    var_files: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    last_round: bool = False
    plans: tuple[PlanFile, ...] = ()
    modules: tuple[GivenModule, ...] | None = None
    defaults_text: str | None = None
    enforced_text: str | None = None
    inventory: bool = False
    on_error: OnError = "fail"
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenModule:
    """A module from elsewhere: in `directory` of the paths in `listing`, or `refused` says why it does not come."""

    source: str
    version: str
    directory: str = ""
    listing: dict[str, str] = field(default_factory=dict)
    refused: str = ""


@dataclass(frozen=True, slots=True)
class ReviewAnswer:
    """Either a review, with the rules it was judged by, or the listed paths and the modules it needs.

    `unusable` says instead why what the caller gave cannot be used: a plan that is none. `holders` is the answer to
    a request for the inventory. `troubles` are what kept roots from being reviewed; they are for a log, not for people:
    a traceback may hold what the repository keeps secret. `rechecks` are about earlier findings the review has not.
    """

    review: Review | None = None
    rules: ReviewConfig = ReviewConfig()
    need: tuple[str, ...] = ()
    modules: tuple[tuple[str, str], ...] = ()
    unusable: str = ""
    holders: tuple[HolderInventory, ...] | None = None
    troubles: tuple[Trouble, ...] = ()
    rechecks: tuple[Recheck, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What the child may use; `nice` is by how much it stands back behind others."""

    wall_seconds: float = 150.0
    cpu_seconds: int = 130
    memory_bytes: int = 2 * 1024**3
    output_bytes: int = 32 * 1024**2
    nice: int = 0


LOOK_SECONDS = 1.0
"""How often a running review's being wanted is looked at."""

_unwanted: ContextVar[Callable[[], bool]] = ContextVar("unwanted", default=lambda: False)

RARELY = (50_000, 20, 100)
"""When to look for reference cycles. A review makes a few million small objects and next to no cycles: as often as
Python looks by itself is a third of the time."""


def answer(request: ReviewRequest, clock: Clock | None = None) -> ReviewAnswer:
    """The child's whole work, pure; also called directly by the command line."""
    gc.set_threshold(*RARELY)
    config = in_force(_texts(request))
    base = _tree(request.base, request.base_listing, request)
    head = _tree(request.head, request.head_listing, request)
    if request.inventory:
        stock = head_inventory(head, config.rules)
        holders = None if stock.needs or stock.holders is None else without_sensitive_values(stock.holders, head)
        return ReviewAnswer(rules=config.rules, need=stock.needs, holders=holders)
    try:
        plans = read_plans(request.plans)
    except PlanFault as fault:
        return ReviewAnswer(rules=config.rules, unusable=str(fault))
    change = ProposedChange(base, head, parse_diff(request.diff), plans, request.earlier)
    result = complete_review(change, config, request.on_error, clock)
    if isinstance(result, Need):
        return ReviewAnswer(rules=config.rules, need=result.paths, modules=result.modules)
    return ReviewAnswer(result.review, config.rules, troubles=result.troubles, rechecks=result.rechecks)


def _texts(request: ReviewRequest) -> ConfigTexts:
    return ConfigTexts(
        request.rules,
        request.rules_source,
        request.defaults_text,
        request.enforced_text,
        request.fail_at,
        request.var_files,
    )


def _tree(revision: str, listing: dict[str, str], request: ReviewRequest) -> SourceTree:
    absent = frozenset(listing.values()) - request.blobs.keys() if request.last_round else frozenset()
    remote = None if request.modules is None else _remote(request.modules, request.last_round)
    return followed(SourceTree(revision, listing, request.blobs, absent | frozenset(request.refused), remote=remote))


def _remote(modules: tuple[GivenModule, ...], closed: bool) -> RemoteModules:
    calls = {RemoteCall(one.source, one.version): one for one in modules}
    return RemoteModules(
        directories={call: one.directory for call, one in calls.items() if not one.refused},
        refused={call: one.refused for call, one in calls.items() if one.refused},
        listing={path: blob for one in modules for path, blob in one.listing.items()},
        closed=closed,
    )


def run(request: ReviewRequest, limits: Limits = Limits()) -> ReviewAnswer:
    """Start the child, hand it `request`, return its answer.

    Raises ReviewFailed if it dies, runs out of a limit or answers anything that is not a ReviewAnswer;
    the message may be shown to anyone, the end of the child's standard error is in the error's notes.
    """
    command = (sys.executable, "-B", "-P", "-s", "-X", "utf8", "-m", "bot.review_process.child")
    return converse(command, msgspec.json.encode(request), limits)


def converse(command: tuple[str, ...], request: bytes, limits: Limits) -> ReviewAnswer:
    """Run `command` with the limits as its last arguments, hand it `request`, and read its answer."""
    arguments = (*command, str(limits.memory_bytes), str(limits.cpu_seconds), str(limits.nice))
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
    return _read_answer(process.returncode, exchange, limits)


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
        self.failure = ""
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
            self.failure = f"took longer than {self.limits.wall_seconds:g} seconds"
        elif _unwanted.get()():
            raise Superseded("the review is not wanted any more")

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
            self.failure = f"answered more than {self.limits.output_bytes >> 20} MiB"
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
                self.failure = f"took longer than {self.limits.wall_seconds:g} seconds"
                return
            time.sleep(0.001)


def _read_answer(status: int, exchange: _Exchange, limits: Limits) -> ReviewAnswer:
    stderr = exchange.err.decode("utf-8", "replace")
    reason = exchange.failure or _reason_of_death(status, stderr, limits)
    cause = None
    if not reason:
        try:
            return msgspec.json.decode(exchange.out, type=ReviewAnswer)
        except msgspec.DecodeError as error:
            reason, cause = "answered something that is not a review", error
    failed = ReviewFailed(f"the review {reason}")
    failed.add_note(f"standard error of the review process (status {status}):\n{stderr}")
    raise failed from cause


def _reason_of_death(status: int, stderr: str, limits: Limits) -> str:
    """What happened to a child with that exit status, "" if it ended well; tells nothing of the content."""
    if status == 0:
        return ""
    exceptions = re.findall(r"^([A-Za-z_][\w.]*)(?=: |$)", stderr, re.MULTILINE)
    exception = exceptions[-1] if exceptions else f"status {status}"
    if status == OUT_OF_MEMORY or exception == "MemoryError":
        return f"needed more than {limits.memory_bytes >> 20} MiB of memory"
    if status == -signal.SIGXCPU:
        return f"used more than {limits.cpu_seconds} seconds of CPU"
    if status == -signal.SIGKILL:
        return "was killed, perhaps because the machine ran out of memory"
    if status < 0:
        return f"crashed ({signal.Signals(-status).name})"
    return f"stopped on an internal error ({exception})"


def main() -> None:
    """The child: one request from standard input, one answer to standard output."""
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # whatever prints by mistake does not end up inside the answer
        try:
            request = msgspec.json.decode(sys.stdin.buffer.read(), type=ReviewRequest)
            reply = msgspec.json.encode(answer(request, Clock(float(sys.argv[2]), time.process_time)))
        except MemoryError:
            sys.exit(OUT_OF_MEMORY)
        out.write(reply)


if __name__ == "__main__":
    main()
