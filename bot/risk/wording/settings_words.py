"""What is said of a change of the rules themselves."""

from __future__ import annotations

from typing import Any

import msgspec

from bot.review.model import GradeName
from bot.review.prose import Prose
from bot.review_config.settings import RULES_FILE, ReviewConfig
from bot.risk.score import POINTS

FIX = "Leave the rules as they are, or change them in a pull request of their own."


def title_of_change(names: tuple[str, ...], *, looser: bool) -> Prose:
    """Which settings it changes, and whether they become looser."""
    verb = "loosens" if looser else "changes"
    return Prose(f"{RULES_FILE} {verb} {', '.join(names)}: in force once this is merged")


def title_of_broken(problem: str) -> Prose:
    """Why they cannot be read any more."""
    return Prose(f"{problem}: once this is merged the rules cannot be read")


def points_of_change(grade: GradeName, *, looser: bool) -> Prose:
    """What it adds to the score."""
    return Prose(f"rules {'loosened' if looser else 'changed'}: {grade}, {POINTS[grade]} points")


def fix_words(rules: ReviewConfig, *, looser: bool) -> Prose:
    """What to do about a change, and how one that loosens gets in."""
    return Prose(_looser(rules) if looser else FIX)


def _looser(rules: ReviewConfig) -> str:
    if rules.mode != "enforce":
        return FIX
    if rules.approvers:
        return (
            "Leave the rules as they are, or have an approver of the base branch accept this by a comment to the bot: "
            "it waits for that. Where only a job runs, whoever may merge without its check decides."
        )
    return (
        f"Leave the rules as they are. Nobody can accept this: the base branch's {RULES_FILE} names no approvers, so "
        "an administrator must name some there first."
    )


def values_words(rules: ReviewConfig, names: tuple[str, ...], otherwise: str) -> Prose:
    """Some settings with their values; `otherwise` where none is named."""
    return Prose(", ".join(f"{name} {_value(getattr(rules, name))}" for name in names) or otherwise)


LONGEST = 300
"""So many characters of one setting's value are shown."""


def _value(value: object) -> str:
    """A setting's value in a few words."""
    if isinstance(value, tuple) and all(isinstance(each, str) for each in value):
        return ", ".join(map(str, value)) or "none"
    plain = msgspec.to_builtins(value)
    if not plain:
        return "none"
    text = plain if isinstance(plain, str) else msgspec.json.encode(_without_defaults(plain)).decode()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _without_defaults(plain: Any) -> Any:
    """What is left out of a setting is not shown either."""
    if isinstance(plain, dict):
        kept = {key: _without_defaults(value) for key, value in plain.items()}
        return {key: value for key, value in kept.items() if value not in (None, "", [], {})}
    return [_without_defaults(each) for each in plain] if isinstance(plain, list | tuple) else plain
