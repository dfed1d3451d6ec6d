"""Reads one policy document into statements, under each way its undecided conditions can go."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from bot.evaluated.address import block_of
from bot.evaluated.diagnostic import Diagnostic, Span, Step, origin
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.guard import disabled_by_default
from bot.evaluated.policy_text import policy_node
from bot.extract.argument_reading import present
from bot.extract.choices import Guards, outcomes
from bot.extract.extracted import ExtractionGap, Holding, UnreadElement
from bot.extract.facts import Document
from bot.frozen import dataclass
from bot.iam.policy import Policy, PolicyProblem, parse_policy
from bot.iam.policy_subject import PolicySubject
from bot.iam.statement import Statement


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """The statements of a document, each with the guards it depends on, and its problems."""

    statements: tuple[tuple[Statement, Guards], ...]
    problems: tuple[PolicyProblem, ...]

    @property
    def complete(self) -> bool:
        """Whether the statements say all of what the document allows, whichever way its conditions go."""
        return not any(problem.blind for problem in self.problems)


_NONE = Policy((), ())
"""What is said where an alternative leaves the policy out."""


def read(document: Document) -> DocumentReading:
    """Read a document; what cannot be read is a problem of the reading."""
    readings = [
        (guards, _NONE if present(value) is None else parse_policy(policy_node(value), document.kind))
        for guards, value in outcomes(document.value, document.guards)
    ]
    found = dict.fromkeys(problem for _, policy in readings for problem in (*policy.problems, *_repeated(policy)))
    problems = map(_by_default, found) if disabled_by_default(document.guards) else found
    return DocumentReading(_merged(readings), tuple(problems))


def _by_default(problem: PolicyProblem) -> PolicyProblem:
    """A problem of what defaults keep out today: by other values it may be none, and AWS sees it by none of these."""
    if problem.diagnostic.kind is not DiagnosticKind.MALFORMED_POLICY or not problem.blind:
        return problem
    reason = f"{problem.diagnostic.reason} by the defaults that keep all of it out today"
    found = Diagnostic.of(DiagnosticKind.UNRESOLVED_ELEMENT, reason, origin(problem.trail))
    return dataclasses.replace(problem, diagnostic=found)


def _repeated(policy: Policy) -> Iterator[PolicyProblem]:
    """Statements that stand in the policy twice, word for word."""
    seen: set[Statement] = set()
    for statement in policy.statements:
        if statement in seen:
            actions = ", ".join(map(str, statement.actions[:2]))
            reason, place = f"the statement on {actions} is said already", statement.trail
            found = Diagnostic.of(DiagnosticKind.REPEATED_STATEMENT, reason, origin(place))
            yield PolicyProblem(found, place, blind=False)
        seen.add(statement)


def gap(
    document: Document, problem: PolicyProblem, holders: tuple[PolicySubject, ...], held: tuple[Holding, ...]
) -> ExtractionGap:
    """What a problem that hides something means for the review."""
    found = problem.diagnostic
    return ExtractionGap(
        _told(document, problem, holders),
        address=document.policy,
        unread=UnreadElement(found.kind, found.reason),
        inputs=_inputs(document, problem),
        holders=holders,
        unknown=problem.unknown,
        off=bool(disabled_by_default(document.guards)),
        held=held,
    )


def mistake(document: Document, problem: PolicyProblem, holders: tuple[PolicySubject, ...]) -> PolicyProblem:
    """One that hides nothing, told with whose document it is in."""
    trail = problem.trail or (Step(document.span, ""), *document.value.trail)
    return PolicyProblem(_told(document, problem, holders), trail, blind=False)


def _told(document: Document, problem: PolicyProblem, holders: tuple[PolicySubject, ...]) -> Diagnostic:
    where = f"in {block_of(document.policy)}{_owned_by(document, holders)}"
    span = origin(problem.trail) if problem.trail else document.span
    return dataclasses.replace(problem.diagnostic, summary=problem.diagnostic.reason, detail=where, span=span)


def _owned_by(document: Document, holders: tuple[PolicySubject, ...]) -> str:
    """The words " of ..." for whoever holds the document, where that is not the block that carries it."""
    names = dict.fromkeys(block_of(holder.address) for holder in holders if holder.address != document.policy)
    return f" of {', '.join(names)}" if names else ""


def _inputs(document: Document, problem: PolicyProblem) -> tuple[Span, ...]:
    steps = problem.trail or document.value.trail
    return tuple(dict.fromkeys(step.span for step in steps)) or (document.span,)


def _merged(readings: list[tuple[Guards, Policy]]) -> tuple[tuple[Statement, Guards], ...]:
    """The statements of every outcome; those that all outcomes have depend on nothing.

    A document whose conditions rule each other out has no outcome: it is never there.
    """
    if not readings:
        return ()
    if len(readings) == 1:
        guards, policy = readings[0]
        return tuple((statement, guards) for statement in policy.statements)
    always = set.intersection(*(set(policy.statements) for _, policy in readings))
    merged: dict[tuple[Statement, Guards], None] = {}
    for guards, policy in readings:
        for statement in policy.statements:
            merged[statement, () if statement in always else guards] = None
    return tuple(merged)
