"""The score's table: its rows, which are kinds of action, and the grade of each row by width."""

from __future__ import annotations

import enum
from functools import cache

from bot.iam.action_kind import ActionKind, kind_of, kind_rules
from bot.iam.catalog import load_catalog
from bot.risk.resource_scope import ResourceScope


class TableRow(enum.IntEnum):
    """The rows of the score's table, harmless first."""

    LIST = 0
    OPERATE = 1
    READ = 2
    WRITE = 3
    PERMISSIONS = 4
    EMPOWER = 5
    ADMINISTER = 6


ROW_WORDS = {
    TableRow.LIST: "listing, tagging, reading metadata",
    TableRow.OPERATE: "operating",
    TableRow.READ: "reading data",
    TableRow.WRITE: "writing and deleting",
    TableRow.PERMISSIONS: "managing permissions, credentials and roles",
    TableRow.EMPOWER: "giving principals any permission",
    TableRow.ADMINISTER: "administering",
}

TABLE: dict[TableRow, tuple[int, int, int, int]] = {
    TableRow.ADMINISTER: (3, 4, 4, 4),
    TableRow.EMPOWER: (3, 3, 4, 4),
    TableRow.PERMISSIONS: (2, 2, 3, 4),
    TableRow.WRITE: (1, 1, 2, 3),
    TableRow.READ: (1, 1, 2, 3),
    TableRow.OPERATE: (1, 1, 1, 2),
    TableRow.LIST: (1, 1, 1, 1),
}
"""Row by width, as indexes into GRADES."""

_ROW_OF = {
    ActionKind.LIST: TableRow.LIST,
    ActionKind.READ_DATA: TableRow.READ,
    ActionKind.OPERATE: TableRow.OPERATE,
    ActionKind.WRITE: TableRow.WRITE,
    ActionKind.CREDENTIALS: TableRow.PERMISSIONS,
    ActionKind.PERMISSIONS: TableRow.PERMISSIONS,
    ActionKind.ADMINISTERS: TableRow.EMPOWER,
}

BECOMES_ROLE = frozenset(("iam:passrole", "sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity"))
"""These hand a role to a service or to the caller."""


def row_of(action: str, width: ResourceScope) -> TableRow:
    """The row of one action ("s3:GetObject", any case) granted over `width`.

    What gives a principal or policy any permission administers where it is allowed on a whole type: the
    caller's own role or policy is among the targets then.
    """
    kind = kind_of(action)
    if kind is ActionKind.ADMINISTERS and width >= ResourceScope.TYPE:
        return TableRow.ADMINISTER
    return _ROW_OF[kind]


@cache
def credential_actions() -> frozenset[str]:
    """The actions (lower case) whose answer is a credential or a session of somebody else."""
    patterns = (text for rule in kind_rules() if rule.kind is ActionKind.CREDENTIALS for text in rule.patterns)
    names = {name for pattern in patterns for name in load_catalog().expand(pattern)}
    found = {name.lower() for name in names if kind_of(name) is ActionKind.CREDENTIALS}
    return frozenset(found) - BECOMES_ROLE
