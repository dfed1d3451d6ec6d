"""Outputs that are maps, of which only entries go: whoever takes others by their keys has what he had."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable

from bot.frontends.terraform.modules.module import Module
from bot.frontends.terraform.shape import shape
from bot.frontends.terraform.syntax.nodes import Attribute, Expression, ForObject, Name, ObjectExpression
from bot.late_pattern import late_pattern

Spell = Callable[[Hashable], str]
"""The digest of what a shape says in one module."""

_FALLS_BACK = late_pattern(rb"\b(try|can)\s*\(")
"""What goes on with something else where there is no such entry."""


def only_loses_entries(before: Module, after: Module, output: str, spell: tuple[Spell, Spell]) -> bool:
    """Whether both sides' maps are made of their entries in one way, and the head's are some of the base's."""
    said = [
        _map_of(module, module.outputs[output].arguments["value"].argument.value, each)
        for module, each in zip((before, after), spell, strict=True)
    ]
    (old_way, old), (new_way, new) = said
    return old_way == new_way and bool(new) and new.items() <= old.items()


def taken_by_key(output: str, texts: Iterable[bytes]) -> bool:
    """Whether every text that says an output's name takes one entry of it by its key, and has it or nothing."""
    named = re.compile(rb"\b" + re.escape(output.encode()) + rb"\b(?!\s*(\[(?!\s*\*)|\.(?!\s*\*)))")
    return not any(named.search(text) or _FALLS_BACK.search(text) for text in texts)


def _map_of(module: Module, said: Expression, spell: Spell) -> tuple[str, dict[str, str]]:
    """What is made of each entry of a map that is written out, and the entries by their keys; none if it is no such."""
    match said:
        case ForObject(key=str(key), collection=collection, grouped=False, condition=None) if shape(said.entry_key) == (
            "Name",
            key,
        ):
            way = spell((said.key, said.name, shape(said.value)))
            return way, _entries(module, collection, spell)
    return "", _entries(module, said, spell)


def _entries(module: Module, said: Expression, spell: Spell) -> dict[str, str]:
    match said:
        case Attribute(target=Name(name="local"), name=str(name)) if name in module.locals:
            said = module.locals[name].argument.value
    items = said.items if isinstance(said, ObjectExpression) else ()
    found = {spell(shape(item.key)): spell(shape(item.value)) for item in items}
    return found if len(found) == len(items) else {}
