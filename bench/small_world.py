"""A second, naive reading of IAM over a world small enough to try every request, sharing no code with the engine.

A policy is JSON as in a file. A request is one of `PRINCIPALS` x `ACTIONS` x contexts of a few keys; the contexts in
which something is allowed are the bits of one integer, so that a pair of policies is compared on thousands of requests
in a few milliseconds.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

Json = dict[str, Any]
Context = Mapping[str, tuple[str, ...]]
Allowed = dict[tuple[str, str, str], int]
"""For each principal, action and resource the contexts (bits) in which it is allowed."""

ROLE, USER = "arn:aws:iam::111122223333:role/r", "arn:aws:iam::111122223333:user/u"
FOREIGN = "arn:aws:iam::444455556666:role/p/x"
PRINCIPALS = {ROLE: "AWS", USER: "AWS", FOREIGN: "AWS", "sns.amazonaws.com": "Service"}

OBJECTS = tuple(
    f"arn:aws:s3:::{name}" for name in ("b/x", "b/y/x", "b/ab", "bb/x", "home/alice/x", "home/bob/x", "b/*")
)
BUCKETS = ("arn:aws:s3:::b", "arn:aws:s3:::bb", "arn:aws:s3:::home")
QUEUES = tuple(f"arn:aws:sqs:{rest}" for rest in ("eu-west-1:111122223333:q", "us-east-1:111122223333:qq"))
ACTIONS: dict[str, tuple[str, ...]] = {
    "s3:GetObject": OBJECTS,
    "s3:PutObject": OBJECTS,
    "s3:GetZebra": (*OBJECTS, *BUCKETS),
    "s3:ListBucket": BUCKETS,
    "sqs:SendMessage": QUEUES,
    "ec2:DescribeInstances": ("*",),
}

VALUES: dict[str, tuple[tuple[str, ...], ...]] = {
    "aws:principaltag/t": ((), ("a",), ("b",), ("A",), ("ab",), ("a*",)),
    "aws:username": ((), ("alice",), ("bob",)),
    "aws:securetransport": ((), ("true",), ("false",)),
    "aws:sourceip": ((), ("10.1.2.3",), ("10.9.9.9",), ("11.0.0.1",), ("2001:db8::1",)),
    "s3:max-keys": ((), ("4",), ("5",), ("5.0",), ("5.5",), ("6",)),
    "aws:currenttime": ((), ("2025-12-31T23:59:59Z",), ("2026-01-01T00:00:00Z",), ("2026-06-01T00:00:00Z",)),
    "aws:tagkeys": ((), ("a",), ("b",), ("A",), ("a", "b"), ("b", "c"), ("c",)),
    "aws:sourcearn": ((), ("arn:aws:sns:eu-west-1:1:t",), ("arn:aws:sns:eu-west-1:2:tt",), ("arn:aws:sqs:x:1:t:u",)),
}
"""What each key may hold; nothing: the key is missing."""

NOTHING = "\0"
"""In a text: a variable without a value. AWS says that the statement "might" be invalid then."""

_VARIABLE = re.compile(r"\$\{([^},]+?)(?:,\s*'([^']*)')?\}")


@lru_cache(maxsize=100_000)
def like(pattern: str, text: str) -> bool:
    """Whether a pattern, in which a backslash takes a wildcard's meaning away, matches."""
    written = re.sub(
        r"\\?.",
        lambda m: {"*": ".*", "?": "."}.get(m[0]) or re.escape(m[0].removeprefix("\\")),
        pattern,
        flags=re.DOTALL,
    )
    return re.fullmatch(written, text, re.DOTALL) is not None


def filled(text: str, context: Context, version: str) -> str:
    """The text with the values of its variables, in which wildcards mean nothing; NOTHING where one has none."""

    def value(match: re.Match[str]) -> str:
        name, default = match[1].strip(), match[2]
        found = (name,) if name in ("*", "?", "$") else context.get(name.lower(), ())
        if not found and default is None:
            return NOTHING
        return re.sub(r"([*?])", r"\\\1", found[0] if found else default)

    return _VARIABLE.sub(value, text) if version == "2012-10-17" else text


def listed(value: Any) -> list[Any]:
    """A list's items; anything else is a list of one."""
    return list(value) if isinstance(value, list) else [value]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _time(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def _in_block(block: str, address: str) -> bool:
    net, one = ipaddress.ip_network(block), ipaddress.ip_address(address)
    return net.version == one.version and one in net


def _segments(pattern: str, arn: str) -> bool:
    return all(like(a, b) for a, b in zip(pattern.split(":", 5), arn.split(":", 5), strict=True))


def _plain(text: str) -> str:
    return text.replace("\\", "")


def _ordered(read: Callable[[str], float | None], sign: str) -> Callable[[str, str], bool]:
    def test(limit: str, given: str) -> bool:
        a, b = read(given), read(limit)
        order = a is not None and b is not None and (a > b) - (a < b)
        return order is not False and sign[int(order) + 1] == "y"

    return test


_SIGNS = {"Equals": "nyn", "LessThan": "ynn", "LessThanEquals": "yyn", "GreaterThan": "nny", "GreaterThanEquals": "nyy"}
TESTS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda wanted, given: _plain(wanted) == given,
    "StringEqualsIgnoreCase": lambda wanted, given: _plain(wanted).lower() == given.lower(),
    "StringLike": like,
    "ArnEquals": _segments,
    "ArnLike": _segments,
    "Bool": lambda wanted, given: wanted.lower() == given.lower(),
    "IpAddress": _in_block,
    **{f"Numeric{name}": _ordered(_number, sign) for name, sign in _SIGNS.items()},
    **{f"Date{name}": _ordered(_time, sign) for name, sign in _SIGNS.items()},
}
NEGATED = {
    **{name.replace("String", "StringNot"): name for name in TESTS if name.startswith("String")},
    **{name.replace("Arn", "ArnNot"): name for name in TESTS if name.startswith("Arn")},
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
}


def holds(operator: str, wanted: Sequence[str], given: tuple[str, ...]) -> bool:
    """Whether one operator holds of the values a key has, by the tables of the IAM User Guide."""
    quantifier, _, name = operator.rpartition(":")
    if name == "Null":
        return ("false" if given else "true") in wanted
    optional, name = name.endswith("IfExists"), name.removesuffix("IfExists")
    negated, test = name in NEGATED, TESTS[NEGATED.get(name, name)]
    if not given:
        return optional or quantifier == "ForAllValues" or (negated and not quantifier)
    found = [any(test(one, value) for one in wanted) is not negated for value in given]
    every = quantifier == "ForAllValues" or (negated and not quantifier)
    return all(found) if every else any(found)


def _passes(statement: Json, context: Context, version: str, *, strict: bool) -> bool:
    """Whether all conditions hold; with `strict` none does that has a variable without a value."""
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            wanted = [str(value).lower() if isinstance(value, bool) else str(value) for value in listed(values)]
            text = "String" in operator or "Arn" in operator
            wanted = [filled(value, context, version) for value in wanted] if text else wanted
            if strict and any(NOTHING in value for value in wanted):
                return False
            if not holds(operator, [one for one in wanted if NOTHING not in one], context.get(key.lower(), ())):
                return False
    return True


def _covers(statement: Json, resource: str, context: Context, version: str, *, strict: bool) -> bool:
    """The same of the Resource element."""
    written = listed(statement.get("NotResource", statement.get("Resource", "*")))
    patterns = [filled(one, context, version) for one in written]
    if strict and any(NOTHING in pattern for pattern in patterns):
        return False
    named = any(like(pattern, resource) for pattern in patterns if NOTHING not in pattern)
    return named is ("NotResource" not in statement)


def _named(statement: Json, principal: str) -> bool:
    element = statement.get("Principal", statement.get("NotPrincipal"))
    if element is None:
        return True
    entries = (
        [("AWS", "*")] if element == "*" else [(kind, one) for kind, some in element.items() for one in listed(some)]
    )
    kind = PRINCIPALS[principal]
    account = principal.split(":")[4] if kind == "AWS" else None
    named = (kind, principal) in entries or ("AWS", "*") in entries
    named |= ("AWS", account) in entries or ("AWS", f"arn:aws:iam::{account}:root") in entries
    return named is ("Principal" in statement)


def _bits(answers: Iterable[bool]) -> int:
    """The answers as one integer, a bit for each context."""
    return sum(answer << bit for bit, answer in enumerate(answers))


def matching(
    policy: Json, contexts: Sequence[Context], callers: Sequence[str], *, strict: bool
) -> list[tuple[Json, Allowed]]:
    """For each statement where it matches."""
    version, found = policy.get("Version", "2008-10-17"), []
    for statement in listed(policy["Statement"]):
        passing = _bits(_passes(statement, context, version, strict=strict) for context in contexts)
        where: Allowed = {}
        for resource in {arn for some in ACTIONS.values() for arn in some}:
            moving = contexts if "${" in str(statement.get("Resource", statement.get("NotResource"))) else contexts[:1]
            bits = _bits(_covers(statement, resource, context, version, strict=strict) for context in moving)
            bits = bits if moving is contexts else -bits
            for action, arns in ACTIONS.items():
                words = listed(statement.get("Action", statement.get("NotAction")))
                acts = any(like(word.lower(), action.lower()) for word in words) is ("Action" in statement)
                for caller in callers if resource in arns and acts and bits & passing else ():
                    if _named(statement, caller):
                        where[caller, action, resource] = bits & passing
        found.append((statement, where))
    return found


def allowed(policies: Sequence[Json], contexts: Sequence[Context], callers: Sequence[str], *, strict: bool) -> Allowed:
    """What a policy allows within all limits that follow it.

    `strict` is the second of the two readings of a variable without a value: it makes the whole statement void.
    """
    result: Allowed | None = None
    for policy in policies:
        mine: Allowed = {}
        statements = matching(policy, contexts, callers, strict=strict)
        for effect in ("Allow", "Deny"):
            for _, where in (one for one in statements if one[0]["Effect"] == effect):
                for place, bits in where.items():
                    mine[place] = mine.get(place, 0) | bits if effect == "Allow" else mine.get(place, 0) & ~bits
        result = mine if result is None else {place: bits & mine.get(place, 0) for place, bits in result.items()}
    return result or {}
