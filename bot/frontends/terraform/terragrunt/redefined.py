"""What a unit says otherwise at head that no evaluated value shows: state, credentials, hooks, unseen inputs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping

from bot.evaluated.config import EvaluatedConfig
from bot.evaluated.diagnostic import Side, Span
from bot.evaluated.redefinition import Place, Redefinition, redefinition
from bot.evaluated.value import NumberValue, Value
from bot.frontends.terraform.modules.unit_changes import UnitMove, changed_places, same
from bot.frontends.terraform.modules.unit_config import UnitConfig
from bot.frontends.terraform.unreached_values import INERT, reaches, unreached_value

_TOLD = {
    "state": (
        "the state of units is kept elsewhere: what is declared here may be made anew, beside what there was, or stand "
        "for what another state holds",
        "check which state this reads and writes then, and in which account",
    ),
    "credentials": (
        "units are applied with other credentials: what is declared here may be in another account",
        "check which account this works in then",
    ),
    "hook": (
        "whoever applies the unit runs another program, which is not looked at",
        "review what the program does",
    ),
    "excluded": (
        "runs of all units may have left this one out, and may not any more: then what it declares is made",
        "review what the unit makes as if it were new, or say that it was applied before",
    ),
    "generated": (
        "a file that Terragrunt generates is another, and only a run knows it",
        "review what is generated",
    ),
}


def unit_redefined(
    units: tuple[UnitConfig | None, UnitConfig | None],
    configs: tuple[EvaluatedConfig, EvaluatedConfig],
    declared: frozenset[str],
    may_give: Callable[[str], bool],
    moves_alone: Callable[[UnitConfig, UnitConfig], bool],
) -> Iterator[Redefinition]:
    """Of a unit's base and head; `declared` are the variables of its module, of which some `may_give` access; its state
    `moves_alone` if nothing else is said of that, and no other state is or was where it is now."""
    base, head = units
    if base is None or head is None:
        return
    yield from _settings(base, head, moves_alone)
    sides: tuple[tuple[Side, EvaluatedConfig], ...] = (("head", configs[1]), ("base", configs[0]))
    for name in sorted({*base.inputs, *head.inputs} & declared - INERT):
        old, new = base.inputs.get(name), head.inputs.get(name)
        places = tuple(changed_places(old, new)) if _is_another(old, new) else ()
        if places and not reaches(places, sides) and may_give(name):
            yield unreached_value(name, places[0][1].file, places)


def _is_another(old: Value | None, new: Value | None) -> bool:
    """Whether a value differs that is more than a number."""
    return not same(old, new) and not all(one is None or isinstance(one, NumberValue) for one in (old, new))


def _settings(
    base: UnitConfig, head: UnitConfig, moves_alone: Callable[[UnitConfig, UnitConfig], bool]
) -> Iterator[Redefinition]:
    before, after = _by_name(base), _by_name(head)
    move = UnitMove.of(base, head)
    for key in dict.fromkeys((*after, *before)):
        old, new = before.get(key), after.get(key)
        kind, name = key
        if same(old, new) or (kind == "excluded" and old is None) or (kind == "state" and move.keeps_state(old, new)):
            continue
        if kind == "state" and moves_alone(base, head):
            continue
        if kind == "hook" and (new is None or any(same(one, new) for other, one in before.items() if other[0] == kind)):
            continue  # what is no longer run gives nobody anything, nor does what is run under another name
        there: Place = ("head", Span(head.file, 1, 1, 1, 1))
        is_moved = base.directory != head.directory
        places = (() if is_moved else tuple(changed_places(old, new))) or (there,)
        where = f"{move.was} to {move.now}" if is_moved else places[0][1].file
        told = redefinition(f"{name} ({where})", *_TOLD[kind], places)
        yield told if kind != "hook" or new is None else dataclasses.replace(told, runs=(old, new))


def _by_name(unit: UnitConfig) -> Mapping[tuple[str, str], Value]:
    return {(one.kind, one.name): one.value for one in unit.settings}
