"""What is right or wrong with the bot's place on a forge, one line each."""

from __future__ import annotations

from typing import Literal

from bot.frozen import dataclass

CHECK_NAME = "iam-review"
"""The check that a branch rule requires."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One thing that was looked at: `said` is what was found, `remedy` what to do unless it is fine."""

    about: str
    state: Literal["ok", "warn", "fail"]
    said: str
    remedy: str = ""


def fine(about: str, said: str) -> CheckResult:
    """Nothing to do."""
    return CheckResult(about, "ok", said)


def doubtful(about: str, said: str, remedy: str) -> CheckResult:
    """It works, or may work, but not as it should."""
    return CheckResult(about, "warn", said, remedy)


def broken(about: str, said: str, remedy: str) -> CheckResult:
    """It does not work."""
    return CheckResult(about, "fail", said, remedy)
