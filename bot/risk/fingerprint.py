"""A finding's identity: what is gained by whom, not where or how it is written."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable

from bot.iam.grant import Holder
from bot.privilege_diff.delta import Row

SCHEMA = 1
MAX_CELLS = 4096
"""A row with more (action, resource) pairs is one cell."""

_VARIANT = re.compile(r" \([^()]*\)\Z")


def fingerprint(rule: str, holders: Iterable[Holder], rows: Iterable[Row]) -> str:
    """16 hexadecimal digits over (schema, rule, roots and addresses, gained cells).

    `holders` are the base's where they were paired (a `moved` resource keeps its fingerprint).
    """
    where = sorted({(root_directory(holder.root), holder.kind.value, holder.address) for holder in holders})
    cells = sorted({cell for row in rows for cell in _cells(row)})
    text = json.dumps([SCHEMA, rule, where, cells], separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def root_directory(root: str) -> str:
    """A root's directory without its variant."""
    return _VARIANT.sub("", root)


def _cells(row: Row) -> list[str]:
    context = [
        sorted(action.lower() for action in row.except_actions),
        sorted(row.except_resources),
        sorted((one.operator.lower(), one.key.lower(), sorted(one.values)) for one in row.conditions),
        sorted(row.principals),
    ]
    actions = sorted(action.lower() for action in row.actions)
    resources = sorted(row.resources)
    if len(actions) * len(resources) > MAX_CELLS:
        return [json.dumps([actions, resources, *context])]
    return [json.dumps([action, resource, *context]) for action in actions for resource in resources]
