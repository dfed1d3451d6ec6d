"""A finding's identity: what is gained by whom, not where or how it is written."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable

from bot.access_diff.delta import Row
from bot.iam.grant import PolicySubject
from bot.review.model import Finding

SCHEMA = 1

SHOWN_DIGITS = 16
"""So many digits are shown to people, and this many at least must be given by them. Fewer are too easily made twice:
two findings that agree in eight take seconds."""
MAX_CELLS = 4096
"""A row with more (action, resource) pairs is one cell."""

_VARIANT = re.compile(r" \([^()]*\)\Z")


def fingerprint(rule: str, holders: Iterable[PolicySubject], rows: Iterable[Row]) -> str:
    """SHA-256 over (schema, rule, roots and addresses, gained cells), in hexadecimal digits.

    `holders` are the base's where they were paired (a `moved` resource keeps its fingerprint).
    """
    where = sorted({(root_directory(holder.root), holder.kind.value, holder.address) for holder in holders})
    cells = sorted({cell for row in rows for cell in _cells(row)})
    text = json.dumps([SCHEMA, rule, where, cells], separators=(",", ":"), ensure_ascii=True)
    return digest(text)


def digest(text: str) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def identity(finding: Finding) -> str:
    """What a finding is kept under and compared by: all of its fingerprint that there is."""
    return finding.full_fingerprint or finding.fingerprint


def root_directory(root: str) -> str:
    """A root's directory without its variant."""
    return _VARIANT.sub("", root)


def _cells(row: Row) -> list[str]:
    context = [
        sorted(action.lower() for action in row.except_actions),
        sorted(row.except_resources),
        sorted((one.operator.lower(), one.key.lower(), sorted(one.values)) for one in row.conditions),
        sorted(one.printed for one in row.principals),
    ]
    actions = sorted(action.lower() for action in row.actions)
    resources = sorted(row.resources)
    if len(actions) * len(resources) > MAX_CELLS:
        return [json.dumps([actions, resources, *context])]
    return [json.dumps([action, resource, *context]) for action in actions for resource in resources]
