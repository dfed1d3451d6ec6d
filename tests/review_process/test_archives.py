"""Archives of modules are unpacked where there is nothing to be had: a child, confined, with limits of its own."""

from __future__ import annotations

import bz2
import io
import os
import tarfile

import pytest

from bot.contents.modules.port import NotFetched
from bot.review_process import parent
from bot.review_process.archives import UNPACKER, unpack_apart
from bot.review_process.confine import landlock_version
from bot.review_process.parent import Limits

MEMBER = tarfile.TarInfo("main.tf")


def packed(**files: bytes) -> bytes:
    """A tar archive of these files, compressed."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{name}.tf")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return bz2.compress(out.getvalue())


def slow(digits: int) -> bytes:
    """A hundred bytes whose extended header Python before 3.11.10 and 3.12.6 reads in time that grows by the square."""
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, digits
    body = b"1" * digits + b"\0" * (-digits % tarfile.BLOCKSIZE)
    return bz2.compress(header.tobuf(tarfile.USTAR_FORMAT) + body + MEMBER.tobuf())


def test_files_come_back_as_they_are() -> None:
    assert unpack_apart(packed(main=b"\xff\0 content")) == {"main.tf": b"\xff\0 content"}


def test_the_reason_comes_back() -> None:
    with pytest.raises(NotFetched, match=r"^its archive cannot be read \(ReadError\)$"):
        unpack_apart(b"no archive")


def test_an_archive_that_takes_for_ever_costs_its_seconds() -> None:
    """Whether this Python is one of those or not."""
    archive = slow(400_000)
    assert len(archive) < 200
    began = os.times().children_user
    try:
        assert unpack_apart(archive, seconds=1) == {"main.tf": b""}
    except NotFetched as reason:
        assert str(reason) == "its archive cannot be unpacked within our limits"
    assert os.times().children_user - began < 10


@pytest.mark.skipif(not landlock_version(), reason="this kernel cannot confine a process")
def test_the_child_is_confined(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[tuple[str, ...], Limits]] = []
    real = parent.converse

    def converse(command: tuple[str, ...], request: bytes, limits: Limits, read: object) -> object:
        asked.append((command, limits))
        seen = "import sys, json, os, runpy; sys.argv[0] = 'x'\nfrom bot.review_process.begin import begin\n"
        look = "held = begin(sys.argv[1:])\nprint(json.dumps({'type': 'NotUnpacked', 'why': ' '.join(held)}))"
        return real((command[0], "-c", seen + look), request, limits, read)  # type: ignore[arg-type]

    monkeypatch.setattr(parent, "converse", converse)
    with pytest.raises(NotFetched, match=r"no new privileges files calls$"):
        unpack_apart(packed(main=b""), confinement="required")
    ((command, limits),) = asked
    assert command == UNPACKER
    assert (limits.confinement, limits.memory_bytes) == ("required", 1 << 30)
