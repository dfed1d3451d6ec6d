"""Parses lexemes by a table that was made beforehand; what a rule of the grammar means is a method of the builder."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

END = "$END"


class Lexeme(Protocol):
    """A terminal: its name and value, and where it is."""

    type: str
    value: str
    start_pos: int
    end_pos: int


class UnexpectedLexeme(Exception):
    """The grammar does not allow this lexeme where it stands; `type` is END where the text ends too early."""

    def __init__(self, type: str, value: str, start: int) -> None:
        super().__init__(type)
        self.type = type
        self.value = value
        self.start = start


@dataclass(frozen=True, slots=True)
class Rule:
    """What is reduced: `size` children become one called `origin`, by the builder's method `name`.

    `spliced` are the places of children that are lists of children themselves. Without a name the children are such
    a list, or, if `single`, the only child is passed on.
    """

    origin: str
    size: int
    name: str
    single: bool
    spliced: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """An LALR table. `actions` has for each state what to do about each symbol: go to a state, or reduce by a rule.

    States are numbers from 0, rules are -1 and below. `starts` and `ends` are the states of each thing to parse.
    """

    starts: dict[str, int]
    ends: dict[str, int]
    actions: tuple[dict[str, int], ...]
    rules: tuple[Rule, ...]


Reducer = Callable[[list[Any]], Any]


class Parser:
    """A table with the builder whose methods its rules call."""

    def __init__(self, table: Table, builder: object) -> None:
        self.table = table
        self.reductions = tuple((rule.origin, rule.size, _reducer(rule, builder)) for rule in table.rules)

    def parse(self, lexemes: Iterable[Lexeme], start: str) -> Any:
        """What the builder makes of the text. Raises UnexpectedLexeme, and what the builder raises."""
        actions, reductions = self.table.actions, self.reductions
        state = self.table.starts[start]
        states = [state]
        values: list[Any] = []
        place = 0
        for lexeme in lexemes:
            kind = lexeme.type
            while (action := actions[state].get(kind)) is None or action < 0:
                if action is None:
                    raise UnexpectedLexeme(kind, lexeme.value, lexeme.start_pos)
                state = _reduce(states, values, actions, reductions[-1 - action])
            states.append(action)
            values.append(lexeme)
            state, place = action, lexeme.end_pos
        end = self.table.ends[start]
        while state != end:
            action = actions[state].get(END)
            if action is None:
                raise UnexpectedLexeme(END, "", place)
            state = _reduce(states, values, actions, reductions[-1 - action])
        return values[-1]


def _reduce(
    states: list[int], values: list[Any], actions: tuple[dict[str, int], ...], reduction: tuple[str, int, Reducer]
) -> int:
    origin, size, reducer = reduction
    children: list[Any] = []
    if size:
        children = values[-size:]
        del states[-size:], values[-size:]
    values.append(reducer(children))
    state = actions[states[-1]][origin]
    states.append(state)
    return state


def _reducer(rule: Rule, builder: object) -> Reducer:
    if rule.single:
        return _only
    if not rule.name:
        return functools.partial(_flat, spliced=rule.spliced) if rule.spliced else _listed
    method: Reducer = getattr(builder, rule.name)
    return functools.partial(_built, method=method, spliced=rule.spliced) if rule.spliced else method


def _only(children: list[Any]) -> Any:
    return children[0]


def _listed(children: list[Any]) -> list[Any]:
    return children


def _flat(children: list[Any], spliced: tuple[int, ...]) -> list[Any]:
    """A list that begins with such a list grows in place: copying it for every element would take squares of time."""
    flat: list[Any] = children[0] if 0 in spliced else children[:1]
    for place, child in enumerate(children[1:], 1):
        if place in spliced:
            flat.extend(child)
        else:
            flat.append(child)
    return flat


def _built(children: list[Any], method: Reducer, spliced: tuple[int, ...]) -> Any:
    return method(_flat(children, spliced))
