"""A child that unpacks one archive: what a module's address serves is read where there is no token to be had."""

from __future__ import annotations

if __name__ == "__main__":  # the limits come before anything that could use what they limit
    import sys

    from bot.review_process.begin import begin

    begin(sys.argv[1:])

import os
import sys

import msgspec
from msgspec import Struct

from bot.contents.modules.archive import unpack
from bot.contents.modules.port import NotFetched


class Unpacked(Struct, frozen=True, tag=True):
    """The files worth keeping."""

    files: dict[str, bytes]


class NotUnpacked(Struct, frozen=True, tag=True):
    """Why there are none, in words for people."""

    why: str


def unpacked(archive: bytes) -> Unpacked | NotUnpacked:
    """The files of an archive, or why there are none."""
    try:
        return Unpacked(dict(unpack(archive)))
    except NotFetched as reason:
        return NotUnpacked(str(reason))


def main() -> None:
    """The child: an archive from standard input, one answer to standard output."""
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # whatever prints by mistake does not end up inside the answer
        out.write(msgspec.json.encode(unpacked(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
