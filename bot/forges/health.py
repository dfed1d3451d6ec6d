"""What is right or wrong with the bot's place on a forge, one line each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CHECK_NAME = "iam-review"
"""The check that a branch rule requires."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that was looked at: `said` is what was found, `remedy` what to do unless it is fine."""

    about: str
    state: Literal["ok", "warn", "fail"]
    said: str
    remedy: str = ""


def fine(about: str, said: str) -> Symptom:
    """Nothing to do."""
    return Symptom(about, "ok", said)


def doubtful(about: str, said: str, remedy: str) -> Symptom:
    """It works, or may work, but not as it should."""
    return Symptom(about, "warn", said, remedy)


def broken(about: str, said: str, remedy: str) -> Symptom:
    """It does not work."""
    return Symptom(about, "fail", said, remedy)
