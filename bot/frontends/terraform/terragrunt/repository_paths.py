"""Paths as Terragrunt's functions give them: absolute ones begin at a place that stands for the repository."""

from __future__ import annotations

import posixpath

from bot.evaluated.call import FunctionFault, resolve

TOP = "/repository"
"""Where the machine that runs Terragrunt has the repository is not known; all absolute paths begin there."""


def absolute(path: str) -> str:
    """A path of the repository as an absolute one."""
    return f"{TOP}/{path}" if path else TOP


def inside(written: str, base: str) -> str | None:
    """The repository path of what is written in a file that works in `base`; None if it is outside."""
    found = posixpath.normpath(written) if written.startswith("/") else written
    if found == TOP or found.startswith(f"{TOP}/"):
        return found[len(TOP) + 1 :]
    try:
        return resolve(base, found)
    except FunctionFault:
        return None


def relative(start: str, target: str) -> str:
    """The way from one folder of the repository to a path, "." if there is none to go."""
    return posixpath.relpath(absolute(target), absolute(start))


def joined(directory: str, name: str) -> str:
    """The path of a name in a folder."""
    return f"{directory}/{name}" if directory else name


def folder(path: str) -> str:
    """The folder that a path is in."""
    return path.rpartition("/")[0]
