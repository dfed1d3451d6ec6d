"""Gunicorn as the bot needs it: one process with threads, its messages through the redactor, its stop a drain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.config import Config as GunicornConfig  # type: ignore[import-untyped]
from gunicorn.glogging import Logger as GunicornLogger  # type: ignore[import-untyped]

from bot.config import Config
from bot.wiring.slow_clients import PromptThreadWorker


class Runs(Protocol):
    """What runs inside gunicorn's worker process."""

    @property
    def app(self) -> Flask:
        """What answers requests."""
        ...

    def start(self) -> None:
        """Begin, after the fork."""
        ...

    def stop(self, drain_seconds: float) -> None:
        """Drain and end."""
        ...


class _ThroughRoot(GunicornLogger):  # type: ignore[misc]
    """Gunicorn's messages take the way of all others, through the redactor; requests are not logged."""

    def setup(self, cfg: GunicornConfig) -> None:
        """Add no handler."""
        self.error_log.propagate = True

    def access(self, *request: object) -> None:
        """The application logs deliveries itself."""


class Gunicorn(BaseApplication):  # type: ignore[misc]
    """Serves what `make` makes in the forked process."""

    def __init__(self, config: Config, make: Callable[[], Runs]) -> None:
        self._config, self._make = config, make
        super().__init__()

    def load_config(self) -> None:
        """Everything is set here: no variable of the environment changes the number of processes."""
        settings: Mapping[str, Any] = {
            "bind": [f"{self._config.host}:{port}" for port in self._ports()],
            "workers": 1,
            "worker_class": PromptThreadWorker,
            "threads": self._config.web_threads,
            "keepalive": 30,
            "graceful_timeout": int(self._config.drain_seconds) + 10,
            "timeout": 60,
            "control_socket_disable": True,
            "proc_name": "iam-review",
            "logger_class": _ThroughRoot,
            "post_worker_init": lambda worker: self.running.start(),
            "worker_exit": lambda arbiter, worker: self.running.stop(self._config.drain_seconds),
        }
        for key, value in settings.items():
            self.cfg.set(key, value)

    def _ports(self) -> tuple[int, ...]:
        apart = self._config.metrics_port
        return (self._config.port, apart) if apart else (self._config.port,)

    def load(self) -> Flask:
        """In gunicorn's worker, after the fork."""
        self.running = self._make()
        return self.running.app
