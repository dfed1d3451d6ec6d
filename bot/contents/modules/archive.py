"""Unpacks a module's archive in memory: regular files only, no paths that lead out, bounded in number and size."""

from __future__ import annotations

import bz2
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from bot.contents.modules.module_files import MAX_FILE_BYTES, kept, wanted
from bot.contents.modules.port import NotFetched

MAX_UNPACKED = 60 * 1024**2
"""What an archive may unpack to, kept or not."""

MAX_MEMBERS = 20_000
MAX_DIRECTORY = 4 * 1024**2
_MEMORY = 128 * 1024**2

_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
)


def unpack(content: bytes) -> Mapping[str, bytes]:
    """The files of a zip or (compressed) tar archive. Raises NotFetched."""
    try:
        if content.startswith(b"PK\x03\x04"):
            _check_directory(content)
            return kept(_zipped(content))
        return kept(_tarred(_decompressed(content)))
    except (*_BROKEN, EOFError, RuntimeError) as error:  # RuntimeError: a zip with a password
        raise NotFetched(f"its archive cannot be read ({type(error).__name__})") from None


def _decompressed(content: bytes) -> bytes:
    """A tar archive without its compression, at most MAX_UNPACKED of it: tarfile would believe any length in it."""
    for magic, made in _COMPRESSIONS:
        if content.startswith(magic):
            found = made(content)
            if len(found) > MAX_UNPACKED:
                raise NotFetched("its archive unpacks to too much")
            return found
    return content


def _gunzipped(content: bytes) -> bytes:
    return zlib.decompressobj(wbits=31).decompress(content, MAX_UNPACKED + 1)


def _unxz(content: bytes) -> bytes:
    return lzma.LZMADecompressor(memlimit=_MEMORY).decompress(content, MAX_UNPACKED + 1)


def _bunzipped(content: bytes) -> bytes:
    return bz2.BZ2Decompressor().decompress(content, MAX_UNPACKED + 1)


_COMPRESSIONS = ((b"\x1f\x8b", _gunzipped), (b"\xfd7zXZ\x00", _unxz), (b"BZh", _bunzipped))


def _check_directory(content: bytes) -> None:
    """Raise NotFetched for a zip whose directory is too large to be read: zipfile reads all of it at once."""
    at = content.rfind(b"PK\x05\x06", -66_000)
    size = int.from_bytes(content[at + 12 : at + 16], "little") if at >= 0 else 0
    if at < 0 or size > MAX_DIRECTORY:
        raise NotFetched("its archive cannot be read")


def _tarred(content: bytes) -> Iterator[tuple[str, bytes]]:
    unpacked = 0
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
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
