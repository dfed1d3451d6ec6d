"""One side of a comparison: its statements as boxes, found by service."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from bot.access_diff.delta import PolicySet
from bot.evaluated.document import Symbol, Text
from bot.iam.arn import split_action
from bot.iam.coverage import Box, boxes_of, mentions, with_fixed
from bot.iam.language import PrefixIndex
from bot.iam.pattern import TooComplex, literal_prefix, meets
from bot.iam.principal import canonical_principals
from bot.iam.statement import Effect, Statement
from bot.iam.vocabulary import Vocabulary

Key = tuple[object, ...]


def statement_key(statement: Statement) -> Key:
    """Equal for statements that mean the same but for Sid, order, case of names, scalar or list."""
    conditions = frozenset(
        (condition.operator.lower(), condition.key.lower(), frozenset(value.parts for value in condition.values))
        for condition in statement.conditions
    )
    return (
        statement.effect,
        statement.not_action,
        frozenset(_lower(action) for action in statement.actions),
        statement.not_resource,
        frozenset(resource.parts for resource in statement.resources),
        canonical_principals(statement.principals),
        conditions,
        statement.version if _mentions_variables(statement) else "",
    )


def _lower(text: Text) -> tuple[str | Symbol, ...]:
    return tuple(part.lower() if isinstance(part, str) else part for part in text.parts)


def _mentions_variables(statement: Statement) -> bool:
    texts = (*statement.resources, *(value for condition in statement.conditions for value in condition.values))
    return any(isinstance(part, str) and "${" in part for text in texts for part in text.parts)


@dataclass(slots=True)
class Boxes:
    """Boxes in order, indexed by the service their actions belong to."""

    all: list[Box] = field(default_factory=list)
    _by_service: dict[str, list[Box]] = field(default_factory=dict)
    _any_service: list[Box] = field(default_factory=list)
    _by_resource: dict[str, list[Box]] | None = None
    _resources: PrefixIndex = field(default_factory=lambda: PrefixIndex(()))

    def add(self, boxes: Iterable[Box]) -> None:
        """Append boxes."""
        for box in boxes:
            self.all.append(box)
            services = services_of(box)
            if services is None:
                self._any_service.append(box)
            for service in services or ():
                self._by_service.setdefault(service, []).append(box)

    def near(self, box: Box) -> Iterable[Box]:
        """The boxes that may share requests with `box`."""
        if len(self.all) <= _FEW:
            return self.all
        services = services_of(box)
        if services is not None:
            size = len(self._any_service) + sum(len(self._by_service.get(service, ())) for service in services)
            if size <= _FEW:
                return self._of_services(services)
        return self._on_like_resources(box)

    def _of_services(self, services: frozenset[str]) -> list[Box]:
        found = {id(other): other for other in self._any_service}
        for service in services:
            found.update((id(other), other) for other in self._by_service.get(service, ()))
        return list(found.values())

    def _on_like_resources(self, box: Box) -> list[Box]:
        if self._by_resource is None:
            self._by_resource = {}
            for other in self.all:
                for pattern in other.resources.within:
                    self._by_resource.setdefault(pattern, []).append(other)
            self._resources = PrefixIndex(self._by_resource)
        patterns = {like: None for pattern in box.resources.within for like in self._resources.near(pattern)}
        return list({id(other): other for pattern in patterns for other in self._by_resource[pattern]}.values())


_FEW = 40
"""As many boxes as are looked at one by one rather than by an index."""


def may_share_actions(left: Box, right: Box) -> bool:
    """Whether two boxes have an action pattern that meets one of the other's."""
    services, others = services_of(left), services_of(right)
    if services is not None and others is not None and services.isdisjoint(others):
        return False
    return any(meets(a, b) for a in left.actions.within for b in right.actions.within)


def services_of(box: Box) -> frozenset[str] | None:
    """The services a box's actions belong to, None if it may be any."""
    return _services(box.actions.within)


@lru_cache(maxsize=1024)
def _services(actions: tuple[str, ...]) -> frozenset[str] | None:
    services = set()
    for pattern in actions:
        split = split_action(literal_prefix(pattern))
        if split is None:
            return None
        services.add(split[0])
    return frozenset(services)


@dataclass(slots=True)
class RuleSet:
    """Statements that are evaluated together: what they allow and what they deny.

    `keys` says of each statement what it means, `key_by_id` the same by the statement's identity. `unread`
    are statements that are too much to turn into boxes, and why.
    """

    statements: tuple[Statement, ...]
    keys: frozenset[Key]
    key_by_id: dict[int, Key]
    allows: Boxes = field(default_factory=Boxes)
    denies: Boxes = field(default_factory=Boxes)
    unread: list[tuple[Statement, str]] = field(default_factory=list)


@dataclass(slots=True)
class Compiled:
    """One side's statements and the limits on them."""

    policy: PolicySet
    main: RuleSet
    limits: tuple[RuleSet, ...]


def read_side(policy: PolicySet, vocabulary: Vocabulary) -> Compiled:
    """Turn a policy set into boxes. Raises TooComplex where a limit cannot be."""
    limits = tuple(read_rules(limit, vocabulary) for limit in policy.limits)
    unread = [reason for limit in limits for _, reason in limit.unread]
    if unread:
        raise TooComplex(unread[0])
    return Compiled(policy, read_rules(policy.statements, vocabulary), limits)


def read_rules(statements: tuple[Statement, ...], vocabulary: Vocabulary) -> RuleSet:
    """Turn statements into boxes."""
    keyed = {statement_key(statement): statement for statement in statements}
    rules = RuleSet(statements, frozenset(keyed), {id(statement): key for key, statement in keyed.items()})
    for statement in keyed.values():
        boxes = rules.allows if statement.effect is Effect.ALLOW else rules.denies
        try:
            boxes.add(boxes_of(statement, vocabulary))
        except TooComplex as reason:
            rules.unread.append((statement, str(reason)))
    return rules


def with_values(side: Compiled, vocabulary: Vocabulary) -> Compiled:
    """The side where the vocabulary's fixed keys have one value; only what holds their variables is read again.

    The vocabulary is the side's own but for them (`Vocabulary.fixing`). Raises TooComplex where a limit cannot be read.
    """
    limits = tuple(_rules_with_values(limit, vocabulary) for limit in side.limits)
    unread = [reason for limit in limits for _, reason in limit.unread]
    if unread:
        raise TooComplex(unread[0])
    return Compiled(side.policy, _rules_with_values(side.main, vocabulary), limits)


def _rules_with_values(rules: RuleSet, vocabulary: Vocabulary) -> RuleSet:
    found = RuleSet(rules.statements, rules.keys, rules.key_by_id)
    known: dict[int, list[Box]] = {}
    for box in (*rules.allows.all, *rules.denies.all):
        known.setdefault(id(box.origin), []).append(box)
    for statement in rules.statements:
        if id(statement) not in rules.key_by_id:
            continue
        boxes = found.allows if statement.effect is Effect.ALLOW else found.denies
        try:
            if id(statement) not in known or mentions(statement, vocabulary.fixed):
                boxes.add(boxes_of(statement, vocabulary))
            else:
                boxes.add(one for box in known[id(statement)] if (one := with_fixed(box, vocabulary)) is not None)
        except TooComplex as reason:
            found.unread.append((statement, str(reason)))
    return found


def characters_of(policy: PolicySet) -> frozenset[str]:
    """Every character that a policy set is written with, in either case."""
    found: set[str] = set()
    for statement in (*policy.statements, *(one for limit in policy.limits for one in limit)):
        values = (value for condition in statement.conditions for value in condition.values)
        for text in (*statement.actions, *statement.resources, *values):
            for part in text.parts:
                found.update(str(part).lower(), str(part).upper())
    return frozenset(found)
