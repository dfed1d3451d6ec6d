"""The files of the manual: those that are packed with the program, or a checkout's docs/ and what lies at its top."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

AT_THE_TOP = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "mkdocs.yml")
"""What belongs to the manual and stands at the top of the project, where people look for it."""


def manual_file(name: str) -> Traversable | None:
    """A file by its path in docs/ (`rules/escalation.md`); None where there is none. A path that leads out is none."""
    if name.startswith("/") or not set(name.split("/")).isdisjoint({"", ".", ".."}):
        return None
    program = files("bot")
    top = Path(str(program)).parent
    places = (program / "manual" / name, (top if name in AT_THE_TOP else top / "docs") / name)
    return next((place for place in places if place.is_file()), None)


def manual_names() -> tuple[str, ...]:
    """The paths of all pages in docs/, measurements left out, and of those at the top."""
    program = files("bot")
    places = (program / "manual", Path(str(program)).parent / "docs")
    found = next((tuple(_pages(place, "")) for place in places if place.is_dir()), ())
    return tuple(sorted({*found, *(name for name in AT_THE_TOP if name.endswith(".md"))}))


def _pages(folder: Traversable, within: str) -> Iterator[str]:
    for one in folder.iterdir():
        if one.is_dir() and one.name != "measurements":
            yield from _pages(one, f"{within}{one.name}/")
        elif one.name.endswith(".md"):
            yield f"{within}{one.name}"
