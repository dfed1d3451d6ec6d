"""Lists and maps of statements as public modules take them, turned into policy documents.

The objects have the arguments of a `statement` block: `effect`, `actions`, `resources`, `principals`, `condition`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from bot.evaluated.diagnostic import join_trails
from bot.evaluated.document import Symbol, Text, text
from bot.evaluated.trails import entries
from bot.evaluated.value import ListValue, ObjectValue, Part, StringValue, Unknown, Value
from bot.extract.argument_reading import blocks, entry_of, field, items, string
from bot.extract.choices import outcomes
from bot.frozen import dataclass
from bot.iam.policy_subject import Group, Role, User
from bot.iam.statement import Condition

ELEMENTS: Mapping[str, str] = {
    "sid": "Sid",
    "effect": "Effect",
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}

MAX_DEPTH = 6
"""How deep in an argument statements are looked for."""

_KINDS: Mapping[str, type[User | Role | Group]] = {"users": User, "roles": Role, "groups": Group}
"""Of which kind each thing is that a list or map of that name describes."""

WHO, NOT_WHO = ("principals", "principal"), ("not_principals", "not_principal")


def statements_in(value: Value, module: str) -> Value | None:
    """A policy of the statements in a list or map of objects; None if it is none. Choices in it are kept."""
    ways = [statement for _, one in outcomes(value) for statement in _statements(one)]
    if not ways:
        return None
    written = tuple(_statement(block, module) for block in _statements(value)) or tuple(
        _statement(block, module) for block in ways
    )
    version: Value = StringValue((Part("2012-10-17"),))
    encoded = ObjectValue((("Statement", ListValue(written)), ("Version", version)))
    return StringValue((Part("{}"),), value.trail, encoded)


@dataclass(frozen=True, slots=True)
class NestedStatements:
    """A policy of statements deep in an argument, and whose it is by what they stand in; None where nothing says it."""

    policy: Value
    kind: type[User | Role | Group] | None
    name: Text | None


def nested_statements(argument: str, value: Value, module: str) -> Iterator[NestedStatements]:
    """The lists of statements inside an argument that is none itself: `{ users = [{ name, statements = [...] }] }`."""
    if statements_in(value, module) is None:
        yield from _nested(argument, value, NestedStatements(value, None, None), module, MAX_DEPTH)


def _nested(key: str, value: Value, whose: NestedStatements, module: str, depth: int) -> Iterator[NestedStatements]:
    if not depth or not isinstance(value, ListValue | ObjectValue):
        return
    named = entries(value) if isinstance(value, ObjectValue) else (("", one) for one in items(value))
    for name, inner in named:
        own = _described(key, name, inner) or whose
        policy = statements_in(inner, module)
        if policy is None:
            yield from _nested(name, inner, own, module, depth - 1)
        else:
            yield dataclasses.replace(own, policy=policy)


def _described(key: str, name: str, value: Value) -> NestedStatements | None:
    """The thing that one entry of a list or map called `key` describes; None if it does not say of which kind."""
    kind = _KINDS.get(key)
    if kind is None:
        return None
    called = string(entry_of(value, "name")) if isinstance(value, ObjectValue) else None
    return NestedStatements(value, kind, called or (text(name, value.trail) if name else None))


def _statements(value: Value) -> Iterator[ObjectValue]:
    """The statements of a list or map, or the value itself if it is one."""
    for one in (value,) if _is_statement(value) else items(value):
        if isinstance(one, ObjectValue) and _is_statement(one):
            yield one


def _is_statement(value: Value) -> bool:
    if not isinstance(value, ObjectValue):
        return False
    names = {name for name, _ in value.entries}
    return bool(names & {"actions", "not_actions"}) and bool(
        names & {"resources", "not_resources", *WHO, *NOT_WHO, "effect", "sid"}
    )


def _statement(block: ObjectValue, module: str) -> Value:
    entries: dict[str, Value] = {
        element: value for name, element in ELEMENTS.items() if (value := field(block, name)) is not None
    }
    entries.setdefault("Effect", StringValue((Part("Allow"),), block.trail))
    for names, element in ((WHO, "Principal"), (NOT_WHO, "NotPrincipal")):
        for name in names:
            entries.update(_principals(field(block, name), element))
    for name in ("condition", "conditions"):
        entries.update(_conditions(field(block, name)))
    assumes = any("sts:assumerole" in str(string(action)).lower() for action in items(entries.get("Action")))
    if not assumes and "Resource" not in entries and "NotResource" not in entries:
        entries["Resource"] = Unknown(Symbol(f"{module}.arn"))
    return ObjectValue(tuple(entries.items()), block.trail)


def _principals(value: Value | None, element: str) -> Iterator[tuple[str, Value]]:
    types: dict[str, list[Value]] = {}
    for block in blocks(value):
        kind = string(entry_of(block, "type"))
        if kind is not None:
            types.setdefault(str(kind), []).extend(items(field(block, "identifiers")))
    if types:
        yield element, ObjectValue(tuple((kind, ListValue(tuple(who))) for kind, who in types.items()))


def _conditions(value: Value | None) -> Iterator[tuple[str, Value]]:
    operators: dict[str, dict[str, Value]] = {}
    for block in blocks(value):
        test, variable = string(entry_of(block, "test")), string(entry_of(block, "variable"))
        values = field(block, "values")
        if test is not None and variable is not None and values is not None:
            operators.setdefault(str(test), {})[str(variable)] = values
    if operators:
        keys = ((test, ObjectValue(tuple(named.items()))) for test, named in operators.items())
        yield "Condition", ObjectValue(tuple(keys))


def access_of(entry: ObjectValue) -> list[ObjectValue]:
    """What an entry gives: its policies, else what its groups are bound to."""
    associated = [one for one in items(entry_of(entry, "policy_associations")) if isinstance(one, ObjectValue)]
    in_groups = [entry] if items(entry_of(entry, "kubernetes_groups")) or items(entry_of(entry, "groups")) else []
    return associated or in_groups


def conditions_of(block: ObjectValue, keys: Mapping[str, tuple[str, str]]) -> tuple[Condition, ...]:
    """The conditions that arguments of an object stand for: by name, operator and key."""
    found = []
    for name, (operator, key) in keys.items():
        values = tuple(one for item in items(entry_of(block, name)) if (one := string(item)) is not None)
        if values:
            found.append(Condition(operator, key, values, join_trails(*(one.trail for one in values))))
    return tuple(found)
