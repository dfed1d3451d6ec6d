"""ARNs, ARN patterns, actions and principals taken apart at their colons: nowhere else is their text split.

IAM User Guide, "IAM identifiers": `arn:partition:service:region:account:resource`; only the resource may hold
more colons. Text comes in two spellings. *Printed* text, as policies have it and rows show it, has `${...}` for
policy variables and Terraform unknowns; colons inside of these separate nothing. A *pattern* of the algebra
(`bot.iam.pattern`) has one character for each of them, so that every colon separates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TypeVar

from bot.frozen import dataclass
from bot.late_pattern import late_pattern

PartT = TypeVar("PartT")

PRINCIPAL_TYPES = ("AWS", "Service", "Federated", "CanonicalUser")

_HOLE = late_pattern(r"\$\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}")
_HIDDEN = "\x00"
_ACCOUNT = late_pattern(r"\d{12}")


@dataclass(frozen=True, slots=True)
class Arn:
    """An ARN or a pattern of ARNs with all of its parts written; each may hold wildcards and unknowns."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @staticmethod
    def parse(text: str) -> Arn | None:
        """Read printed text; None if it is no ARN, or if not all six parts are there (`arn:aws:s3*`)."""
        return _parsed(text)

    @staticmethod
    def of_pattern(pattern: str) -> Arn | None:
        """Read a pattern of the algebra; None as for printed text."""
        parts = segments(pattern)
        return Arn(*parts[1:]) if len(parts) == 6 and parts[0] == "arn" else None

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"

    @property
    def kind(self) -> str:
        """What the resource part begins with, up to its first slash: `role` of `role/path/name`."""
        return self.resource.partition("/")[0]

    @property
    def name(self) -> str:
        """What follows the last slash of the resource part, all of it if there is none."""
        return self.resource.rpartition("/")[2]

    @property
    def path_and_name(self) -> str:
        """What follows the kind: a pattern takes in what is below a path by `*` alone."""
        return self.resource.partition("/")[2]

    @property
    def is_global_iam(self) -> bool:
        """Whether it is IAM's, which has no regions."""
        return self.service == "iam" and not self.region

    @property
    def is_root(self) -> bool:
        """Whether it stands for an account as a whole."""
        return self.is_global_iam and bool(self.account) and self.resource == "root"

    def covers(self, other: Arn) -> bool:
        """Whether it takes in what `other` is, of which a partition, region or account may be left open as `*`."""
        mine = (self.partition, self.region, self.account, self.service, self.resource)
        theirs = (other.partition, other.region, other.account, other.service, other.resource)
        return all(
            (place < _MAY_BE_OPEN and text == "*") or _glob(pattern).fullmatch(text) is not None
            for place, (pattern, text) in enumerate(zip(mine, theirs, strict=True))
        )

    def is_named(self, *kinds: str) -> bool:
        """Whether it is that of one of IAM's roles, users or what `kinds` says, with whatever path."""
        return self.is_global_iam and self.kind in kinds and self.resource != self.name != ""

    @property
    def session_of(self) -> str:
        """The name of the role that a session is of (`assumed-role/name/session`), "" if it is no session's."""
        parts = self.resource.split("/", 2)
        session = self.service == "sts" and not self.region and parts[0] == "assumed-role" and len(parts) == 3
        return parts[1] if session and parts[2] else ""

    @property
    def sessions(self) -> str:
        """The pattern of the sessions of the role that it is; their ARN leaves out the role's path."""
        return f"arn:{self.partition}:sts::{self.account}:assumed-role/{self.name}/*"


_MAY_BE_OPEN = 3
"""So many of the parts that are compared may be left open."""


@lru_cache(maxsize=4096)
def _glob(pattern: str) -> re.Pattern[str]:
    translated = ({"*": ".*", "?": "."}.get(char) or re.escape(char) for char in pattern)
    return re.compile("".join(translated), re.DOTALL)


@lru_cache(maxsize=8192)
def _parsed(text: str) -> Arn | None:
    parts = printed_segments(text)
    return Arn(*parts[1:]) if len(parts) == 6 and parts[0] == "arn" else None


def segments(pattern: str) -> list[str]:
    """The up to six parts of a pattern of the algebra; the last one may hold more colons."""
    return pattern.split(":", 5)


def printed_segments(text: str) -> list[str]:
    """The up to six parts of printed text; the last one may hold more colons."""
    if "${" not in text:
        return segments(text)
    hidden = _HOLE.sub(lambda hole: hole[0].replace(":", _HIDDEN), text)
    return [part.replace(_HIDDEN, ":") for part in segments(hidden)]


def is_arn(text: str) -> bool:
    """Whether text says that it is an ARN, however much of it is written."""
    return text.startswith("arn:")


def has_wildcard(text: str) -> bool:
    """Whether printed text is a pattern; what stands inside of `${...}` is none."""
    return not _WILDCARDS.isdisjoint(_HOLE.sub("", text))


_WILDCARDS = frozenset("*?")


def is_everything(pattern: str) -> bool:
    """Whether a pattern of actions, resources, principals or values is all there is: `*`, `*:*`, `arn:aws:*`.

    The partition is no limit, as an account is in one partition only.
    """
    if not pattern.endswith("*"):  # asked of every action of every row, hardly one of which is
        return False
    parts = pattern.split(":")
    if parts[0] == "arn" and len(parts) > 1:
        parts = parts[2:] or parts[1:]
    return all(part and not part.strip("*") for part in parts)


def matches_star(resource: str) -> bool:
    """Whether a Resource matches the string `*` itself, which is what actions need that act on no named resource."""
    return not resource.strip("*")


def without_version(name: str) -> str:
    """The name of a thing without the version or label that is asked for by it ("parameter:3", "parameter:latest")."""
    return name.partition(":")[0]


def name_after(text: str, begins: str) -> str | None:
    """What stands behind the beginning of a resource part (`role/`, `function:`), None if it is of no such thing.

    Not all of the parts before it need to be written: `arn:*:role/x` is of a role too.
    """
    _, found, name = text.partition(f":{begins}")
    return name if found else None


def first_name(resource: str) -> str:
    """The text of a resource part up to its first separator."""
    return _SEPARATOR.split(resource, maxsplit=1)[0]


_SEPARATOR = late_pattern("[:/]")


def account_of(principal: str) -> str:
    """The account that a principal is of, "" if it is not written: an account's number, or an ARN of IAM or STS."""
    if _ACCOUNT.fullmatch(principal):
        return principal
    named = _written_account(principal)
    return named if _ACCOUNT.fullmatch(named) else ""


def _written_account(principal: str) -> str:
    """What an ARN of IAM or STS has in the account's place, "" for anything else."""
    parts = printed_segments(principal)
    of_account = len(parts) > 4 and parts[0] == "arn" and parts[2] in ("iam", "sts", "*") and not parts[3]
    return parts[4] if of_account else ""


def account_named(principal: str) -> str:
    """The account that a principal is of, by its number or by the one expression that it is printed as.

    "" if it is not said: an expression alone may be a whole ARN, unless it is called an account.
    """
    if number := account_of(principal):
        return number
    called = principal if _CALLED_ACCOUNT.search(principal) else ""
    named = _written_account(principal) or called
    return named if _HOLE.fullmatch(named) else ""


_KEYS = r"(\[[^\]]*\])*"
_CALLED_ACCOUNT = late_pattern(
    rf"(account(_?(id|number))?s?{_KEYS}|accounts{_KEYS}(\.[\w-]+{_KEYS})?\.id|aws_organizations_account\.[\w-]+{_KEYS}\.id)\}}$"
)


def whole_account(principal: str) -> str:
    """The account that a principal stands for as a whole, "" if it does not: its number, or its root's ARN."""
    if principal.isdigit():
        return principal
    parts = printed_segments(principal)
    of_iam = len(parts) > 4 and parts[0] == "arn" and parts[2] in ("iam", "*") and not parts[3]
    account, *rest = parts[4:] if of_iam else parts
    return account if rest in (["root"], ["*"]) or (of_iam and not rest) else ""


def service_of(action: str) -> str:
    """What stands before the colon of an action or condition key; all of it if there is none."""
    return action.partition(":")[0]


def split_action(action: str) -> tuple[str, str] | None:
    """Service and name of an action (`s3`, `GetObject`) or of a pattern of actions; None without a colon."""
    service, colon, name = action.partition(":")
    return (service, name) if colon else None


def split_principal(principal: str) -> tuple[str, str]:
    """Type and identifier of a principal written `<type>:<identifier>`; no identifier without a colon."""
    kind, _, identifier = principal.partition(":")
    return kind, identifier


def identifier_of(principal: str) -> str:
    """A principal without its type, if one is written before it."""
    kind, identifier = split_principal(principal)
    return identifier if kind in PRINCIPAL_TYPES and len(kind) < len(principal) else principal


def names_somebody(text: str) -> bool:
    """Whether a text has the ARN of something that people or accounts are, or an account's number, anywhere in it.

    The number in another thing's ARN says where that is, and is nobody's, nor are twelve digits of a file's digest.
    """
    return _MD5.fullmatch(text) is None and _SOMEBODY.search(_THING.sub("", text)) is not None


_MD5 = late_pattern(r"[0-9a-f]{32}")
_THING = late_pattern(r"arn:aws[\w-]*:(?!iam:|sts:|organizations:|sso:|identitystore:)[\w-]*:[\w-]*:\d{12}(?!\d)")
_SOMEBODY = late_pattern(r"arn:aws[\w-]*:(?:iam|sts|organizations|sso|identitystore):|(?<!\d)\d{12}(?!\d)")


def accounts_of_iam(text: str) -> frozenset[str]:
    """The numbers of the accounts in which what the ARNs of IAM and STS in a text name is."""
    return frozenset(_OF_IAM.findall(text))


_OF_IAM = late_pattern(r":(?:iam|sts)::(\d{12}):")


def tag_in(key: str) -> str:
    """The tag that a condition key asks for ("aws:ResourceTag/Team"), in the key's letters; "" if it asks for none."""
    found = _TAG.fullmatch(key)
    return found[1] if found else ""


_TAG = late_pattern(r"[a-z0-9-]+:(?:resourcetag|principaltag|requesttag|existingobjecttag)/(.+)", re.IGNORECASE)


def keys_of_variables(text: str) -> list[str]:
    """The condition keys that stand in a text as policy variables, as `${aws:PrincipalTag/team}`; no defaults."""
    return _VARIABLE.findall(text) if "${" in text else []


_VARIABLE = late_pattern(r"\$\{([\w-]+:[^,${}]+)")


def pieces(parts: Iterable[str | PartT]) -> Iterator[tuple[str | PartT, ...]]:
    """What stands between the colons of a text that is given in parts; what is no text in it stays whole."""
    piece: list[str | PartT] = []
    for part in parts:
        first, *others = part.split(":") if isinstance(part, str) else (part,)
        piece += [first] if first != "" else []
        for other in others:
            yield tuple(piece)
            piece = [other] if other != "" else []
    yield tuple(piece)


def role_at(text: str) -> int | None:
    """Where a piece of a role's ARN goes over from the account to the role; None if it does not."""
    at = text.find(":role/")
    return None if at < 0 else at


def around_no_account(written: str) -> tuple[str, str] | None:
    """What stands before and behind the account of an ARN of IAM that has none; None of any other text."""
    before, empty, after = written.partition(_NO_ACCOUNT)
    return (f"{before}{_NO_ACCOUNT[:-1]}", f":{after}") if empty else None


_NO_ACCOUNT = ":iam:::"
