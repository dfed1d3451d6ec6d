"""A policy statement in the terms of IAM's policy grammar, each element with where it was written."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import field

from bot.evaluated.diagnostic import Trail
from bot.evaluated.document import Symbol, Text
from bot.frozen import dataclass


class Effect(enum.StrEnum):
    """Allow or Deny."""

    ALLOW = "Allow"
    DENY = "Deny"


class PolicyKind(enum.StrEnum):
    """What a policy is attached to, which decides how it is judged."""

    IDENTITY = "identity"
    RESOURCE = "resource"
    TRUST = "trust"
    LIMIT = "cap"  # what stored proofs call it


@dataclass(frozen=True, slots=True)
class PrincipalEntry:
    """One entry of a Principal element; `type` is AWS, Service, Federated, CanonicalUser or `*`."""

    type: str
    identifier: Text

    @property
    def is_anyone(self) -> bool:
        """Whether it is `*`, or `AWS: "*"`; the star of another type names nobody."""
        return self.type in ("*", "AWS") and self.identifier.literal == "*"


@dataclass(frozen=True, slots=True)
class Principals:
    """Principal, or NotPrincipal if `negated`."""

    entries: tuple[PrincipalEntry, ...]
    negated: bool = False
    trail: Trail = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator and key with its values, ORed; conditions of a statement are ANDed.

    `operator` is as written ("ForAllValues:StringLikeIfExists").
    """

    operator: str
    key: str
    values: tuple[Text, ...]
    trail: Trail = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `version` is its policy's ("2012-10-17" or "2008-10-17", the default when missing)."""

    effect: Effect
    actions: tuple[Text, ...]
    resources: tuple[Text, ...] = ()
    not_action: bool = False
    not_resource: bool = False
    principals: Principals | None = None
    conditions: tuple[Condition, ...] = ()
    sid: str = ""
    version: str = "2012-10-17"
    trail: Trail = field(default=(), compare=False)


def symbols_of(statement: Statement) -> Iterator[Symbol]:
    """What in a statement is not known."""
    texts = [*statement.actions, *statement.resources, *(text for one in statement.conditions for text in one.values)]
    texts += [entry.identifier for entry in statement.principals.entries] if statement.principals is not None else []
    return (part for text in texts for part in text.parts if isinstance(part, Symbol))
