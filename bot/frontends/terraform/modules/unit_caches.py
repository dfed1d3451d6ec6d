"""Copies of modules that Terragrunt keeps beside a unit, where somebody has committed them."""

from __future__ import annotations

from bot.evaluated.source_tree import SourceTree

CACHE = ".terragrunt-cache"
VERSION = ".terragrunt-source-version"
"""Beside a copy: the version that it is of, by which Terragrunt takes it and copies nothing anew."""


def is_idle_copy(path: str, head: SourceTree) -> bool:
    """Whether a file lies in a copy that Terragrunt makes anew: it is gone, or no copy beside it has a version."""
    before, found, _ = f"/{path}".partition(f"/{CACHE}/")
    if not found:
        return False
    cache = f"{before}/{CACHE}/".lstrip("/")
    return not head.has(path) or not any(one.startswith(cache) and one.endswith(f"/{VERSION}") for one in head.listing)
