"""Condition keys that who asks decides: `aws:PrincipalArn`, `aws:PrincipalAccount` and `aws:PrincipalType`.

IAM User Guide, "AWS global condition context keys": for a role's session `aws:PrincipalArn` is the role's ARN;
services and unsigned requests have none. `aws:userid` is the id AWS makes up for a user or role, known to no policy.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.iam.arn import Arn, split_principal
from bot.iam.condition import Family, Test
from bot.iam.language import Language, conjoin
from bot.iam.pattern import SEGMENT_STAR, STAR, is_literal

_ANY = SEGMENT_STAR
_IAM_TYPES = {
    "User": ("iam", "user/*"),
    "AssumedRole": ("iam", "role/*"),
    "FederatedUser": ("sts", "federated-user/*"),
    "Account": ("iam", "root"),
}
_NOT_IAM = ("Service:*", "Federated:*", "CanonicalUser:*")
_EVERY_SESSION = f"AWS:arn:{_ANY}:sts::{_ANY}:assumed-role/*"
_TYPE_OF = {
    "user": "User",
    "role": "AssumedRole",
    "assumed-role": "AssumedRole",
    "federated-user": "FederatedUser",
    "root": "Account",
}

CALLER_KEYS = frozenset(("aws:principalarn", "aws:principalaccount", "aws:principaltype"))


def callers(principals: Language, tests: Iterable[Test], keys: frozenset[str]) -> Language:
    """Those of `principals` whose own ARN, account and type pass the tests of `keys`. Raises TooComplex."""
    for test in tests:
        passing = _passing(test) if test.key in keys else None
        if passing is not None:
            principals = conjoin(principals, passing)
    return principals


def values_of(principal: str) -> dict[str, tuple[str, ...]]:
    """The values of the caller's keys for a principal written `<type>:<identifier>`; none if it is not AWS's."""
    kind, written = split_principal(principal)
    if kind != "AWS":
        return {}
    arn = Arn.parse(written)
    if arn is None:
        return {"aws:principalarn": (written,)}
    role = f"arn:{arn.partition}:iam::{arn.account}:role/{arn.session_of}"
    own = role if arn.session_of else written
    found: dict[str, tuple[str, ...]] = {"aws:principalarn": (own,), "aws:principalaccount": (arn.account,)}
    if arn.service in ("iam", "sts") and not arn.region and arn.kind in _TYPE_OF:
        found["aws:principaltype"] = (_TYPE_OF[arn.kind],)
    return found


def _passing(test: Test) -> Language | None:
    """The principals that pass a test of a caller's key; None if it cannot be said."""
    if test.family is Family.PRESENCE:
        has, has_not = ("AWS:*",), _NOT_IAM
        return Language((*(has if test.inverted else ()), *(has_not if test.missing else ())))
    if test.family is not Family.STRING:
        return None
    if test.key == "aws:principaltype" and not all(map(_types, test.values)):
        return None
    others = _NOT_IAM if test.missing else ()
    if not test.inverted:
        named = tuple(dict.fromkeys(found for value in test.values for found in _named(test.key, value)))
        return Language((*named, *others))
    without = tuple(dict.fromkeys(found for value in test.values for found in _named(test.key, value, every=True)))
    return Language(("AWS:*", *others), without)


def _named(key: str, value: str, *, every: bool = False) -> tuple[str, ...]:
    """The principals whose key is `value`, a pattern. A role stands for its sessions if it is not fully named.

    With `every`, all sessions are among them if the pattern may be roles: it is for what is to be left out.
    """
    if key == "aws:principalaccount":
        return (f"AWS:arn:{_ANY}:{_ANY}::{value}:*",)
    if key == "aws:principaltype":
        found = [f"AWS:arn:{_ANY}:{service}::{_ANY}:{rest}" for service, rest in _types(value)]
        sessions = any(service == "iam" and rest == "role/*" for service, rest in _types(value))
        return (*found, _EVERY_SESSION) if sessions else tuple(found)
    role = Arn.of_pattern(value)
    if role is not None and role.is_named("role") and is_literal(value):
        return (f"AWS:{value}", f"AWS:{role.sessions}")
    return (f"AWS:{value}", _EVERY_SESSION) if every and not is_literal(value) else (f"AWS:{value}",)


def _types(value: str) -> list[tuple[str, str]]:
    return [place for name, place in _IAM_TYPES.items() if value in (name, STAR)]
