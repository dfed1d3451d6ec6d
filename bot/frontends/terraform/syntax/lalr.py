"""Parses lexemes by a table that was made beforehand; what a rule of the grammar means is a method of the builder."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

END = "$END"


class Terminal(Protocol):
    """A terminal: its name and value, and where it is."""

    type: str
    value: str
    start_pos: int
    end_pos: int


class Builder(Protocol):
    """Has a method for each rule that can be reduced, called with the rule's children."""

    def never(self, children: list[Any], /) -> Any:
        """Stands for rules that have no method: those for words that the lexer does not make."""
        ...


class UnexpectedLexeme(Exception):
    """The grammar does not allow this lexeme where it stands; `type` is END where the text ends too early."""

    def __init__(self, type: str, value: str, start: int) -> None:
        super().__init__(type)
        self.type = type
        self.value = value
        self.start = start


@dataclass(frozen=True, slots=True)
class Production:
    """What is reduced: `size` children become one called `origin`, by the builder's method `name`.

    A rule whose method the builder lacks is its `never`. `spliced` are the places of children that are lists of
    children themselves. Without a name the children are such a list, or, if `single`, the only child is passed on.
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
    rules: tuple[Production, ...]


Reducer = Callable[[list[Any]], Any]


class Parser:
    """A table with the builder whose methods its rules call."""

    def __init__(self, table: Table, builder: Builder) -> None:
        self.table = table
        # Backwards, so that an action of a rule is its index.
        self.reductions = tuple((rule.origin, rule.size, _reducer(rule, builder)) for rule in reversed(table.rules))

    def parse(self, lexemes: Sequence[Terminal], start: str) -> Any:
        """What the builder makes of the text. Raises UnexpectedLexeme, and what the builder raises."""
        state, end = self.table.starts[start], self.table.ends[start]
        states = [state]
        values: list[Any] = [None]
        reduce, actions = self._reduce, self.table.actions
        for lexeme in lexemes:
            kind = lexeme.type
            if (action := actions[state].get(kind, -1)) < 0:
                action = reduce(states, values, kind, None)
                if action < 0:
                    raise UnexpectedLexeme(kind, lexeme.value, lexeme.start_pos)
            states.append(action)
            values.append(lexeme)
            state = action
        reduce(states, values, END, end)
        if states[-1] != end:
            raise UnexpectedLexeme(END, "", lexemes[-1].end_pos if lexemes else 0)
        return values[-1]

    def _reduce(self, states: list[int], values: list[Any], kind: str, end: int | None) -> int:
        """Reduce as long as the table says so before `kind`: the state to go to then, below 0 if there is none."""
        actions, reductions = self.table.actions, self.reductions
        row = actions[states[-1]]
        while (action := row.get(kind)) is not None and action < 0:
            origin, size, reducer = reductions[action]
            if reducer is None:
                state = actions[states[-2]][origin]
                states[-1] = state
            else:
                children = values[-size:] if size else []
                if size:
                    del values[-size:], states[-size:]
                state = actions[states[-1]][origin]
                states.append(state)
                values.append(reducer(children))
            if state == end:
                break
            row = actions[state]
        return -1 if action is None else action


def _reducer(rule: Production, builder: Builder) -> Reducer | None:
    """None for a rule that passes its only child on."""
    if rule.single:
        return None
    if not rule.name:
        return functools.partial(_flat, spliced=rule.spliced) if rule.spliced else _listed
    method: Reducer = getattr(builder, rule.name, builder.never)
    return functools.partial(_built, method=method, spliced=rule.spliced) if rule.spliced else method


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
