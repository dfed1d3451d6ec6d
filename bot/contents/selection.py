"""Which files of a repository can matter to a review of Terraform, told by their names."""

from __future__ import annotations

from collections.abc import Mapping

TERRAFORM_SUFFIXES = (".tf", ".tf.json", ".tofu", ".tofu.json", ".tfvars", ".tfvars.json", ".hcl", ".tfbackend")

RULES_NAME = ".iam-review.yaml"

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

TERRAFORM_PATHSPECS = (*(f":(top)*{suffix}" for suffix in TERRAFORM_SUFFIXES), f":(top)*{RULES_NAME}")
"""The narrower selection for changes whose whole diff is too large to hold; the same as `can_matter`."""


def can_matter(path: str) -> bool:
    """Whether the file's contents are needed before anything is known about it."""
    return path.endswith(TERRAFORM_SUFFIXES) or path.endswith(RULES_NAME)


def is_compared(path: str) -> bool:
    """Whether a change to the file appears in the diff with its lines."""
    return not path.lower().endswith(_NOT_TEXT)


def blobs_that_matter(*listings: Mapping[str, str]) -> frozenset[str]:
    """Ids of all blobs to read at once."""
    return frozenset(blob for listing in listings for path, blob in listing.items() if can_matter(path))
