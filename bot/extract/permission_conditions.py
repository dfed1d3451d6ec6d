"""Conditions and organisations that resource types write as arguments instead of in a policy document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.evaluated.config import ResourceInstance
from bot.evaluated.document import Text, text
from bot.evaluated.trails import entries
from bot.evaluated.value import ObjectValue, Value
from bot.extract.argument_reading import argument, field, items, nested, origin, string
from bot.iam.arn import Arn
from bot.iam.statement import Condition, PrincipalEntry
from bot.late_pattern import late_pattern

_ORGANIZATION = late_pattern(r"(organization|ou|root)/(o-[a-z0-9]+)(?:/([a-z0-9-]+))?")

ANYONE = "*"


def organisation(written: Text) -> tuple[PrincipalEntry, Condition] | None:
    """An organisation or unit, let in by its ARN: anyone who belongs to it; None for any other principal."""
    arn = Arn.parse(written.literal or "")
    match = _ORGANIZATION.fullmatch(arn.resource) if arn is not None else None
    if arn is None or match is None or arn.service != "organizations" or arn.region:
        return None
    anyone = PrincipalEntry(ANYONE, text("*", written.trail))
    kind, name, unit = match.groups()
    if kind == "organization" or unit is None:
        return anyone, Condition("StringEquals", "aws:PrincipalOrgID", (text(name, written.trail),), written.trail)
    path = text(f"{name}/*/{unit}/*", written.trail)
    return anyone, Condition("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", (path,), written.trail)


def written_out(instance: ResourceInstance, name: str) -> Iterator[Condition]:
    """Blocks of a condition's operator, key and value, as a permission of an event bus has them."""
    for block in nested(instance, name):
        operator, key, value = (string(field(block, part)) for part in ("type", "key", "value"))
        if operator is not None and key is not None and value is not None:
            yield Condition(str(operator), str(key), (value,), value.trail)


def encryption_context(instance: ResourceInstance, name: str) -> Iterator[Condition]:
    """The encryption context that a grant of a key asks for; one that must be equal has no further keys."""
    for block in nested(instance, name):
        for wanted in ("encryption_context_equals", "encryption_context_subset"):
            pairs = field(block, wanted)
            yield from _context(pairs)
            names = tuple(text(key, origin(value)) for key, value in _entries(pairs))
            if names and wanted == "encryption_context_equals":
                yield Condition("ForAllValues:StringEquals", "kms:EncryptionContextKeys", names, origin(pairs))


def _context(pairs: Value | None) -> Iterator[Condition]:
    for key, value in _entries(pairs):
        values = tuple(one for item in items(value) if (one := string(item)) is not None)
        if values:
            yield Condition("StringEquals", f"kms:EncryptionContext:{key}", values, origin(value))


def _entries(pairs: Value | None) -> tuple[tuple[str, Value], ...]:
    return tuple(entries(pairs)) if isinstance(pairs, ObjectValue) else ()


def accepted(instance: ResourceInstance, name: str) -> Iterator[Condition]:
    """That the service's owner has to accept each connection, by a plain argument."""
    value = argument(instance, name)
    written = string(value)
    if written is not None and written.literal != "false":
        yield Condition("Bool", name, (written,), origin(value))


BLOCKS: Mapping[str, Callable[[ResourceInstance, str], Iterator[Condition]]] = {
    "acceptance_required": accepted,
    "condition": written_out,
    "constraints": encryption_context,
}
"""Nested blocks and arguments that limit a permission, by their name, and what reads them."""
