"""What a finding's comment goes on by while pushes change what the finding grants: whom it is about, and its cause."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from bot.evaluated.address import block_of
from bot.iam.policy_subject import PolicySubject
from bot.risk.fingerprint import root_directory
from bot.risk.grading import GradedGrant
from bot.risk.grouping import GrantGroup
from bot.risk.rules.rule import Rule

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
