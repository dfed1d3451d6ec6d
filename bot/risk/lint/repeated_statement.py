"""A statement that says again what another statement of its policy says already."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase

from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Text
from bot.iam.grant import Grant
from bot.iam.policy import PolicyProblem
from bot.iam.policy_subject import PolicySubject
from bot.iam.statement import Condition, Statement
from bot.risk.lint.problem import probable_mistake

_HELP = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"

MAX_STATEMENTS = 60
"""Longer policies are not compared statement by statement."""


def repeated_statements(grants: Iterable[Grant], changed: Collection[Statement]) -> Iterator[PolicyProblem]:
    """Statements of one policy of which one says all that the other says, if either is among the `changed`.

    What a call of a module gives to each of several users is not one policy; what several have is told once.
    """
    policies: dict[tuple[str, str, PolicySubject], list[Grant]] = {}
    for grant in grants:
        policies.setdefault((grant.holder.root, grant.policy, grant.holder), []).append(grant)
    told: dict[PolicyProblem, None] = {}
    for (_, policy, _), same in policies.items():
        statements = list(dict.fromkeys(grant.statement for grant in same if _always(grant, same)))
        if len(statements) <= MAX_STATEMENTS:
            told |= dict.fromkeys(_of_policy(policy, statements, changed))
    yield from told


def _always(grant: Grant, policy: Iterable[Grant]) -> bool:
    """Whether a statement is there whenever its policy is: not one of several of which there is one."""
    return set(grant.guards) <= set.intersection(*(set(one.guards) for one in policy))


def _of_policy(policy: str, statements: list[Statement], changed: Collection[Statement]) -> Iterator[PolicyProblem]:
    for index, one in enumerate(statements):
        wider = _wider_than(index, statements)
        if wider is not None and (one in changed or wider in changed):
            same = "the same as" if _within(wider, one) else "nothing beyond"
            title = f"{_name(one)} of {policy} says {same} {_name(wider)}{_place(wider)}"
            yield probable_mistake(DiagnosticKind.REPEATED_STATEMENT, title, one.trail, _HELP)


def _wider_than(index: int, statements: list[Statement]) -> Statement | None:
    """Another that the statement at `index` is within; of two that are the same the first."""
    one = statements[index]
    others = [other for place, other in enumerate(statements) if place != index and _within(one, other)]
    return next((other for other in others if not _within(other, one) or statements.index(other) < index), None)


def _within(one: Statement, other: Statement) -> bool:
    """Whether a statement says no more than another one, as far as their texts tell."""
    alike = (one.effect, one.not_action, one.not_resource) == (other.effect, other.not_action, other.not_resource)
    if not alike or not _principals(one, other) or not _conditions(one) >= _conditions(other):
        return False
    actions = _inside(other.actions, one.actions) if one.not_action else _inside(one.actions, other.actions)
    return actions and (
        _same_case(other.resources, one.resources) if one.not_resource else _same_case(one.resources, other.resources)
    )


def _principals(one: Statement, other: Statement) -> bool:
    if one.principals is None or other.principals is None:
        return one.principals is other.principals
    same = one.principals.negated == other.principals.negated
    ours, theirs = set(one.principals.entries), set(other.principals.entries)
    return same and (ours == theirs or (ours < theirs and not one.principals.negated))


def _conditions(statement: Statement) -> frozenset[Condition]:
    return frozenset(dataclasses.replace(one, operator=one.operator.lower()) for one in statement.conditions)


def _inside(items: Iterable[Text], patterns: Iterable[Text]) -> bool:
    wide = [str(one).lower() for one in patterns]
    return all(any(_matches(str(item).lower(), pattern) for pattern in wide) for item in items)


def _same_case(items: Iterable[Text], patterns: Iterable[Text]) -> bool:
    wide = [str(one) for one in patterns]
    texts = [str(one) for one in items]
    return all(any(_matches(item, pattern) for pattern in wide) for item in texts) if texts or wide else True


def _matches(text: str, pattern: str) -> bool:
    return text == pattern or fnmatchcase(text, pattern.replace("[", "[[]"))


def _name(statement: Statement) -> str:
    if statement.sid:
        return f"statement {statement.sid}"
    return f"the statement on {', '.join(map(str, statement.actions[:2]))}"


def _place(statement: Statement) -> str:
    return f" (line {statement.trail[0].span.line})" if statement.trail else ""
