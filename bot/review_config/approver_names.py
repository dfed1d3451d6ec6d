"""Whom rules name as approvers, themselves or by a team."""

from __future__ import annotations

from bot.review_config.settings import ReviewConfig


def is_named(login: str, rules: ReviewConfig) -> bool:
    """Whether the rules name them themselves."""
    people = (name.removeprefix("@") for name in rules.approvers if "/" not in name)
    return any(same_login(name, login.removeprefix("@")) for name in people)


def same_login(one: str, other: str) -> bool:
    """Whether two logins are one person's: forges do not tell upper from lower case."""
    return one.casefold() == other.casefold()
