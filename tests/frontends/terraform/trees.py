"""Revisions made of texts, for tests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from bot.evaluated.source_tree import SourceTree


def tree(files: Mapping[str, str | bytes | None], revision: str = "head") -> SourceTree:
    """A revision that has `files`; None is no file."""
    contents = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    blobs = {_blob(content): content for content in contents.values() if content is not None}
    listing = {path: _blob(content) for path, content in contents.items() if content is not None}
    return SourceTree(revision, listing, blobs)


def _blob(content: bytes) -> str:
    return hashlib.sha1(content).hexdigest()
