"""Recognises policies by their shape, in arguments whose meaning no table knows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.evaluated.value import Choice, ListValue, ObjectValue, StringValue, Value
from bot.extract.argument_reading import entry_of, items
from bot.extract.choices import outcomes
from bot.iam.statement import PolicyKind
from bot.late_pattern import late_pattern

MAX_DEPTH = 4
"""How deep in lists, maps and nested blocks documents are looked for."""

_STATEMENT = late_pattern(r'"Statement"\s*:')
_EFFECT = late_pattern(r'"Effect"\s*:\s*"(Allow|Deny)"')
_PRINCIPAL = late_pattern(r'"(Not)?Principal"\s*:')
_ASSUME = late_pattern(r'"sts:AssumeRole', re.IGNORECASE)


def is_policy(value: Value) -> bool:
    """Whether a string is a policy document, as far as it is known."""
    if not isinstance(value, StringValue):
        return False
    if value.encoded is not None:
        return any(_has_statement(one) for _, one in outcomes(value.encoded))
    text = _known_text(value)
    return bool(_STATEMENT.search(text)) and bool(_EFFECT.search(text))


def kind_by_shape(value: Value) -> PolicyKind:
    """What a recognised document is: with a principal a trust policy or a resource policy, else an identity policy."""
    keys, actions = "", ""
    if isinstance(value, StringValue) and value.encoded is not None:
        for _, one in outcomes(value.encoded):
            for statement in _statements(one):
                keys += "".join(f'"{name}":' for name, _ in statement.entries)
                actions += "".join(f'"{text}' for text in _actions(statement))
    elif isinstance(value, StringValue):
        keys = actions = _known_text(value)
    if not _PRINCIPAL.search(keys):
        return PolicyKind.IDENTITY
    return PolicyKind.TRUST if _ASSUME.search(actions) else PolicyKind.RESOURCE


def documents_in(value: Value | None, depth: int = MAX_DEPTH) -> Iterator[Value]:
    """The policy documents in an argument: itself, or what is in its lists, maps and nested blocks."""
    if value is None:
        return
    if is_policy(value):
        yield value
    elif depth and isinstance(value, ListValue | ObjectValue):
        for item in items(value):
            yield from documents_in(item, depth - 1)


def holds_chosen_policy(value: Value | None, depth: int = MAX_DEPTH) -> bool:
    """Whether there is a choice in it one of whose ways is a policy document."""
    match value:
        case Choice():
            ways = [one.value for one in value.alternatives]
            return any(map(is_policy, ways)) or any(holds_chosen_policy(one, depth) for one in ways)
        case ListValue() | ObjectValue():
            return depth > 0 and any(holds_chosen_policy(item, depth - 1) for item in items(value))
    return False


def statements_of(document: Value) -> Iterator[Value]:
    """The statements of a document, or all of it where it is not taken apart."""
    encoded = document.encoded if isinstance(document, StringValue) else None
    if encoded is None:
        yield document
    else:
        yield from (statement for _, one in outcomes(encoded) for statement in _statements(one))


def _has_statement(value: Value) -> bool:
    return isinstance(value, ObjectValue) and entry_of(value, "Statement") is not None


def _statements(value: Value) -> Iterator[ObjectValue]:
    statement = entry_of(value, "Statement") if isinstance(value, ObjectValue) else None
    if isinstance(statement, ObjectValue):
        yield statement
    elif isinstance(statement, ListValue):
        yield from (one for one in statement.items if isinstance(one, ObjectValue))


def _actions(statement: ObjectValue) -> Iterator[str]:
    for item in items(entry_of(statement, "Action")):
        if isinstance(item, StringValue):
            yield _known_text(item)


def _known_text(value: StringValue) -> str:
    return "".join(part.content if isinstance(part.content, str) else "" for part in value.parts)
