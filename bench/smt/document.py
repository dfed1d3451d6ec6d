"""Policy JSON as statements: only what the encoding asks of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Json = Mapping[str, object]


class Unsupported(Exception):
    """The encoding has no words for this; the pair is listed as not answered."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator on one key; the key and the operator in lower case, as both ignore it."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement; two of the same content are equal, so what both policies say is one formula."""

    allows: bool
    actions: tuple[str, ...]
    not_action: bool
    resources: tuple[str, ...]
    not_resource: bool
    principals: tuple[tuple[str, str], ...] | None
    not_principal: bool
    conditions: tuple[Condition, ...]
    variables: bool


def statements(policy: Json) -> tuple[Statement, ...]:
    """The statements of a policy; without a Version it is 2008-10-17, which has no policy variables."""
    found = policy.get("Statement", [])
    variables = policy.get("Version") == "2012-10-17"
    return tuple(_statement(one, variables) for one in (found if isinstance(found, list) else [found]))


def _statement(written: Json, variables: bool) -> Statement:
    who = written.get("Principal", written.get("NotPrincipal"))
    return Statement(
        written["Effect"] == "Allow",
        tuple(one.lower() for one in _texts(written.get("Action", written.get("NotAction")))),
        "NotAction" in written,
        _texts(written.get("Resource", written.get("NotResource"))),
        "NotResource" in written,
        None if who is None else _principals(who),
        "NotPrincipal" in written,
        _conditions(written.get("Condition")),
        variables,
    )


def _principals(who: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(who, Mapping):
        return tuple(("AWS", one) for one in _texts(who))
    return tuple((kind, one) for kind, some in who.items() for one in _texts(some))


def _conditions(written: object) -> tuple[Condition, ...]:
    if not isinstance(written, Mapping):
        return ()
    return tuple(
        Condition(operator.lower(), key.lower(), _texts(values))
        for operator, tests in written.items()
        for key, values in tests.items()
    )


def _texts(written: object) -> tuple[str, ...]:
    """One or several values, each as its string; JSON's booleans and numbers equal their strings."""
    if written is None:
        return ()
    several = written if isinstance(written, list) else [written]
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in several)
