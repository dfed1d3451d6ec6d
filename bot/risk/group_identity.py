"""What a group's finding is recognised by, and which bigger findings it was a part of while an edit made one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.review.identity import Fingerprint, Identity
from bot.risk.assessed_grant import AssessedGrant
from bot.risk.fingerprint import identity_of
from bot.risk.grouping import BY_EDIT, GrantGroup, grouped
from bot.risk.naming import rules_of
from bot.risk.rules.rule import Rule

Wholes = Mapping[int, Fingerprint]
"""The fingerprint of the bigger finding, by the `id` of a gain in it."""


def group_identity(first: Rule, group: GrantGroup) -> Identity:
    """That of the finding that is named after a rule."""
    return identity_of(first.name, (one.old_holder or one.holder for one in group.grants), group.rows)


def earlier_wholes(gains: Iterable[AssessedGrant], off: frozenset[str]) -> Wholes:
    """The findings there would be if each run of touched lines were one; rules that are `off` name none."""
    found: dict[int, Fingerprint] = {}
    for group in grouped(gains, BY_EDIT):
        rules = rules_of(group, off)
        if rules:
            newest = group_identity(rules[0], group).newest
            found |= {id(gain): newest for gain in group.gains}
    return found


def within(group: GrantGroup, wholes: Wholes) -> tuple[Fingerprint, ...]:
    """Those that the group is a part of, or all of."""
    return tuple(dict.fromkeys(wholes[id(gain)] for gain in group.gains if id(gain) in wholes))
