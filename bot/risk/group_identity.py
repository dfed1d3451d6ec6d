"""What a group's finding is recognised by: the finding itself, the bigger ones it was part of, its comment's thread.

A thread goes on while pushes change what the finding grants: it is about somebody, and a cause.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping

from bot.evaluated.address import block_of
from bot.iam.policy_subject import PolicySubject
from bot.review.identity import Fingerprint, Identity
from bot.risk.assessed_grant import AssessedGrant
from bot.risk.fingerprint import identity_of, root_directory
from bot.risk.grading import GradedGrant
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


MAX_KEYS = 20
"""One for each holder and statement; a comment is found by any."""


def thread_keys(first: Rule, group: GrantGroup) -> tuple[str, ...]:
    """Digits for each holder by rule and statement, those of the worst gain first; for each new principal but one."""
    parts = (_new(one) if group.new_principal else _statement(one, first) for one in group.grants)
    return tuple(dict.fromkeys(map(_digits, parts)))[:MAX_KEYS]


def _new(grant: GradedGrant) -> tuple[str, ...]:
    return ("new", *_holder(grant.holder))


def _statement(grant: GradedGrant, first: Rule) -> tuple[str, ...]:
    return (first.name, *_holder(grant.old_holder or grant.holder), *grant.written)


def _holder(holder: PolicySubject) -> Iterator[str]:
    """Without variant and instance keys: which of them have it is what may change."""
    yield from (root_directory(holder.root), holder.kind, block_of(holder.address))


def _digits(parts: tuple[str, ...]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
