"""The inventory of root modules for a person at a terminal: a paragraph a holder, then what could not be seen."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import get_args

from bot.frozen import dataclass
from bot.render.inventory_words import doubt_words
from bot.render.markdown import visible
from bot.review.inventory.access_query import Access, AccessAnswer
from bot.review.inventory.model import UNREAD_KINDS, HeldStatement, HolderInventory
from bot.review.prose import and_more

WIDTH = 100
INDENT = 12
SHOWN = 12
"""So many actions, resources or people of one statement are listed; all are in the JSON."""

ORDER = ("root", "unread", "role", "user", "group", "permission_set", "module", "policy", "organization", "resource")
"""Who may do something comes before what lets somebody in."""

_COUNTED = {
    "root": "root that could not be read",
    "role": "role",
    "user": "user",
    "group": "group",
    "permission_set": "permission set",
    "module": "module that is not here",
    "unread": "place that could not be read",
    "policy": "policy attached to nothing here",
    "organization": "organisation policy",
    "resource": "resource",
}
_PLURALS = {
    "root": "roots that could not be read",
    "module": "modules that are not here",
    "unread": "places that could not be read",
    "policy": "policies attached to nothing here",
}
_PLURALS["organization"] = "organisation policies"


def write(holders: Iterable[HolderInventory]) -> str:
    """The holders as plain text, root by root; control characters from the repository are made visible."""
    found = tuple(holders)
    held = tuple(one for one in found if not one.is_unread)
    told = (_summary(held), *_not_read((one for one in found if one.is_unread), "Not read, so that more may be held"))
    return _text(((_Lead(""), one) for one in held), told)


def write_answer(answer: AccessAnswer) -> str:
    """Who can do the action on the resource ("" is any), with the statements that say so, as plain text."""
    narrowed = [
        (
            _Lead(f"{one.access}: ", tuple(map(doubt_words, one.doubts))),
            replace(one.holder, statements=one.allows + one.denies, handed=(), worst=""),
        )
        for one in answer.paths
    ]
    counts = asdict(answer.counts)
    said = ", ".join(f"{counts[access]} {access}" for access in get_args(Access) if counts[access]) or "nobody"
    asked = visible(f"Who can {answer.action} on {answer.resource or 'anything'}: {said}")
    wrong = (visible(f"But {one}.") for one in answer.misasked)
    unread = _not_read(answer.not_read, "Not read whole, so that more may be able to")
    return _text(narrowed, (f"{asked}. By the policies that stand here; others are not known.", *wrong, *unread))


@dataclass(frozen=True, slots=True)
class _Lead:
    """What stands before a holder's name, and why it only perhaps can."""

    word: str
    doubts: tuple[str, ...] = ()


def _text(named: Iterable[tuple[_Lead, HolderInventory]], last: Iterable[str]) -> str:
    """A paragraph for each holder, with what is said of it, root by root."""
    found = sorted(named, key=lambda one: (one[1].root, _rank(one[1]), one[1].address))
    several = len({holder.root for _, holder in found}) > 1
    paragraphs: list[str] = []
    root = None
    for said, holder in found:
        if several and holder.root != root:
            root = holder.root
            paragraphs.append(f"=== {visible(root or '.')}")
        paragraphs.append(said.word + "\n".join(_lines(holder, said.doubts)))
    return "\n\n".join((*paragraphs, "\n".join(last))) + "\n"


def _rank(holder: HolderInventory) -> int:
    return ORDER.index(holder.kind) if holder.kind in ORDER else len(ORDER)


def _summary(holders: Sequence[HolderInventory]) -> str:
    counts = Counter(one.kind for one in holders)
    told = [f"{count} {_counted(kind, count)}" for kind in ORDER if (count := counts[kind])]
    return ", ".join(told) or "Nobody holds anything here."


def _not_read(places: Iterable[HolderInventory], words: str) -> Iterator[str]:
    """Each with why, and under those of which the same is to be done what that is."""
    every = tuple(places)
    if not every:
        return
    yield f"{words} ({len(every)}):"
    by_remedy: dict[tuple[str, ...], list[HolderInventory]] = {}
    for one in every:
        by_remedy.setdefault(one.remedies, []).append(one)
    for remedies, found in by_remedy.items():
        for one in found:
            yield visible(f"  {_heading(one)}: {'; '.join(one.unread)}")
        yield from (visible(f"    to do: {remedy}") for remedy in remedies)


def _counted(kind: str, count: int) -> str:
    return _COUNTED[kind] if count == 1 else _PLURALS.get(kind, f"{_COUNTED[kind]}s")


def _lines(holder: HolderInventory, doubts: Iterable[str] = ()) -> Iterator[str]:
    yield visible(_heading(holder))
    yield from _each("why", doubts)
    if holder.worst:
        marks = f" ({', '.join(holder.marks)})" if holder.marks else ""
        yield from _entry("worst", (f"{holder.worst}{marks}",))
    if holder.repeated:
        yield from _entry("times", ("as often as count or for_each says, which is not known here",))
    if holder.used_by:
        yield from _entry("used by", holder.used_by)
    for one in holder.trust:
        yield from _trust(one)
    yield from _each("has", [one.replace("-", " ") for one in holder.credentials])
    for one in holder.statements:
        yield from _statement(one)
    for one in holder.handed:
        yield from _statement(one, "leaves")
    for one in holder.limits:
        yield from _statement(one, "limited to" if one.effect == "Allow" else "denied")
    yield from _each("unread", holder.unread)
    yield from _each("to do", holder.remedies)


def _heading(holder: HolderInventory) -> str:
    if holder.kind in UNREAD_KINDS:
        return f"{holder.root}: {holder.address}" if holder.root else holder.address
    kind = "" if holder.kind == "resource" else f"{holder.kind.replace('_', ' ')} "
    called = holder.called
    return f"{kind}{holder.address if called == holder.address else f'{called} ({holder.address})'}"


def _each(label: str, words: Iterable[str]) -> Iterator[str]:
    return (line for one in words for line in _entry(label, (one,)))


def _trust(statement: HeldStatement) -> Iterator[str]:
    label = "trusts" if statement.effect == "Allow" else "shuts out"
    yield from _entry(label, *_but(statement.principals, statement.except_principals))
    yield from _circumstances(statement)


def _statement(statement: HeldStatement, label: str = "") -> Iterator[str]:
    label = label or ("allows" if statement.effect == "Allow" else "denies")
    yield from _entry(label, *_but(statement.actions, statement.except_actions))
    if statement.resources:
        yield from _entry("  on", *_but(statement.resources, statement.except_resources))
    if statement.principals or statement.except_principals:
        yield from _entry("  to", *_but(statement.principals, statement.except_principals))
    yield from _circumstances(statement)
    yield from _entry("  by", (", ".join(filter(None, (statement.policy, statement.line))),))


def _circumstances(statement: HeldStatement) -> Iterator[str]:
    for condition in statement.conditions:
        values = ", ".join(condition.values) or "nothing"
        yield from _entry("  if", (f"{condition.key} {condition.operator} {values}",))
    for guard in statement.when:
        yield from _entry("  when", (guard,))


def _but(items: tuple[str, ...], left_out: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    more = and_more(len(items) - SHOWN)
    return items[:SHOWN], f"{more} except {', '.join(left_out)}" if left_out else more


def _entry(label: str, items: Sequence[str], rest: str = "") -> Iterator[str]:
    """One label with its items, broken between them; an item longer than a line has a line of its own."""
    text = visible(", ".join(items) + rest)
    body = textwrap.wrap(text, WIDTH - INDENT, break_long_words=False, break_on_hyphens=False) or [""]
    for position, line in enumerate(body):
        yield f"  {label if position == 0 else '':{INDENT - 2}}{line}"
