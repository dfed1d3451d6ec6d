"""An operator that does not compare what its key holds, or that takes a wildcard for a letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_network

from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Text
from bot.iam.grant import Grant
from bot.iam.policy import PolicyProblem
from bot.iam.statement import Condition
from bot.late_pattern import late_pattern
from bot.risk.lint.condition_key import OPERATORS, type_of
from bot.risk.lint.problem import probable_mistake

_HELP = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"
_AROUND = late_pattern(r"^(forallvalues:|foranyvalue:)|ifexists$")
_EXACT = ("stringequals", "stringnotequals", "stringequalsignorecase", "stringnotequalsignorecase")
_VALUES = {
    "number": late_pattern(r"-?\d+(\.\d+)?"),
    "IP address": late_pattern(r"[0-9a-fA-F.:]+(/\d{1,3})?"),
    "boolean": late_pattern(r"true|false", re.IGNORECASE),
}


def operator_does_not_fit(grant: Grant) -> Iterator[PolicyProblem]:
    """`StringLike` on an IP address, `Bool` on a string, `NumericLessThan` with letters."""
    for condition in grant.statement.conditions:
        name, kind = _AROUND.sub("", condition.operator.lower()), type_of(condition.key)
        if name == "null":
            kind = "boolean"
        elif not kind:
            continue
        elif not name.startswith(OPERATORS[kind]):
            article = "an" if kind[0] in "AI" else "a"
            title = f"{condition.operator} does not compare what {condition.key} holds: {article} {kind}"
            yield probable_mistake(DiagnosticKind.OPERATOR_DOES_NOT_FIT, title, condition.trail, _HELP)
            continue
        for value in _unreadable(condition, kind):
            compared = "Null" if name == "null" else condition.key
            title = f"{value} is no {kind}, which {compared} is compared with"
            yield probable_mistake(DiagnosticKind.OPERATOR_DOES_NOT_FIT, title, value.trail or condition.trail, _HELP)


def wildcard_taken_literally(grant: Grant) -> Iterator[PolicyProblem]:
    """`StringEquals` with a star in its value: it is compared as a star."""
    for condition in grant.statement.conditions:
        name = _AROUND.sub("", condition.operator.lower())
        for value in condition.values if name in _EXACT else ():
            if any(isinstance(part, str) and ("*" in part or "?" in part) for part in value.parts):
                like = condition.operator.replace("EqualsIgnoreCase", "Like").replace("Equals", "Like")
                title = (
                    f"{condition.operator} compares {value} as it stands, wildcards and all; {like} matches patterns"
                )
                yield probable_mistake(
                    DiagnosticKind.WILDCARD_TAKEN_LITERALLY, title, value.trail or condition.trail, _HELP
                )


def _unreadable(condition: Condition, kind: str) -> Iterator[Text]:
    expected = _VALUES.get(kind)
    for value in condition.values if expected is not None else ():
        text = value.literal
        if text is not None and "${" not in text and expected is not None and not _reads(text, kind, expected):
            yield value


def _reads(text: str, kind: str, expected: re.Pattern[str]) -> bool:
    if kind != "IP address" or not expected.fullmatch(text):
        return bool(expected.fullmatch(text))
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True
