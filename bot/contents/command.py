"""Runs git so that no configuration, hook, filter or prompt of anyone else takes part."""

from __future__ import annotations

import dataclasses
import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path
from typing import IO

from bot.errors import ContentsError, RevisionError
from bot.frozen import dataclass

_CLEAN_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "0",
    "HOME": os.devnull,
    "LC_ALL": "C",
}

_SETTINGS = (
    # Read-only work on a repository that another user owns (a CI checkout) is safe under the settings below.
    ("safe.directory", "*"),
    ("protocol.allow", "never"),
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
    ("core.attributesFile", os.devnull),
    ("core.quotePath", "true"),
    ("core.bigFileThreshold", "8m"),
    ("core.askPass", ""),
    ("credential.helper", ""),
    ("diff.suppressBlankEmpty", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("fetch.recurseSubmodules", "no"),
    ("fetch.negotiationAlgorithm", "noop"),
    ("http.followRedirects", "false"),
    ("http.lowSpeedLimit", "1000"),
    ("http.lowSpeedTime", "30"),
    ("submodule.recurse", "false"),
)

_STDERR_BYTES = 4096


class GitFailed(ContentsError):
    """git ended with an error; `reason` is the last thing it said, without secrets."""

    def __init__(self, command: str, reason: str) -> None:
        super().__init__(f"git {command} failed: {reason}")
        self.reason = reason


class OutputTooLarge(ContentsError):
    """git said more than the caller is ready to hold."""


@dataclass(frozen=True, slots=True)
class Git:
    """git on one repository directory.

    `settings` are added to the safe ones; `secrets` never show in an error. `environment` is for the
    network (proxies, certificates) and is added to a clean one.
    """

    directory: Path
    settings: tuple[tuple[str, str], ...] = ()
    secrets: tuple[str, ...] = field(default=(), repr=False)
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, stdin: bytes = b"", seconds: float = 120.0, limit: int = 256 * 1024**2) -> bytes:
        """Standard output of `git ARGUMENTS`, at most `limit` bytes.

        Raises GitFailed for any exit but 0, OutputTooLarge, or ContentsError if git is absent or needs
        more than `seconds`.
        """
        with self.stream(*arguments, stdin=stdin, seconds=seconds) as output:
            content = output.read(limit + 1)
            if len(content) > limit:
                raise OutputTooLarge(f"git {arguments[0]} gave more than {limit // 1024**2} MiB")
        return content

    def no_repository(self) -> RevisionError | None:
        """What to raise where the directory is in no repository, which is why git failed; None if it is in one."""
        try:
            self.run("rev-parse", "--git-dir")
        except GitFailed:
            return RevisionError(f"{self.directory} is not a git repository")
        return None

    @contextmanager
    def stream(self, *arguments: str, stdin: bytes = b"", seconds: float = 120.0) -> Iterator[IO[bytes]]:
        """`git ARGUMENTS` with its standard output to read from; leaving early kills it. Raises as `run` does."""
        with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as complaints:
            source.write(stdin)
            source.seek(0)
            process = self._start(arguments, source, complaints)
            assert process.stdout is not None
            expired = threading.Event()
            watchdog = threading.Timer(seconds, _kill, (process, expired))
            watchdog.start()
            try:
                yield process.stdout
                left_over = process.stdout.read(1)
            finally:
                watchdog.cancel()
                _end(process)
            if expired.is_set():
                raise ContentsError(f"git {arguments[0]} did not finish within {seconds:g} s")
            if process.returncode != 0 and not left_over:
                raise GitFailed(arguments[0], self._last_words(complaints))

    def _start(self, arguments: tuple[str, ...], source: IO[bytes], complaints: IO[bytes]) -> subprocess.Popen[bytes]:
        executable = shutil.which("git")
        if executable is None:
            raise ContentsError("git is not installed, or not on the PATH")
        if not self.directory.is_dir():
            raise ContentsError(f"{self.directory} is not a directory")
        return subprocess.Popen(
            [*_with_its_parent(), executable, *arguments],
            cwd=self.directory,
            env=self._environment(executable),
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=complaints,
            start_new_session=True,
        )

    def _environment(self, executable: str) -> dict[str, str]:
        settings = (*_SETTINGS, *self.settings)
        numbered = {f"GIT_CONFIG_KEY_{n}": key for n, (key, _) in enumerate(settings)}
        numbered |= {f"GIT_CONFIG_VALUE_{n}": value for n, (_, value) in enumerate(settings)}
        path = os.pathsep.join((str(Path(executable).parent), os.defpath))
        return {
            "PATH": path,
            **self.environment,
            **_CLEAN_ENVIRONMENT,
            "GIT_CONFIG_COUNT": str(len(settings)),
            **numbered,
        }

    def _last_words(self, complaints: IO[bytes]) -> str:
        size = complaints.seek(0, os.SEEK_END)
        complaints.seek(max(0, size - _STDERR_BYTES))
        words = complaints.read().decode("utf-8", "replace")
        for secret in self.secrets:
            words = words.replace(secret, "***")
        lines = [line.strip() for line in words.splitlines() if line.strip()]
        telling = [line for line in lines if line.startswith(("fatal:", "error:", "remote:"))]
        return "; ".join(dict.fromkeys(telling[-3:])) or (lines[-1] if lines else "no reason given")


@functools.cache
def _with_its_parent() -> tuple[str, ...]:
    """A git whose parent is killed ends too: it would go on writing into a copy that somebody else has then."""
    found = shutil.which("setpriv") if sys.platform == "linux" else None
    return () if found is None else (found, "--pdeathsig", "KILL", "--")


def without_filters(git: Git) -> Git:
    """To compare a file git would run the commands that the repository's configuration names for cleaning it."""
    names = git.run("config", "--list", "--name-only", "-z").decode("utf-8", "surrogateescape").split("\0")
    drivers = {name.rpartition(".")[0] for name in names if name.startswith("filter.")}
    off = (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false"))
    settings = tuple((f"{driver}.{key}", value) for driver in sorted(drivers) for key, value in off)
    return dataclasses.replace(git, settings=(*git.settings, *settings))


def _kill(process: subprocess.Popen[bytes], expired: threading.Event) -> None:
    expired.set()
    _kill_group(process)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    # git's helpers (git-remote-https) outlive a kill of git alone; a session of its own makes a group.
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            process.kill()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait for a process whose output was read to its end; kill one that still has something to say."""
    assert process.stdout is not None
    process.stdout.close()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        _kill_group(process)
        process.wait()
