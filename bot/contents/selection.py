"""Which files of a repository can matter to a review, told by their names."""

from __future__ import annotations

from collections.abc import Mapping

from bot.frontends.front_ends import wanted

RULES_NAME = ".iam-review.yaml"

CODE_OWNERS = ("CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS")
"""Where forges look for who owns which file."""

# fmt: off
_NOT_TEXT = (
    ".7z", ".avi", ".bin", ".bmp", ".bz2", ".class", ".db", ".dll", ".dylib", ".eot", ".exe", ".gif", ".gz",
    ".heic", ".ico", ".jar", ".jpeg", ".jpg", ".mov", ".mp3", ".mp4", ".o", ".ogg", ".otf", ".parquet", ".pdf",
    ".png", ".pyc", ".rar", ".so", ".sqlite", ".tar", ".tgz", ".tif", ".tiff", ".ttf", ".wasm", ".wav", ".webm",
    ".webp", ".whl", ".woff", ".woff2", ".xls", ".xlsx", ".xz", ".zip", ".zst",
)
# fmt: on
"""Names whose changes have no lines: left out of the diff, so that their contents need not be fetched."""

DIFF_PATHSPECS = (":(top)", *(f":(top,exclude,icase)*{suffix}" for suffix in _NOT_TEXT))
"""What git is asked to compare; the same selection as `is_compared`."""


def wanted_pathspecs() -> tuple[str, ...]:
    """The narrower selection for changes whose whole diff is too large to hold; the same as `can_matter`."""
    return (*configuration_pathspecs(), f":(top)*{RULES_NAME}")


def configuration_pathspecs() -> tuple[str, ...]:
    """What git is asked for the files that front ends want, wherever they are."""
    return tuple(f":(top)*{suffix}" for suffix in wanted())


def var_file_pathspecs() -> tuple[str, ...]:
    """What git is asked for var files, wherever they are."""
    return tuple(f":(top)*{suffix}" for suffix in wanted() if suffix.startswith(".tfvars"))


def can_matter(path: str) -> bool:
    """Whether the file's contents are needed before anything is known about it."""
    return path.endswith(wanted()) or path.endswith(RULES_NAME)


def is_compared(path: str) -> bool:
    """Whether a change to the file appears in the diff with its lines."""
    return not path.lower().endswith(_NOT_TEXT)


def blobs_that_matter(*listings: Mapping[str, str]) -> frozenset[str]:
    """Ids of all blobs to read at once: who owns a file changes no judgement, but every report may say it."""
    owned_by = frozenset(blob for listing in listings for path in CODE_OWNERS if (blob := listing.get(path)))
    return owned_by | frozenset(blob for listing in listings for path, blob in listing.items() if can_matter(path))
