"""Rows and principals in a reader's words, plain text without markup."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.access_diff.delta import ConditionView, Row
from bot.evaluated.address import block_type
from bot.frozen import dataclass
from bot.iam.arn import Arn, service_of
from bot.iam.catalog import load_catalog
from bot.iam.policy_subject import (
    Group,
    Organization,
    PermissionSet,
    PolicySubject,
    Resource,
    Role,
    RoleTrust,
    UnattachedPolicy,
    UnreadModule,
    User,
)
from bot.late_pattern import late_pattern
from bot.review.prose import counted
from bot.risk.exposure import people
from bot.risk.made_elsewhere import is_call, role_of_output
from bot.risk.wording.symbol_words import LONGEST_NAME, SYMBOL, shortened

_KIND_WORDS: Mapping[type, str] = {
    Role: "role",
    RoleTrust: "role",
    UnreadModule: "role",
    User: "user",
    Group: "group",
    PermissionSet: "permission set",
    UnattachedPolicy: "policy",
    Organization: "organisation policy",
}

_GROUPS: Mapping[str, str] = {
    "aws_chatbot_slack_channel_configuration": "Slack channel",
    "aws_chatbot_teams_channel_configuration": "Teams channel",
    "aws_iot_thing_group": "thing group",
    "aws_rolesanywhere_profile": "Roles Anywhere profile",
    "aws_transfer_access": "Transfer directory group",
    "aws_transfer_user": "Transfer user",
}
"""What those are by their block's type who get something together, and are no group of IAM."""

SHOWN = 3
"""How many of a list are named before "and N more"."""

LONGEST = 110
"""Longer words are cut in titles; the finding holds them whole."""

SHORT = 56
_MUCH = 20
LONGEST_TITLE = 160
"""A title that is longer names fewer of each list."""

LONGEST_SECOND = 90
"""So much longer it may be where it names the second of what is gained, too."""

MOST_TITLE = 400
"""And one that names but one of each is cut from here on."""


def few(items: Sequence[str], shown: int = SHOWN) -> str:
    """Some items and how many more: "a, b, c and 4 more"; `shown` 0 names one by its ends."""
    brief = cut if shown else _briefly
    different = list(dict.fromkeys(map(brief, items)))[: max(shown, 1)]
    rest = len(items) - len(different)
    named = ", ".join(different)
    return f"{named} and {rest} more" if rest > 0 else named


def few_people(names: Sequence[str], shown: int = SHOWN) -> str:
    """Who they are, as a sentence begins with it: "a and b" of two, else as any list."""
    return " and ".join(map(cut, names)) if len(names) == 2 <= shown else few(names, shown)


def _briefly(item: str) -> str:
    """What a short title has room for; of a long ARN which resource it is, the news of it: "...:secret:prod-*"."""
    arn = Arn.parse(item) if len(item) > SHORT else None
    return cut(f"...:{arn.resource}" if arn else item, SHORT)


def in_variants(names: Sequence[str], shown: int = SHOWN) -> str:
    """ ", in openscapes, nasa-veda and 17 more"; "" without names. One more is named."""
    return f", {variants_in_words(names, shown)}" if names else ""


def variants_in_words(names: Sequence[str], shown: int = SHOWN) -> str:
    """ "in openscapes, nasa-veda and 17 more" of at least one name. One more is named."""
    if len(names) <= max(shown, 2):
        return f"in {' and '.join(filter(None, (', '.join(names[:-1]), names[-1])))}"
    return f"in {few(names, max(min(shown, 2), 1))}"


def clipped(text: str, longest: int) -> str:
    """The text, ended where it is longer than `longest`: at a word, unless that would leave out much."""
    if len(text) <= longest:
        return text
    begun = text[: longest - 3]
    whole = begun.rpartition(" ")[0]
    kept = whole if len(whole) > longest - _MUCH else begun
    return f"{_DANGLING.sub('', kept).rstrip(': ')}..."


_DANGLING = late_pattern(
    r"(?:[,;]|,? (?:and|and \d+|no|on|for|if|in|with|which|which can|can now|it can|under|under \d+))+\Z"
)
"""What says nothing without the words that are left out after it."""


def cut(text: str, longest: int = LONGEST) -> str:
    """The text with long unknowns by their ends, and its middle left out where it is still long."""
    text = " ".join(text.split()) if "\n" in text else text
    name = min(LONGEST_NAME, longest * 2 // 3)
    if len(brief := shortened(text, name)) > longest:
        brief = shortened(_without_own_place(text), name)
    text = brief
    if len(text) <= longest:
        return text
    end = min(37, longest // 2)
    until, since = longest - end - 3, len(text) - end
    for unknown in SYMBOL.finditer(text):
        if unknown.start() < until < unknown.end():
            until = unknown.start()
        if unknown.start() < since < unknown.end() <= len(text) - _TOLD:
            since = unknown.end()
    return f"{text[:until]}...{text[since:]}"


_TOLD = 8
"""So many characters behind an unknown say something without it."""


def _without_own_place(text: str) -> str:
    """An ARN without the region and account where these are those of whoever applies it: they tell nothing apart."""
    arn = Arn.parse(text)
    if arn is None:
        return text
    region = "" if "aws_region" in arn.region else arn.region
    account = "" if "aws_caller_identity" in arn.account else arn.account
    if (region, account) == (arn.region, arn.account):
        return text
    place = ":".join(filter(None, (region, "...", account)))
    return f"arn:{arn.partition}:{arn.service}:{place}:{arn.resource}"


def holder_words(holder: PolicySubject) -> str:
    """The holder as a reader calls it: "role ci", "aws_s3_bucket.logs"."""
    kind = _KIND_WORDS.get(type(holder), "")
    if isinstance(holder, Group):
        kind = _GROUPS.get(block_type(holder.address), kind)
    return f"{kind} {called(holder)}".strip()


def thing_words(resource: str) -> str:
    """One of IAM's things as a reader calls it ("role ci"), by its ARN or block; any other as it is written."""
    arn = Arn.parse(resource)
    if arn is not None and arn.is_named(*_BOUNDED):
        return f"{arn.kind} {cut(arn.name)}"
    return cut(resource, SHORT)


def bounded_words(resource: str) -> str:
    """Whom a permissions boundary holds where somebody changes one of IAM's things; "" if it is none of these."""
    arn = Arn.parse(resource)
    block = resource.removeprefix("${").partition(".")[0].removeprefix("aws_iam_")
    kind = arn.kind if arn is not None and arn.is_named(*_BOUNDED) else block
    return f"{_BOUNDED[kind]}{thing_words(resource)}" if kind in _BOUNDED else ""


_BOUNDED: Mapping[str, str] = {"role": "", "user": "", "group": "the users of ", "policy": "whoever has "}


def called(holder: PolicySubject) -> str:
    """The holder's name as a title has room for; "of module.app" for the one role that a module makes."""
    name = holder_name(holder)
    if isinstance(holder, Role | RoleTrust | UnreadModule):
        name = role_called(name)
    return _briefly(name) if Arn.parse(name) else cut(name)


def role_called(name: str) -> str:
    """How a role is called where it is known by a module's address, or by what another place hands on, alone."""
    return f"of {name}" if is_call(name) else role_of_output(name) or name


def holder_name(holder: PolicySubject) -> str:
    """The AWS name where it is written, else the address."""
    if holder.called:
        return holder.called
    known = holder.name and "${" not in holder.name and not isinstance(holder, Resource)
    return holder.name.rpartition("/")[2] if known else holder.address


def row_words(row: Row, shown: int = SHOWN, with_people: bool = False) -> str:
    """A row in one line: "s3:GetObject on arn:aws:s3:::b/* for account 1 if aws:SourceIp is 10.0.0.0/8"."""
    who = f" for {few(people(row.principals), shown)}" if row.principals and with_people else ""
    where = f" on {where_words(row, shown)}" if row.resources != ("*",) or not row.principals else ""
    return f"{what_words(row, shown)}{where}{who}{condition_words(row.conditions, shown)}"


def what_words(row: Row, shown: int = SHOWN) -> str:
    """The actions of a row."""
    return few(row.actions, shown) + _except(row.except_actions, shown)


def where_words(row: Row, shown: int = SHOWN) -> str:
    """The resources of a row."""
    return few([one or "an empty Resource" for one in row.resources], shown) + _except(row.except_resources, shown)


def condition_words(
    conditions: Sequence[ConditionView], shown: int = SHOWN, words: tuple[str, str] = ("if", "under")
) -> str:
    """ " if key is value and ..."; empty without conditions. `shown` 0 names one if it is short.

    `words` are what stands before the first of them, and before their number where none is named.
    """
    if not conditions:
        return ""
    if not shown:
        first = _condition(conditions[0], 1)
        told = [f" {words[0]} {first}"] if len(first) <= SHORT else []
    else:
        told = [f" {words[0]} {' and '.join(_condition(one, shown) for one in conditions[:shown])}"]
    rest = len(conditions) - len(told) * max(shown, 1)
    if not told:
        return f" {words[1]} {counted(rest, 'condition')}"
    return told[0] + (f" and {counted(rest, 'more condition')}" if rest > 0 else "")


def _condition(condition: ConditionView, shown: int) -> str:
    if is_null(condition):
        return null_words(condition)
    values = tuple(f"{one} (by default)" if one in condition.by_default else one for one in condition.values)
    return words_of(condition).said(few(values, min(shown, 2)))


def _except(items: Sequence[str], shown: int) -> str:
    return f" except {few(items, shown)}" if items else ""


def service_words(action: str) -> str:
    """The service's name for people: "s3:*" is "Amazon S3"."""
    prefix = service_of(action)
    service = load_catalog().service(prefix)
    return service.title if service else prefix


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
