"""Processes of the bot that are started, killed and started again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests.services import HOST, free_port


@dataclass
class BotProcess:
    """One process of the bot; its log is `name`.log in the folder its settings name."""

    name: str
    role: str
    settings: Mapping[str, str]
    directory: Path
    reviewer: str = "cheap"
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start(self, wait: bool = True, seconds: float = 60) -> None:
        variables = {**os.environ, **self.settings, "IAM_REVIEW_PORT": str(self.port), "IAM_REVIEW_HOST": HOST}
        with (self.directory / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bench.runtime.bot", self.role, self.reviewer],
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1
        deadline = time.monotonic() + seconds
        while wait and not self.alive():
            assert self.process.poll() is None, (self.directory / f"{self.name}.log").read_text()[-3000:]
            assert time.monotonic() < deadline, f"{self.name} does not answer"
            time.sleep(0.1)

    def alive(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).ok
        except requests.RequestException:
            return False

    def kill(self) -> None:
        """kill -9 of everything that belongs to it."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self, seconds: float = 60) -> int:
        """As an operator stops it; returns the exit status."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(seconds)
