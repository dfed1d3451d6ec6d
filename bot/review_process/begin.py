"""How a child begins: it limits and confines itself, as its command line says. Standard library only."""

from __future__ import annotations

import os
import resource
from collections.abc import Sequence

from bot.review_process.confine import confine_or_leave


def begin(arguments: Sequence[str]) -> tuple[str, ...]:
    """Take on the limits of bytes, seconds and niceness in `arguments`, and its confinement; returns what is in force.

    Raises SystemExit where a limit cannot be set, or confinement is required and not to be had.
    """
    memory, cpu, nice = map(int, arguments[:3])
    _limit("RLIMIT_AS", memory, memory)
    _limit("RLIMIT_CPU", cpu, cpu + 2)
    _limit("RLIMIT_FSIZE", 0, 0)
    _limit("RLIMIT_NOFILE", 64, 64)
    _limit("RLIMIT_CORE", 0, 0)
    os.nice(nice)
    return confine_or_leave(arguments[3])


def _limit(name: str, soft: int, hard: int) -> None:
    try:
        resource.setrlimit(getattr(resource, name), (soft, hard))
    except (ValueError, OSError) as error:  # macOS has no usable RLIMIT_AS: the wall clock remains
        if name != "RLIMIT_AS":
            raise SystemExit(f"cannot set {name}: {error}") from error
