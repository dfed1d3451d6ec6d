"""The condition operators of IAM's documentation, one concrete value at a time; part of the evaluator."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import partial

from bot.evaluated.document import Text
from bot.iam.request import Request
from bot.iam.statement import Condition
from bot.iam.wildcard import Tokens, expand, plain, wildcard_match
from bot.late_pattern import late_pattern

Compare = Callable[[Tokens, str], bool]
"""Whether a policy's value (first) accepts the request's (second)."""


def condition_holds(condition: Condition, request: Request, version: str) -> bool:
    """Whether the condition is met by the request."""
    operator = _OPERATOR.fullmatch(condition.operator.lower())
    if operator is None or condition_text(condition) in request.met:
        return condition_text(condition) in request.met
    quantifier, name, if_exists = operator.groups()
    values = request.context.get(condition.key.lower(), ())
    if name == "null":
        return _null_holds(condition, present=bool(values))
    negated, compare = _COMPARISONS[name]
    if not values:
        return bool(if_exists) or quantifier == "forallvalues:" or (negated and not quantifier)
    expected = [tokens for text in condition.values if (tokens := _expanded(text, request, version)) is not None]
    accepted = [any(compare(tokens, value) for tokens in expected) != negated for value in values]
    if quantifier == "foranyvalue:" or (not quantifier and not negated):
        return any(accepted)
    return all(accepted)


def takes_variables(condition: Condition) -> bool:
    """Whether the condition's values may hold policy variables: those of string and ARN operators."""
    operator = _OPERATOR.fullmatch(condition.operator.lower())
    return operator is not None and operator[2].startswith(("string", "arn"))


def condition_text(condition: Condition) -> str:
    """What identifies a condition that cannot be read."""
    return f"{condition.operator} {condition.key} {[str(value) for value in condition.values]}"


def _expanded(text: Text, request: Request, version: str) -> Tokens | None:
    return expand(text, request.context, version)


def _null_holds(condition: Condition, *, present: bool) -> bool:
    wanted = {str(value).lower() for value in condition.values}
    return ("false" if present else "true") in wanted


def _equal(expected: Tokens, value: str) -> bool:
    return plain(expected) == value


def _equal_ignoring_case(expected: Tokens, value: str) -> bool:
    return plain(expected).lower() == value.lower()


def _arn_like(expected: Tokens, value: str) -> bool:
    """Each of the six segments is matched by itself; the last one may hold more colons."""
    if plain(expected) == value:
        return True
    wanted = _segments(expected)
    given = value.split(":", 5)
    if len(wanted) < 6:
        return wildcard_match(expected, value)
    return len(given) == 6 and all(map(wildcard_match, wanted, given))


def _segments(tokens: Tokens) -> list[Tokens]:
    colons = [index for index, token in enumerate(tokens) if token.text == ":"][:5]
    starts = [0, *(index + 1 for index in colons)]
    return [tokens[start:end] for start, end in zip(starts, [*colons, len(tokens)], strict=True)]


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return None


def _moment(text: str) -> Decimal | None:
    """Seconds since 1970 of an ISO 8601 date or of epoch seconds."""
    seconds = _decimal(text)
    if seconds is not None:
        return seconds
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return Decimal(str((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()))


def _ordered(
    read: Callable[[str], Decimal | None], test: Callable[[Decimal, Decimal], bool], expected: Tokens, value: str
) -> bool:
    given, limit = read(value), read(plain(expected))
    return given is not None and limit is not None and test(given, limit)


def _in_network(expected: Tokens, value: str) -> bool:
    """A Terraform symbol stands for an address as well as for its block: it is in itself."""
    if plain(expected) == value:
        return True
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(plain(expected).strip(), strict=False)
    except ValueError:
        return False


_ORDER: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "equals": lambda given, limit: given == limit,
    "lessthan": lambda given, limit: given < limit,
    "lessthanequals": lambda given, limit: given <= limit,
    "greaterthan": lambda given, limit: given > limit,
    "greaterthanequals": lambda given, limit: given >= limit,
}

_COMPARISONS: dict[str, tuple[bool, Compare]] = {
    "stringequals": (False, _equal),
    "stringnotequals": (True, _equal),
    "stringequalsignorecase": (False, _equal_ignoring_case),
    "stringnotequalsignorecase": (True, _equal_ignoring_case),
    "stringlike": (False, wildcard_match),
    "stringnotlike": (True, wildcard_match),
    "arnequals": (False, _arn_like),
    "arnlike": (False, _arn_like),
    "arnnotequals": (True, _arn_like),
    "arnnotlike": (True, _arn_like),
    "bool": (False, _equal_ignoring_case),
    "binaryequals": (False, _equal),
    "ipaddress": (False, _in_network),
    "notipaddress": (True, _in_network),
    "numericnotequals": (True, partial(_ordered, _decimal, _ORDER["equals"])),
    "datenotequals": (True, partial(_ordered, _moment, _ORDER["equals"])),
    **{f"numeric{name}": (False, partial(_ordered, _decimal, test)) for name, test in _ORDER.items()},
    **{f"date{name}": (False, partial(_ordered, _moment, test)) for name, test in _ORDER.items()},
}

_OPERATOR = late_pattern(rf"(foranyvalue:|forallvalues:)?(null|{'|'.join(_COMPARISONS)})(ifexists)?")
