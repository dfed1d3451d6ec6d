"""What a finding's holders had before the change, and what they have after it, in one line each."""

from __future__ import annotations

from bot.iam.statement import PolicyKind
from bot.risk.grouping import GrantGroup
from bot.risk.wording.titles import become_by, is_new
from bot.risk.wording.words import SHOWN, row_words


def before_words(group: GrantGroup) -> str:
    """What kept it from them, or the closest that they had."""
    gain = group.worst
    if gain.kind is PolicyKind.CAP:
        return "held back"
    if gain.cap_lost:
        return "held back by a permissions boundary"
    if gain.deny_lost:
        return "forbidden by a Deny"
    if gain.change.before is not None:
        return row_words(gain.change.before, with_people=True)
    if group.fresh:
        return "did not exist" if is_new(group) else "no access"
    return "not allowed"


def after_words(group: GrantGroup) -> str:
    """The worst of what they have now, and who comes to it besides."""
    return f"{row_words(group.worst.shown, with_people=True)}{become_by(group, SHOWN)}"


def left_words(group: GrantGroup) -> str:
    """The closest that is left of what they lose."""
    left = group.worst.change.before
    return row_words(left, with_people=True) if left else "not allowed"
