"""Where a clone came from, by its remote: what people's links to it can be made of."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from bot.contents.command import Git
from bot.contents.modules.port import NotFetched
from bot.contents.modules.source import located
from bot.errors import ContentsError


def origin_place(directory: Path) -> tuple[str, str]:
    """The host (small letters, no port, no login) and path (without `.git`) of `origin`; two "" where it has none."""
    try:
        written = Git(directory).run("config", "--get", "remote.origin.url").decode("utf-8", "replace").strip()
    except ContentsError:
        return "", ""
    return place_of(written)


def place_of(address: str) -> tuple[str, str]:
    """The same of an address as git takes it; of a folder there is none."""
    try:
        # What has no scheme is the scp-like form, git@host:path, which modules' sources have too.
        parts = urlsplit(address if "://" in address else located(f"git::{address}").url)
        host = parts.hostname or ""
    except (ValueError, NotFetched):
        return "", ""
    return (host, _path(parts.path)) if parts.scheme in ("https", "http", "ssh", "git") and host else ("", "")


def _path(path: str) -> str:
    return path.strip("/").removesuffix(".git")
