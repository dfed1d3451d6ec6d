"""Conditions in a reader's words."""

from __future__ import annotations

import re

from bot.access_diff.delta import ConditionView
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

_ALL, _ANY, _IF_EXISTS = "forallvalues:", "foranyvalue:", "ifexists"

OPERATOR_WORDS = {
    "stringequals": "is",
    "stringequalsignorecase": "is",
    "stringlike": "is like",
    "stringnotequals": "is not",
    "stringnotequalsignorecase": "is not",
    "stringnotlike": "is not like",
    "arnequals": "is",
    "arnlike": "is like",
    "arnnotequals": "is not",
    "arnnotlike": "is not like",
    "bool": "is",
    "binaryequals": "is",
    "ipaddress": "is in",
    "notipaddress": "is not in",
    "numericequals": "is",
    "numericnotequals": "is not",
    "numericlessthan": "is less than",
    "numericlessthanequals": "is at most",
    "numericgreaterthan": "is more than",
    "numericgreaterthanequals": "is at least",
    "dateequals": "is",
    "datenotequals": "is not",
    "datelessthan": "is before",
    "datelessthanequals": "is not after",
    "dategreaterthan": "is after",
    "dategreaterthanequals": "is not before",
}
"""Every operator but Null, without what may stand before and behind it (IAM User Guide, "Condition operators")."""

_TOKEN = late_pattern(r"\$\{.*\}.(?P<claim>sub|aud|amr)", re.DOTALL)
"""A claim of a provider that has no name here."""


@dataclass(frozen=True, slots=True)
class ConditionWords:
    """One condition, taken apart: "every value of", "aws:TagKeys", "is", and what holds where the key is missing."""

    which: str
    key: str
    verb: str
    missing: str = ""

    def said(self, values: str) -> str:
        """All of it, with the values."""
        said = (f"{self.which}{self.key}", self.verb, values)
        return f"{' '.join(filter(None, said))}{self.missing}"


def words_of(condition: ConditionView) -> ConditionWords:
    """A condition's words; an operator that IAM does not have stays as it is written."""
    name = condition.operator.lower()
    claim = _TOKEN.fullmatch(condition.key)
    key = f"the token's {claim['claim']}" if claim else condition.key
    plain = name.removeprefix(_ALL).removeprefix(_ANY).removesuffix(_IF_EXISTS)
    which = "every value of " if name.startswith(_ALL) else "a value of " if name.startswith(_ANY) else ""
    missing = " or missing" if name.endswith(_IF_EXISTS) or name.startswith(_ALL) else ""
    return ConditionWords(which, key, OPERATOR_WORDS.get(plain, condition.operator), missing)


def is_null(condition: ConditionView) -> bool:
    """Whether it asks only if the key is there."""
    return condition.operator.lower() == "null"


def null_words(condition: ConditionView) -> str:
    """ "aws:TokenIssueTime is missing"; both, where a list says both."""
    values = {one.lower() for one in condition.values}
    said = "is missing" if values == {"true"} else "is there" if values == {"false"} else "is there or missing"
    return f"{words_of(condition).key} {said}"
