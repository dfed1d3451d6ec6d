"""Guards of what is undecided: told apart by what their conditions are made of, not by how that reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.evaluated.derived import AMONG, EQUAL, Derived, derived, negated, roots
from bot.evaluated.diagnostic import Trail
from bot.evaluated.document import Symbol
from bot.evaluated.formula import Atom, Compound, Equals, Formula
from bot.evaluated.guard import Guard, Undecided
from bot.evaluated.partial import ElementsOf
from bot.evaluated.symbol_names import MAX_SHOWN, shortened, shown
from bot.evaluated.value import (
    BoolValue,
    Choice,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    StringValue,
    Unknown,
    Value,
)

MAX_DEPTH = 16
"""So many steps down a condition is taken apart."""

MAX_ITEMS = 64
"""Longer lists that something may be one of are not gone through."""


def guards(symbol: Symbol, trail: Trail) -> tuple[Guard, Guard]:
    """The guards for a condition holding and failing, of which only a symbol is known, by way of `trail`."""
    holds = True
    while (inner := negated(symbol)) is not None:
        symbol, holds = inner, not holds
    known: dict[int, str] = {}
    said = _formula(symbol, MAX_DEPTH, known)
    condition = Undecided(_exact_symbol(symbol, known), symbol.name, None if isinstance(said, Atom) else said)
    guard = Guard(condition, holds, roots(symbol), trail[0].span if trail else None)
    return guard, guard.turned(not holds)


def equality_guard(literal: Value, key: Value) -> Guard:
    """The guard that the condition `literal == key` has where it holds."""
    name = " == ".join(sorted((shown(literal), shown(key))))
    return guards(derived(name, "", literal, key, relation=EQUAL), key.trail)[0]


def _formula(symbol: Symbol, left: int, known: dict[int, str]) -> Formula:
    """What a condition is made of, `left` steps down; `known` is what is spelled exactly so far."""
    match symbol.derivation if left else None:
        case Derived(relation="!", values=(Unknown(symbol=inner),)):
            return Compound("!", (_formula(inner, left - 1, known),))
        case Derived(relation="&&" | "||" as sign, values=(Unknown(symbol=first), Unknown(symbol=second))):
            return Compound(sign, (_formula(first, left - 1, known), _formula(second, left - 1, known)))
        case Derived(relation="==", values=(one, other)) if _is_literal(one) is not _is_literal(other):
            subject, literal = (other, one) if _is_literal(one) else (one, other)
            return Equals(_exact(subject, known), shown(literal))
        case Derived(relation="contains", values=(ListValue(items=items), wanted)) if _are_literals(items):
            subject_of_all = _exact(_key_of(wanted), known)
            return Compound("||", tuple(Equals(subject_of_all, shown(item)) for item in items))
    return Atom(_exact_symbol(symbol, known))


def _key_of(wanted: Value) -> Value:
    """The key itself of one that is among a table's: where it is none of these nothing is made."""
    match wanted:
        case Unknown(symbol=Symbol(derivation=Derived(relation=relation, values=(_, key)))) if relation == AMONG:
            return key
    return wanted


def _are_literals(items: Sequence[Value]) -> bool:
    return 0 < len(items) <= MAX_ITEMS and all(map(_is_literal, items))


def _is_literal(value: Value) -> bool:
    match value:
        case NumberValue() | BoolValue() | NullValue():
            return True
        case StringValue():
            return value.known is not None
    return False


def _exact(value: Value, known: dict[int, str]) -> str:
    """As `shown`, but spelled like no other value: a literal is told from the expression that it looks like."""
    match value:
        case Unknown():
            return _exact_symbol(value.symbol, known)
        case StringValue():
            parts = [
                f"${{{_exact_symbol(part, known)}}}" if isinstance(part, Symbol) else _escaped(part)
                for part in (each.content for each in value.parts)
            ]
            return shortened(f'"{"".join(parts)}"', MAX_SHOWN)
        case NumberValue() | BoolValue() | NullValue():
            return shown(value)
    if (found := known.get(id(value))) is None:
        known[id(value)] = found = shortened(_exact_container(value, known), MAX_SHOWN)
    return found


def _exact_container(value: ListValue | ObjectValue | Choice, known: dict[int, str]) -> str:
    match value:
        case ElementsOf():
            return _exact_symbol(value.whole, known)
        case ListValue():
            return f"[{', '.join([_exact(item, known) for item in value.items])}]"
        case ObjectValue():
            return f"{{{', '.join([f'{_escaped(name)} = {_exact(item, known)}' for name, item in value.entries])}}}"
        case Choice():
            return " or ".join([_exact(each.value, known) for each in value.alternatives])


def _exact_symbol(symbol: Symbol, known: dict[int, str]) -> str:
    derivation = symbol.derivation
    if not isinstance(derivation, Derived) or not derivation.relation:
        return symbol.name
    if (found := known.get(id(derivation))) is None:
        known[id(derivation)] = found = _related(derivation.relation, derivation.values, known)
    return found


def _related(relation: str, values: Iterable[Value], known: dict[int, str]) -> str:
    operands = [_exact(value, known) for value in values]
    return shortened(f"{relation}({', '.join(sorted(operands) if relation == EQUAL else operands)})", MAX_SHOWN)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${")
