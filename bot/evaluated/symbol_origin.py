"""What a symbol is of: a variable, another root's outputs, a data source, a module, a resource."""

from __future__ import annotations

import enum

from bot.evaluated.derived import Derived
from bot.evaluated.document import Symbol
from bot.evaluated.value import Unknown


class SymbolOrigin(enum.Enum):
    """The kind of block whose value, or part of it, a symbol stands for."""

    VARIABLE = "a variable of the root module"
    REMOTE_STATE = "the outputs of another root module"
    DATA = "a data source"
    MODULE = "a module call, or something inside it"
    RESOURCE = "a resource"
    OTHER = "anything else: a name that is not declared, the account, the working directory"
    DERIVED = "what an operation makes of several values, or of one"


def origin_of(symbol: Symbol) -> SymbolOrigin:
    """What it is of; an attribute or element is of what it is taken from."""
    taken_from = _taken_from(symbol)
    if taken_from is not None:
        return origin_of(taken_from)
    return SymbolOrigin.DERIVED if symbol.derivation is not None else _of_block(symbol.name)


def _taken_from(symbol: Symbol) -> Symbol | None:
    """The whole that a symbol is an attribute or element of; of what could not be evaluated, its one reference."""
    match symbol.derivation:
        case None:
            return None
        case Derived(relation=relation, values=(Unknown(symbol=whole), *_)):
            return whole if relation.startswith((".", "[")) else None
        case Derived():
            return None
    references = tuple(symbol.derivation.symbols())
    return references[0] if len(references) == 1 else None


def _of_block(address: str) -> SymbolOrigin:
    """By the address that a symbol that follows from nothing else is named by."""
    match address.split("."):
        case ["var", *_]:
            return SymbolOrigin.VARIABLE
        case ["data", "terraform_remote_state", *_]:
            return SymbolOrigin.REMOTE_STATE
        case ["data", *_]:
            return SymbolOrigin.DATA
        case ["module", *_]:
            return SymbolOrigin.MODULE
        case [kind, _, *_] if "_" in kind:
            return SymbolOrigin.RESOURCE
        case _:
            return SymbolOrigin.OTHER
