"""The files of the manual: those that are packed with the program, or a checkout's docs/ and what lies at its top."""

from __future__ import annotations

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
