"""Tables of environments that have more keys on the other side of a change.

What is taken from `local.configs[var.environment]` is named by all entries, so that one more made every name another
one. This side takes over what the other one has besides; which entries these are is told. Where they name somebody or
an action, or switch something on, as none of the others does, all is told as it was.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.evaluated.diagnostic import Span
from bot.evaluated.guard import Guard
from bot.evaluated.mentions import spans
from bot.evaluated.partial import OpenObject
from bot.evaluated.rekeyed import ComingEntry, Rekeyed
from bot.evaluated.value import Alternative, BoolValue, Choice, ListValue, ObjectValue, StringValue, Value
from bot.frontends.terraform.evaluate.convert import MAX_ALTERNATIVES
from bot.frontends.terraform.evaluate.one_of import is_plain_map

Place = tuple[str, str]
"""The address of a module instance, and the words of an expression in it."""

Tables = Mapping[Place, ObjectValue]


@dataclass(slots=True)
class KeyedTables:
    """The tables of one side, and those `there`; `here` are those that are asked at keys which are not known.

    One expression that is asked of different tables stands for none.
    """

    there: Tables = field(default_factory=dict)
    _here: dict[Place, ObjectValue | None] = field(default_factory=dict)
    _merged: dict[Place, tuple[ObjectValue, ObjectValue]] = field(default_factory=dict)
    _rekeyed: dict[Place, Rekeyed] = field(default_factory=dict)

    @property
    def here(self) -> Tables:
        """The tables of this side by where they are asked."""
        return {place: table for place, table in self._here.items() if table is not None}

    @property
    def rekeyed(self) -> tuple[Rekeyed, ...]:
        """Those with more keys there."""
        return tuple(self._rekeyed.values())

    def asked(self, place: Place, table: ObjectValue, at: Callable[[], Span]) -> ObjectValue:
        """The table that is asked at a key which is not known, written at `at`: with what it has there besides."""
        if isinstance(table, OpenObject) or not is_plain_map(table):
            return table
        seen = self._here.setdefault(place, table)
        if seen is not None and seen.entries is not table.entries and seen != table:
            self._here[place] = None
        other = self.there.get(place)
        if other is None:
            return table
        if place not in self._merged or self._merged[place][0].entries is not table.entries:
            self._merged[place] = table, table
            if _has_more(other, table):
                self._merged[place] = table, _with_keys_of(other, table)
                self._rekeyed[place] = Rekeyed(place[1], at(), tuple(_but_for(other, table)))
        return self._merged[place][1]


def _has_more(other: ObjectValue, table: ObjectValue) -> bool:
    """Whether the other side's is this table with more keys, too many to tell each by itself."""
    mine, theirs = ({name for name, _ in each.entries} for each in (table, other))
    grown = mine < theirs and 2 * len(mine) >= len(theirs) > MAX_ALTERNATIVES
    return grown and not _says_who_or_what(other, mine)


def _says_who_or_what(table: ObjectValue, known: Container[str]) -> bool:
    """Whether an entry that is not `known` names somebody, an action or anything at all, or says yes to something, as
    none of the others does: then what hangs on it is told, as of every other value that is another.
    """
    said = {leaf for name, value in table.entries if name in known for leaf in _leaves(value)}
    new = {leaf for name, value in table.entries if name not in known for leaf in _leaves(value)} - said
    return any(isinstance(what, bool) or (isinstance(what, str) and _WHO_OR_WHAT.search(what)) for _, what in new)


_WHO_OR_WHAT = re.compile(r"[^\w ./,@-]|(?<!\d)\d{12}(?!\d)")
"""An account, or what names have not in them, as ARNs, actions and wildcards do: the rest are an environment's own."""


def _leaves(value: Value, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Hashable]]:
    """The texts and switches in a value, by the names on the way to them; a list's are all in one place."""
    match value:
        case ObjectValue():
            for name, each in value.entries:
                yield from _leaves(each, (*path, name))
        case ListValue():
            for each in value.items:
                yield from _leaves(each, path)
        case Choice():
            for way in value.alternatives:
                yield from _leaves(way.value, path)
        case StringValue():
            yield path, "".join(part if isinstance(part, str) else "" for part in value.pieces)
        case BoolValue():
            yield path, value.value


def _but_for(some: ObjectValue, others: ObjectValue) -> Iterable[ComingEntry]:
    there = {name for name, _ in others.entries}
    return (ComingEntry(name, tuple(dict.fromkeys(spans(value)))) for name, value in some.entries if name not in there)


def _with_keys_of(other: ObjectValue, table: ObjectValue) -> ObjectValue:
    mine = dict(table.entries)
    entries = tuple((name, mine[name] if name in mine else _placeless(value)) for name, value in other.entries)
    return dataclasses.replace(table, entries=entries)


def _placeless(value: Value) -> Value:
    """The value without the places that it came through, which are the other side's."""
    match value:
        case StringValue():
            parts = tuple(dataclasses.replace(part, trail=()) for part in value.parts)
            return StringValue(parts, (), None if value.encoded is None else _placeless(value.encoded))
        case ListValue():
            return dataclasses.replace(value, items=tuple(map(_placeless, value.items)), trail=())
        case ObjectValue():
            entries = tuple((name, _placeless(each)) for name, each in value.entries)
            return dataclasses.replace(value, entries=entries, trail=())
        case Choice():
            ways = tuple(Alternative(_guard(one.guard), _placeless(one.value)) for one in value.alternatives)
            return dataclasses.replace(value, alternatives=ways, trail=())
    return dataclasses.replace(value, trail=())


def _guard(guard: Guard) -> Guard:
    return dataclasses.replace(guard, origin=None)
