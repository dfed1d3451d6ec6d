"""Line notes as GitHub Actions reads them from a job's output: one `::error file=...::message` a line."""

from __future__ import annotations

from collections.abc import Iterable

from bot.forges.port import Annotation
from bot.late_pattern import late_pattern

_LEVELS = {"notice": "notice", "warning": "warning", "failure": "error"}


def write(notes: Iterable[Annotation]) -> str:
    """One command a note. Escaping: "Workflow commands for GitHub Actions" and actions/toolkit's command.ts."""
    return "".join(f"{_command(note)}\n" for note in notes)


def fenced(text: str, token: str) -> str:
    """The text with commands in it switched off: what a pull request contains must not speak to the runner.

    `token` is a secret of this one call: whoever knew it could switch them on again.
    """
    return f"::stop-commands::{token}\n{text}::{token}::\n"


def spelled_out(text: str) -> str:
    """A text for other programs with what would begin a command spelled out, as JSON's strings may have it too.

    The runner looks for "::" where a line begins, and for the older "##[" anywhere (actions/runner, ActionCommand.cs).
    """
    return _LINE_BEGINS.sub(r"\1\\u003a:", text).replace("##[", "##\\u005b")


_LINE_BEGINS = late_pattern(r"(?m)^([^\S\n]*)::")


def _command(note: Annotation) -> str:
    place = {"file": note.path, "line": str(note.line), "endLine": str(note.end_line), "title": note.title}
    properties = ",".join(f"{name}={_property(value)}" for name, value in place.items())
    return f"::{_LEVELS[note.level]} {properties}::{_data(note.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
