"""Servers that tests start themselves: on free ports of the loopback, in a directory that goes away, ended by id."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis

HOST = "127.0.0.1"


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind((HOST, 0))
        port: int = listening.getsockname()[1]
        return port


def _postgresql_program(name: str) -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


_RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")

PRESENT: Mapping[str, Callable[[], object]] = {
    "postgresql": lambda: _postgresql_program("initdb"),
    "redis": lambda: shutil.which("redis-server"),
    "rabbitmq": _RABBITMQ.exists,
    "buildah": lambda: shutil.which("buildah") and shutil.which("mmdebstrap"),
    "helm": lambda: shutil.which("helm"),
    "kubectl": lambda: shutil.which("kubectl"),
    "promtool": lambda: shutil.which("promtool"),
    "chromium": Path("/usr/bin/chromium").exists,
    "axe": Path("tests/browser/node_modules/axe-core/axe.min.js").exists,
}
"""What `needs(name)` may name, and whether it is on this machine."""


_WITH_ITS_PARENT = ("setpriv", "--pdeathsig", "KILL", "--") if shutil.which("setpriv") else ()
"""A run of tests that is killed leaves no server behind."""


@dataclass
class Service:
    """A program that listens on `port`; `kill` is kill -9, after which `start` brings it back with its data."""

    directory: Path
    port: int = field(default_factory=free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    user: str | None = None

    def command(self) -> Sequence[str]:
        """What to run in the foreground."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """Its environment."""
        return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}

    def answers(self) -> bool:
        """Whether it serves."""
        raise NotImplementedError

    def start(self, seconds: float = 60) -> None:
        """Start it and wait until it serves."""
        with (self.directory / "log").open("ab") as log:
            process = subprocess.Popen(
                [*_WITH_ITS_PARENT, *self.command()],
                env=self.environment(),
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self.user,
                start_new_session=True,
            )
        self.processes.append(process)
        deadline = time.monotonic() + seconds
        while not self.answers():
            assert process.poll() is None, (self.directory / "log").read_text(errors="replace")[-2000:]
            assert time.monotonic() < deadline, f"{type(self).__name__} does not answer"
            time.sleep(0.05)

    def kill(self) -> None:
        """As if the machine had lost power."""
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes.clear()

    stop = kill

    def restart(self) -> None:
        """Stop without warning and start again."""
        self.kill()
        self.start()


@dataclass
class PostgreSQL(Service):
    """A server with one superuser `test`; `database` makes an empty database. `lasting`: it waits for the disk.

    Otherwise it does not: what is killed here are processes, never the machine, and what the kernel was given it still
    writes.
    """

    lasting: bool = False

    def prepare(self) -> None:
        """Make the cluster; the server refuses to run as root, so root becomes `postgres`."""
        if os.geteuid() == 0:
            self.user = "postgres"
            shutil.chown(self.directory, "postgres")
        initdb = _postgresql_program("initdb")
        assert initdb
        arguments = ["-D", str(self.directory / "data"), "-U", "test", "--auth=trust", "--encoding=UTF8", "-N"]
        subprocess.run([initdb, *arguments], check=True, capture_output=True, user=self.user, cwd=self.directory)

    def command(self) -> Sequence[str]:
        postgres = _postgresql_program("postgres")
        assert postgres
        settings = ["max_connections=200", f"unix_socket_directories={self.directory}", "timezone=Asia/Tokyo"]
        if not self.lasting:
            settings += ["fsync=off", "full_page_writes=off"]
        options = [part for setting in settings for part in ("-c", setting)]
        return [postgres, "-D", str(self.directory / "data"), "-h", HOST, "-p", str(self.port), *options]

    def answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(host=HOST, port=self.port, user="test", dbname="postgres", autocommit=True)

    def database(self) -> str:
        """The address of a new database."""
        name = f"t{uuid.uuid4().hex[:12]}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type,call-overload,unused-ignore]
        return f"postgresql+psycopg://test@{HOST}:{self.port}/{name}"

    def stop(self) -> None:
        """An immediate shutdown, so that no shared memory stays behind."""
        for process in self.processes:
            process.send_signal(signal.SIGQUIT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
        self.kill()


class Redis(Service):
    """A server that keeps its data in an append-only file."""

    def command(self) -> Sequence[str]:
        options = {"port": self.port, "bind": HOST, "dir": self.directory, "save": "", "appendonly": "yes"}
        return ["redis-server", *(str(part) for key, value in options.items() for part in (f"--{key}", value))]

    def answers(self) -> bool:
        try:
            with redis.Redis(host=HOST, port=self.port) as client:
                return bool(client.ping())
        except redis.exceptions.RedisError:
            return False

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://{HOST}:{self.port}/0"

    def flush(self) -> None:
        """Everything in it is gone."""
        with redis.Redis(host=HOST, port=self.port) as client:
            client.flushall()


class RabbitMQ(Service):
    """A node of its own, with a port mapper and a cookie of its own; guest may come in from the loopback."""

    mapper_port: int = 0

    def environment(self) -> dict[str, str]:
        here = self.directory
        return {
            **super().environment(),
            "HOME": str(here),
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": str(self.mapper_port),
            "RABBITMQ_NODENAME": f"test{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(self.dist_port),
            "RABBITMQ_MNESIA_BASE": str(here / "data"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(here / "enabled_plugins"),
            "RABBITMQ_PLUGINS_EXPAND_DIR": str(here / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(here / "rabbitmq.conf"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(here / "generated"),
            "RABBITMQ_PID_FILE": str(here / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
        }

    def prepare(self) -> None:
        """Its configuration."""
        self.mapper_port, self.dist_port = free_port(), free_port()
        (self.directory / "enabled_plugins").write_text("[].\n")
        (self.directory / "rabbitmq.conf").write_text(
            f"listeners.tcp.local = {HOST}:{self.port}\nlog.console.level = warning\ndisk_free_limit.absolute = 50MB\n"
        )

    def command(self) -> Sequence[str]:
        return [str(_RABBITMQ)]

    def start(self, seconds: float = 60) -> None:
        """The port mapper first: the node would start one that outlives it."""
        mapper = subprocess.Popen(
            ["epmd", "-address", HOST, "-port", str(self.mapper_port)],
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.processes.append(mapper)
        super().start(seconds)

    def answers(self) -> bool:
        """A node accepts connections some time before it serves them: the protocol's greeting tells."""
        try:
            with socket.create_connection((HOST, self.port), 1) as connection:
                connection.settimeout(5)
                connection.sendall(b"AMQP\x00\x00\x09\x01")
                return connection.recv(7)[:1] == b"\x01"
        except OSError:
            return False

    @property
    def url(self) -> str:
        """Its address."""
        return f"amqp://guest:guest@{HOST}:{self.port}/%2F"


@contextlib.contextmanager
def running(service: Service) -> Iterator[Service]:
    """Prepare and start a service, and stop it at the end."""
    service.directory.mkdir(parents=True, exist_ok=True)
    prepare = getattr(service, "prepare", None)
    if prepare is not None:
        prepare()
    service.start()
    try:
        yield service
    finally:
        service.stop()
