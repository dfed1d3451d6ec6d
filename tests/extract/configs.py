"""Evaluated configurations made by hand from a small YAML notation, so that extraction is tested without parsing HCL.

`resources` maps addresses to arguments. `${x}` in a string is a symbol; `{json: ...}` is a jsonencode; `{choice:
{guard: value}}` an undecided conditional; `{_guards: [...], _repeated: true}` mark the instance. Block n of a
case stands on line 10 n of main.tf.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.evaluated.config import EvaluatedConfig, ResourceInstance, Root
from bot.evaluated.diagnostic import Span, Step, Trail
from bot.evaluated.document import Symbol
from bot.evaluated.formula import Equals
from bot.evaluated.guard import Guard, Undecided
from bot.evaluated.value import (
    Alternative,
    BoolValue,
    Choice,
    ListValue,
    NullValue,
    NumberValue,
    ObjectValue,
    Part,
    StringValue,
    Unknown,
    Value,
)


def config(resources: Mapping[str, Mapping[str, Any]], root: str = "") -> EvaluatedConfig:
    instances = (_instance(address, written, 10 * n) for n, (address, written) in enumerate(resources.items(), 1))
    return EvaluatedConfig(Root(root), tuple(instances))


def _instance(address: str, written: Mapping[str, Any], line: int) -> ResourceInstance:
    arguments = {name: item for name, item in written.items() if not name.startswith("_")}
    trails = {name: _at(line + n, name) for n, name in enumerate(arguments, 1)}
    values = tuple((name, value(item, trails[name])) for name, item in sorted(arguments.items()))
    local = re.sub(r"module\.[^.]+\.", "", address)
    mode = "module" if local.startswith("module.") else "data" if local.startswith("data.") else "managed"
    kind = re.sub(r"\[.*\]$", "", local.removeprefix("data.")).partition(".")
    return ResourceInstance(
        address=address,
        mode=mode,
        type=written.get("_type", kind[0]),
        name=kind[2],
        attributes=ObjectValue(values),
        span=Span("main.tf", line, 1, line + 9, 2),
        guards=tuple(map(_guard, written.get("_guards", ()))),
        repeated=bool(written.get("_repeated", False)),
    )


def value(item: Any, trail: Trail) -> Value:
    match item:
        case None:
            return NullValue(trail)
        case bool():
            return BoolValue(item, trail)
        case int() | float():
            return NumberValue(item, trail)
        case str():
            return _string(item, trail)
        case list():
            return ListValue(tuple(value(one, trail) for one in item), trail)
        case {"json": structure}:
            return StringValue((Part("{...}"),), trail, value(structure, trail))
        case {"choice": ways}:
            return Choice(tuple(Alternative(_guard(guard), value(one, trail)) for guard, one in ways.items()), trail)
        case dict():
            return ObjectValue(tuple((str(name), value(one, trail)) for name, one in item.items()), trail)
    raise TypeError(f"no value can be made of {item!r}")


def _guard(written: str) -> Guard:
    """The guard written as `condition`, or as `!(condition)` if that fails."""
    name = written.removeprefix("!(").removesuffix(")") if written.startswith("!(") else written
    subject, _, literal = name.partition(" == ")
    return Guard(Undecided(name, name, Equals(subject, literal) if literal else None), name == written)


def _string(item: str, trail: Trail) -> Value:
    pieces = [piece for piece in re.split(r"(\$\{[^}]*\})", item) if piece]
    parts = tuple(Part(_symbol(piece[2:-1]) if piece.startswith("${") else piece) for piece in pieces)
    if len(parts) == 1 and isinstance(parts[0].content, Symbol):
        return Unknown(parts[0].content, trail)
    return StringValue(parts, trail)


def _symbol(name: str) -> Symbol:
    """What fails to evaluate is called by its text and its place: `aws_iam_user.u.name in aws_iam_policy.p`."""
    return Symbol(name, written=name.partition(" in ")[0])


def _at(line: int, what: str) -> Trail:
    return (Step(Span("main.tf", line, 3, line, 40), what),)
