"""What a provider adds to a block's arguments, where some of them are undecided."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping

from bot.evaluated.call import FunctionFault
from bot.evaluated.config import DataRequest
from bot.evaluated.derived import derived
from bot.evaluated.partial import OpenObject
from bot.evaluated.trails import with_trail
from bot.evaluated.value import NullValue, ObjectValue, Unknown, Value
from bot.frontends.terraform.evaluate.choice import spread
from bot.frontends.terraform.evaluate.run import Run


def added_by(
    run: Run, provider: Callable[[DataRequest], Value], asked: DataRequest, written: OpenObject
) -> Callable[[], Mapping[str, Value]]:
    """What `provider` adds to a block that is `written`, found out when it is first needed; a fault is a gap."""
    names = tuple(name for name, _ in written.entries)

    def provide(values: tuple[Value, ...]) -> Value:
        arguments = ObjectValue(tuple(zip(names, values, strict=True)), written.trail)
        return provider(dataclasses.replace(asked, arguments=arguments))

    @functools.cache
    def added() -> Mapping[str, Value]:
        try:
            return _by_attribute(tuple(value for _, value in written.entries), provide)
        except FunctionFault as fault:
            run.gap(fault.kind, fault.reason, asked.span, (), asked.address)
            return {}

    return added


def _by_attribute(values: tuple[Value, ...], provide: Callable[[tuple[Value, ...]], Value]) -> dict[str, Value]:
    """What a provider adds, attribute by attribute, over undecided arguments."""
    names: dict[str, None] = {}

    def note(chosen: tuple[Value, ...]) -> Value:
        result = provide(chosen)
        if isinstance(result, ObjectValue):
            names.update(dict.fromkeys(name for name, _ in result.entries))
        return result

    result = spread(values, note)

    if isinstance(result, Unknown):
        whole = result.symbol
        return {
            name: Unknown(derived(f"{whole.name}.{name}", whole.reason, result, relation=f".{name}")) for name in names
        }
    return {name: spread((result,), functools.partial(_attribute_of, name)) for name in names}


def _attribute_of(name: str, chosen: tuple[Value, ...]) -> Value:
    found = chosen[0].get(name) if isinstance(chosen[0], ObjectValue) else None
    return NullValue() if found is None else with_trail(found, chosen[0].trail)
