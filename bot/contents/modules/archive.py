"""Unpacks a module's archive in memory: regular files only, no paths that lead out, bounded in number and size."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping

from bot.contents.modules.port import NotFetched

MAX_FILES = 3_000
MAX_FILE_BYTES = 1024**2
MAX_BYTES = 10 * 1024**2
"""What is kept of one package."""

MAX_UNPACKED = 100 * 1024**2
"""What an archive may unpack to, kept or not."""

MAX_MEMBERS = 20_000

READ = (
    *(".tf", ".tf.json", ".tofu", ".tofu.json", ".json", ".yaml", ".yml", ".txt"),
    *(".tftpl", ".tpl", ".tmpl", ".template"),
)
"""Files that a module may read; others are left out."""

_BROKEN = (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)


def unpack(content: bytes) -> Mapping[str, bytes]:
    """The files of a zip or (compressed) tar archive. Raises NotFetched."""
    try:
        if content.startswith(b"PK\x03\x04"):
            return kept(_zipped(content))
        return kept(_tarred(content))
    except (*_BROKEN, RuntimeError) as error:  # RuntimeError: a zip with a password
        raise NotFetched(f"its archive cannot be read ({type(error).__name__})") from None


def kept(files: Iterable[tuple[str, bytes]]) -> Mapping[str, bytes]:
    """The files worth keeping, within bounds. Raises NotFetched beyond them."""
    found: dict[str, bytes] = {}
    total = 0
    for path, content in files:
        if len(content) > MAX_FILE_BYTES:
            continue
        total += len(content)
        found[path] = content
        if len(found) > MAX_FILES or total > MAX_BYTES:
            raise NotFetched(f"it is larger than {MAX_FILES} files and {MAX_BYTES >> 20} MiB")
    if not found:
        raise NotFetched("it holds no Terraform")
    return found


def wanted(path: str) -> bool:
    """Whether a file of a package is kept: by its name, and nothing that leads elsewhere."""
    steps = path.split("/")
    if path.startswith("/") or "\\" in path or "\0" in path or any(step in ("", ".", "..") for step in steps):
        return False
    return path.endswith(READ) and not any(step.startswith(".") for step in steps[:-1])


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
