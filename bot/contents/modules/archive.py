"""Unpacks a module's archive in memory: regular files only, no paths that lead out, bounded in number and size."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from bot.contents.modules.files import MAX_FILE_BYTES, kept, wanted
from bot.contents.modules.port import NotFetched

MAX_UNPACKED = 100 * 1024**2
"""What an archive may unpack to, kept or not."""

MAX_MEMBERS = 20_000

_BROKEN = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)


def unpack(content: bytes) -> Mapping[str, bytes]:
    """The files of a zip or (compressed) tar archive. Raises NotFetched."""
    try:
        if content.startswith(b"PK\x03\x04"):
            return kept(_zipped(content))
        return kept(_tarred(content))
    except (*_BROKEN, RuntimeError) as error:  # RuntimeError: a zip with a password
        raise NotFetched(f"its archive cannot be read ({type(error).__name__})") from None


def _tarred(content: bytes) -> Iterator[tuple[str, bytes]]:
    unpacked = 0
    with tarfile.open(fileobj=io.BytesIO(content), mode="r|*") as archive:
        for number, member in enumerate(archive):
            unpacked += member.size
            if number > MAX_MEMBERS or unpacked > MAX_UNPACKED:
                raise NotFetched("its archive unpacks to too much")
            path = member.name.removeprefix("./")
            if member.isreg() and member.size <= MAX_FILE_BYTES and wanted(path):
                file = archive.extractfile(member)
                if file is not None:
                    yield path, file.read(MAX_FILE_BYTES + 1)


def _zipped(content: bytes) -> Iterator[tuple[str, bytes]]:
    unpacked = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for number, member in enumerate(archive.infolist()):
            unpacked += member.file_size
            if number > MAX_MEMBERS or unpacked > MAX_UNPACKED:
                raise NotFetched("its archive unpacks to too much")
            mode = member.external_attr >> 16
            regular = not member.is_dir() and stat.S_IFMT(mode) in (0, stat.S_IFREG)
            path = member.filename.removeprefix("./")
            if regular and member.file_size <= MAX_FILE_BYTES and wanted(path):
                with archive.open(member) as file:
                    yield path, file.read(MAX_FILE_BYTES + 1)
