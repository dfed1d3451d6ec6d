"""Reads the kept reviews of a change request, as much of each as is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec
import structlog

from bot.review.codec import decode
from bot.review.model import Finding

T = TypeVar("T")


class KeptFindings(msgspec.Struct):
    """As much of a kept review as can be accepted."""

    gained: tuple[Finding, ...] = ()
    undecided: tuple[Finding, ...] = ()


_log = structlog.get_logger(__name__)


def readable(kept: Iterable[bytes], of: type[T]) -> Iterator[T]:
    """Each as an `of`, in the order given. One that cannot be read is left out and logged: of what it found nothing
    is known then, which nobody would notice otherwise."""
    for content in kept:
        try:
            yield decode(content, of)
        except msgspec.DecodeError as error:
            _log.warning("a kept review cannot be read", error=str(error))
