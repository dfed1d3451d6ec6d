"""Says of a type, by the names of its arguments, which of them may carry access; the names are data."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.extract.runners import runs_with
from bot.type_registry.argument_names import ArgumentNames, Kind
from tools.provider_schemas.schema import Argument, Schema

_POINTS = frozenset(("arn", "arns"))
"""What a data source may be asked by, and find by something else too."""

_THINGS = frozenset(("ids", "names"))
"""What a data source calls the things that it finds: access may be given on them."""


def class_of(names: ArgumentNames, schema: Schema, carried: Collection[str]) -> str:
    """The letter of a type's class by the arguments that are left to carry access."""
    if not carried:
        return "i"
    if schema.mode == "data" or names.of_type(schema.name):
        return "u"
    shapes = {
        _shape(names, path, leaf)
        for argument in schema.arguments
        if argument.name in carried
        for path, leaf in argument.leaves()
        if names.of_path(path, leaf.kind)
    }
    if not schema.name.startswith("aws_"):
        return "d" if shapes == {"d"} else "u"
    return "u" if "" in shapes else max(shapes, key="rd".index)


def _shape(names: ArgumentNames, path: tuple[str, ...], leaf: Argument) -> str:
    """`d` if an argument takes a policy document, `r` if extraction reads what it names; else nothing."""
    if path[-1] in names.documents and leaf.kind is not Kind.BOOL:
        return "d"
    return "r" if runs_with(path[-1], path[-2] if len(path) > 1 else "") else ""


def carried_by(names: ArgumentNames, schema: Schema) -> Mapping[str, frozenset[str]]:
    """The arguments of a type that may carry access, or what a data type finds, with the kinds of it.

    A type whose name says that it does, and which takes nothing that could, has one without a name.
    """
    if schema.mode == "data":
        return _found_by(names, schema)
    found: dict[str, set[str]] = {}
    for argument in schema.arguments:
        for path, leaf in argument.leaves():
            if kinds := names.of_argument(schema.name, path, leaf.kind):
                found.setdefault(argument.name, set()).update(kinds)
    of_type = names.of_type(schema.name)
    if of_type and not found:
        found[""] = set(of_type)
    return {name: frozenset(kinds) for name, kinds in found.items()}


def _found_by(names: ArgumentNames, schema: Schema) -> Mapping[str, frozenset[str]]:
    asked = {name for one in schema.arguments for path, _ in one.leaves() for name in path} - _POINTS
    of_type = names.of_type(schema.name)
    found = {name: of_type or names.of_path((name,), Kind.STRING) for name in schema.attributes}
    found |= {name: frozenset(("reference",)) for name in _THINGS.intersection(schema.attributes)}
    return {name: kinds for name, kinds in found.items() if kinds and (of_type or name not in asked)}
