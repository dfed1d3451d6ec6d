"""Who may accept what a change grants: those whom the base branch's rules name, as things are now."""

from __future__ import annotations

from bot.forges.port import ChangeRequest, Forge, RepositoryRef
from bot.review_config.approver_names import is_named, same_login
from bot.review_config.settings import ReviewConfig


def approves(login: str, place: RepositoryRef, rules: ReviewConfig, forge: Forge) -> bool:
    """Whether the rules name them, or a team of theirs, and they can still see the repository. Raises ForgeError."""
    named = is_named(login, rules)
    teams = tuple(name.removeprefix("@") for name in rules.approvers if "/" in name)
    if not (named or teams):
        return False
    permission = forge.permission(place, login, () if named else teams)
    return permission.role != "none" and (named or bool(permission.teams))


def has_a_hand(login: str, change: ChangeRequest, pushers: frozenset[str]) -> bool:
    """Whether they wrote, committed or pushed any of it, or opened it."""
    return any(same_login(login, other) for other in (change.author, *change.contributors, *pushers))
