"""An inventory, or who can do something, as a table for a spreadsheet: a row a holder, or a statement that says so."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from bot.render.csv_cells import cell
from bot.render.inventory_words import doubt_words
from bot.review.inventory.access_query import AccessAnswer
from bot.review.inventory.model import HeldStatement, HolderInventory

HOLDER_COLUMNS = (
    *("root", "kind", "name", "address", "grade", "worst", "marks", "let in", "used by", "not known"),
    "to do",
)
PATH_COLUMNS = (
    *("action asked", "resource asked", "access", "why", "root", "kind", "name", "address", "effect", "actions"),
    *("except actions", "resources", "except resources", "principals", "conditions", "policy", "line", "not known"),
    "to do",
)
NOT_READ = "not read"
"""Stands as access of who may be able to by what could not be read."""


def let_in(holder: HolderInventory) -> tuple[str, ...]:
    """Who may become a role, or is let in by a resource's own policy."""
    allowing = (one for one in (*holder.trust, *holder.statements) if one.effect == "Allow")
    return tuple(dict.fromkeys(name for one in allowing for name in one.principals))


def holder_cells(holder: HolderInventory, marks: Sequence[str] | None = None) -> tuple[str, ...]:
    """What HOLDER_COLUMNS say of one."""
    lists = (holder.marks if marks is None else marks, let_in(holder), holder.used_by, holder.unread, holder.remedies)
    one = holder
    return (one.root, one.kind, one.name, one.address, one.grade, one.worst, *("; ".join(each) for each in lists))


def path_cells(answer: AccessAnswer) -> Iterator[tuple[str, ...]]:
    """What PATH_COLUMNS say of an answer: a row a statement, then one for each of what could not be read."""
    asked = answer.action, answer.resource
    for path in answer.paths:
        why = "; ".join(map(doubt_words, path.doubts))
        for statement in (*path.allows, *path.denies):
            yield (*asked, path.access, why, *_whose(path.holder), *_said(statement), *_unknown(path.holder))
    for one in answer.not_read:
        yield (*asked, NOT_READ, "", *_whose(one), *("" for _ in range(9)), *_unknown(one))


def _whose(one: HolderInventory) -> tuple[str, ...]:
    return one.root, one.kind, one.name, one.address


def _unknown(one: HolderInventory) -> tuple[str, ...]:
    return "; ".join(one.unread), "; ".join(one.remedies)


def _said(one: HeldStatement) -> tuple[str, ...]:
    conditions = (f"{each.key} {each.operator} {', '.join(each.values)}" for each in one.conditions)
    people = (*one.principals, *(f"not {name}" for name in one.except_principals))
    lists = (one.actions, one.except_actions, one.resources, one.except_resources, people)
    words = "; ".join((*conditions, *(f"when {condition}" for condition in one.when)))
    return (one.effect, *("; ".join(each) for each in lists), words, one.policy, one.line)


def inventory_csv(holders: Iterable[HolderInventory]) -> str:
    """The holders, under a line of names."""
    return _table(HOLDER_COLUMNS, map(holder_cells, holders))


def answer_csv(answer: AccessAnswer) -> str:
    """Who can, under a line of names."""
    return _table(PATH_COLUMNS, path_cells(answer))


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(columns)
    table.writerows([cell(each) for each in row] for row in rows)
    return written.getvalue()
