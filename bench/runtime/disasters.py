"""What befalls a node besides its processes being killed: its copies damaged, its disk full, its key or clock wrong."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.runtime.processes import BotProcess
from bench.runtime.scenes import Scene
from bot.fake_forge.github.access import new_private_key

DISK_MIB = 4

LOCKS = ("HEAD.lock", "config.lock", "shallow.lock", "packed-refs.lock")


@dataclass(frozen=True)
class Node:
    """A process with a configuration of its own, and where it keeps its copies of repositories."""

    process: BotProcess

    @property
    def cache(self) -> Path:
        """Where its copies are."""
        return Path(self.process.settings["IAM_REVIEW_CACHE_DIR"])

    def copies(self) -> list[Path]:
        """The copies it has."""
        return [path for path in self.cache.glob("*") if path.is_dir()]

    def overwrite_copies(self) -> None:
        """Every file of every copy, while it may be reading them."""
        for path in (path for copy in self.copies() for path in copy.rglob("*") if path.is_file()):
            with suppress(FileNotFoundError):  # it may be thrown away meanwhile
                path.chmod(0o600)
                path.write_bytes(b"\0overwritten" * 20)

    def leave_locks(self) -> None:
        """As a git that was killed leaves them."""
        for copy in self.copies():
            for name in LOCKS:
                with suppress(FileNotFoundError):
                    (copy / name).touch()

    def fill_disk(self) -> None:
        """Nothing is left of the disk that the copies are on; what is there may go."""
        with (self.cache.parent / "filling").open("wb", buffering=0) as filling:
            try:
                while True:
                    filling.write(b"x" * 4096)
            except OSError:
                return

    def start_anew(self, **told: str) -> None:
        """As an operator does who has given it something else."""
        self.process.kill()
        self.process.settings = {**self.process.settings, **told}
        self.process.start(wait=False)


def with_clock_off(hours: int) -> dict[str, str]:
    """Variables under which a process sees another time of day; what it waits by is not touched."""
    [library] = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
    return {"LD_PRELOAD": str(library), "FAKETIME": f"{hours:+d}h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@contextmanager
def small_disk(at: Path) -> Iterator[None]:
    """A file system of a few MiB in memory; needs root."""
    at.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=755", "none", at], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", at], check=True)


def befalling(scene: Scene) -> Mapping[str, Callable[[], object]]:
    """What can befall its nodes, one after the other; the last of several has a wrong key, then a wrong clock."""
    nodes = [Node(worker) for worker in scene.workers]
    found: dict[str, Callable[[], object]] = {
        "copies overwritten": lambda: [node.overwrite_copies() for node in nodes],
        "locks left": lambda: [node.leave_locks() for node in nodes],
    }
    first, sick = nodes[0], nodes[-1]
    if os.path.ismount(first.cache.parent):
        found["disk full"] = first.fill_disk
    if sick is not first:
        key = "IAM_REVIEW_GITHUB__PRIVATE_KEY"
        right = sick.process.settings[key]
        found["key revoked"] = lambda: sick.start_anew(**{key: new_private_key()})
        found["clock 3 h ahead"] = lambda: sick.start_anew(**{key: right}, **with_clock_off(3))
    return found
