"""Condition elements as tests of one key's value, and whether a set of tests can be met together."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from functools import lru_cache

from bot.evaluated.document import Symbol, Text
from bot.frozen import dataclass
from bot.iam.interval import is_unusual
from bot.iam.pattern import arn_pattern, caseless
from bot.iam.statement import Condition
from bot.iam.vocabulary import Vocabulary
from bot.late_pattern import late_pattern


class Family(StrEnum):
    """What the values of a test are and how they compare."""

    STRING = "string"
    NUMBER = "number"
    DATE = "date"
    ADDRESS = "address"
    BOOL = "bool"
    PRESENCE = "presence"
    OPAQUE = "opaque"


@dataclass(frozen=True, slots=True)
class Test:
    """A yes-or-no question about a condition key (lower case).

    On a missing key the answer is `missing`. On a present one: if `every`, whether all its values
    are in the set, else whether at least one is. The set is that of `values`, or with `inverted`
    everything else. Values of STRING are patterns, of NUMBER, DATE and ADDRESS `<relation><value>` (an address
    that only Terraform knows is one apart from all others), of OPAQUE what identifies the condition.
    """

    key: str
    family: Family
    values: tuple[str, ...]
    missing: bool
    every: bool = False
    inverted: bool = False

    def negation(self) -> Test:
        """The test that succeeds exactly when this one fails."""
        return replace(self, missing=not self.missing, every=not self.every, inverted=not self.inverted)


def present(key: str) -> Test:
    """The key is there, whatever its value."""
    return Test(key, Family.PRESENCE, (), missing=False, every=True, inverted=True)


def absent(key: str) -> Test:
    """The key is missing."""
    return present(key).negation()


def always(key: str) -> Test:
    """A test that no request fails."""
    return Test(key, Family.PRESENCE, (), missing=True, every=True, inverted=True)


@dataclass(frozen=True, slots=True)
class Operator:
    """A condition operator taken apart; `relation` is put before the values of ordered families."""

    family: Family
    relation: str = ""
    inverted: bool = False
    globs: bool = False
    caseless: bool = False
    arn: bool = False
    quantifier: str = ""
    if_exists: bool = False


_BASE = {
    "stringequals": Operator(Family.STRING),
    "stringnotequals": Operator(Family.STRING, inverted=True),
    "stringequalsignorecase": Operator(Family.STRING, caseless=True),
    "stringnotequalsignorecase": Operator(Family.STRING, caseless=True, inverted=True),
    "stringlike": Operator(Family.STRING, globs=True),
    "stringnotlike": Operator(Family.STRING, globs=True, inverted=True),
    "binaryequals": Operator(Family.STRING),
    "arnequals": Operator(Family.STRING, globs=True, arn=True),
    "arnlike": Operator(Family.STRING, globs=True, arn=True),
    "arnnotequals": Operator(Family.STRING, globs=True, arn=True, inverted=True),
    "arnnotlike": Operator(Family.STRING, globs=True, arn=True, inverted=True),
    "numericequals": Operator(Family.NUMBER, "="),
    "numericnotequals": Operator(Family.NUMBER, "=", inverted=True),
    "numericlessthan": Operator(Family.NUMBER, "<"),
    "numericlessthanequals": Operator(Family.NUMBER, "["),
    "numericgreaterthan": Operator(Family.NUMBER, ">"),
    "numericgreaterthanequals": Operator(Family.NUMBER, "]"),
    "dateequals": Operator(Family.DATE, "="),
    "datenotequals": Operator(Family.DATE, "=", inverted=True),
    "datelessthan": Operator(Family.DATE, "<"),
    "datelessthanequals": Operator(Family.DATE, "["),
    "dategreaterthan": Operator(Family.DATE, ">"),
    "dategreaterthanequals": Operator(Family.DATE, "]"),
    "bool": Operator(Family.BOOL),
    "ipaddress": Operator(Family.ADDRESS, "="),
    "notipaddress": Operator(Family.ADDRESS, "=", inverted=True),
    "null": Operator(Family.PRESENCE),
}

_SPELLED = late_pattern(r"(?:(forallvalues|foranyvalue):)?([a-z]+?)(ifexists)?")


@lru_cache(maxsize=1024)
def read_operator(written: str) -> Operator | None:
    """Take an operator apart; None if IAM has none of that name."""
    match = _SPELLED.fullmatch(written.lower())
    base = _BASE.get(match[2]) if match else None
    if match is None or base is None:
        return None
    if base.family is Family.PRESENCE and (match[1] or match[3]):
        return None
    return replace(base, quantifier=match[1] or "", if_exists=bool(match[3]))


ONE_VALUED_CLAIMS = (":aud", ":sub", ":iss")
"""Ends of the keys of a token's claims that have one value.

IAM User Guide, "Available keys for AWS OIDC federation" and "... for SAML-based": of a token's own claims only `amr` is
a list; an audience that is one is taken from `azp`.
"""


def is_of_own_issuer(test: Test) -> bool:
    """Whether it only asks a token for the provider that issues it (`URL:iss`), where it says: any token passes.

    IAM User Guide, "Create an OpenID Connect (OIDC) identity provider": the provider's URL has to be the `iss` of its
    tokens.
    """
    provider = test.key.removesuffix(_ISSUER)
    asks = test.family is Family.STRING and test.missing and not test.inverted
    return provider != test.key and asks and any(value in (f"https://{provider}", "*") for value in test.values)


_ISSUER = ":iss"


MAX_VALUES = 2000
"""More values than this make a condition opaque: equal to itself, else unknown."""


def read_condition(condition: Condition, vocabulary: Vocabulary, variables: bool, missing: frozenset[str]) -> Test:
    """The test a condition makes; `missing` are the keys whose policy variables have no value.

    An operator or value that cannot be read makes an opaque test: equal to itself, else unknown.
    """
    key = condition.key.lower()
    operator = read_operator(condition.operator)
    if operator is None:
        return _opaque(condition)
    if operator.family is Family.PRESENCE:
        return _null_test(key, condition)
    values = _values(condition.values, operator, vocabulary, variables, missing)
    if values is None or len(values) > MAX_VALUES:
        for part in (part for value in condition.values for part in value.parts if isinstance(part, Symbol)):
            vocabulary.unknown(part.name)
        return _opaque(condition)
    return _test(key, operator, values)


def _test(key: str, operator: Operator, values: tuple[str, ...]) -> Test:
    quantifier = operator.quantifier
    every = quantifier == "forallvalues" or (quantifier == "" and operator.inverted)
    on_missing = operator.if_exists or every
    return Test(key, operator.family, values, on_missing, every=every, inverted=operator.inverted)


def _null_test(key: str, condition: Condition) -> Test:
    wanted = {(value.literal or "").lower() for value in condition.values}
    if not wanted or not wanted <= {"true", "false"}:
        return _opaque(condition)
    if len(wanted) == 2:
        return always(key)
    return absent(key) if wanted == {"true"} else present(key)


def _opaque(condition: Condition) -> Test:
    text = f"{condition.operator} {condition.key} {[str(value) for value in condition.values]}"
    return Test(condition.key.lower(), Family.OPAQUE, (text,), missing=False)


_ORDERED = (Family.NUMBER, Family.DATE)


def _values(
    texts: tuple[Text, ...], operator: Operator, vocabulary: Vocabulary, variables: bool, missing: frozenset[str]
) -> tuple[str, ...] | None:
    if operator.family is Family.STRING:
        found = (vocabulary.pattern(text, variables=variables, globs=operator.globs, absent=missing) for text in texts)
        return tuple(sorted({_string_value(value, operator) for value in found if value is not None}))
    values = set()
    for text in texts:
        literal = text.literal
        if literal is None and operator.family is Family.ADDRESS:
            values.add(f"{operator.relation}{vocabulary.pattern(text, variables=False, globs=False)}")
            continue
        if literal is None or "${" in literal or (operator.family in _ORDERED and is_unusual(literal)):
            return None
        values.add(operator.relation + literal.strip().lower())
    return tuple(sorted(values))


def _string_value(pattern: str, operator: Operator) -> str:
    if operator.caseless:
        return caseless(pattern)
    return arn_pattern(pattern) if operator.arn else pattern
