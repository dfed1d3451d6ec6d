"""The files of the manual: those that are packed with the program, or a checkout's docs/ and what lies at its top."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

AT_THE_TOP = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "mkdocs.yml")
"""What belongs to the manual and stands at the top of the project, where people look for it."""

_PACKED = files("bot") / "manual"
_TOP = Path(str(files("bot"))).parent


def manual_file(name: str) -> Traversable:
    """A file of the manual by its path in docs/ (`rules/escalation.md`), which has to be there."""
    packed = _PACKED / name
    return packed if packed.is_file() else (_TOP if name in AT_THE_TOP else _TOP / "docs") / name


@cache
def manual_names() -> frozenset[str]:
    """The paths of all pages in docs/, measurements left out, and of those at the top. Whoever asks for another one is
    told so by this list: what people type, or a stranger asks a server for, is looked for in no folder."""
    found = _pages(_PACKED if _PACKED.is_dir() else _TOP / "docs", "")
    return frozenset((*found, *(name for name in AT_THE_TOP if name.endswith(".md"))))


def _pages(folder: Traversable, within: str) -> Iterator[str]:
    for one in folder.iterdir():
        if one.is_dir() and one.name != "measurements":
            yield from _pages(one, f"{within}{one.name}/")
        elif one.name.endswith(".md"):
            yield f"{within}{one.name}"
