"""Archives of modules, unpacked in a child process without secrets: what the parent asks and what it is told."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from bot.contents.modules.port import NotFetched
from bot.errors import ReviewFailed
from bot.review_process import parent
from bot.review_process.parent import Confinement, Limits, python
from bot.review_process.unpacker import NotUnpacked, Unpacked

SECONDS = 10
"""So much CPU an archive gets; one of 20 MiB takes a second."""

UNPACKER = python("bot.review_process.unpacker")

_ANSWER = msgspec.json.Decoder[Unpacked | NotUnpacked](Unpacked | NotUnpacked)


def unpack_apart(archive: bytes, confinement: Confinement = "best", seconds: int = SECONDS) -> Mapping[str, bytes]:
    """The files of an archive, read by a child. Raises NotFetched, also where the child dies of it."""
    limits = Limits(2.0 * seconds, seconds, memory_bytes=1 << 30, confinement=confinement)
    try:
        answer: Unpacked | NotUnpacked = parent.converse(UNPACKER, archive, limits, _ANSWER.decode)
    except ReviewFailed:
        raise NotFetched("its archive cannot be unpacked within our limits") from None
    if isinstance(answer, NotUnpacked):
        raise NotFetched(answer.why)
    return answer.files
