"""Escalations in the words and values of a finding."""

from __future__ import annotations

from collections.abc import Iterable

from bot.review.model import EscalationStep, FindingEscalation, FindingWitness, PathStep
from bot.risk.assessed_grant import AssessedGrant
from bot.risk.escalation.model import CompletedStep, Escalation
from bot.risk.wording.words import holder_name, holder_words


def told_escalations(gains: Iterable[AssessedGrant]) -> tuple[FindingEscalation, ...]:
    """The escalations of a finding, each once however many principals complete it, worst first."""
    found: dict[tuple[str, str, str], Escalation] = {}
    for gain in gains:
        for one in (*gain.completed.escalations, *gain.ways.used_by):
            found.setdefault((one.path.id, one.outcome.becomes, one.who.address if one.who else ""), one)
    return tuple(map(_told, sorted(found.values(), key=lambda one: -one.outcome.rank)))


def _told(escalation: Escalation) -> FindingEscalation:
    """The escalation as it stands in the JSON of a finding."""
    return FindingEscalation(
        path=escalation.path.id,
        name=escalation.path.name,
        becomes=f"{escalation.outcome.becomes}{_who(escalation)}",
        grade=escalation.outcome.grade,
        steps=tuple(map(_step, escalation.steps)),
        assumes=escalation.outcome.assumes,
    )


def _who(escalation: Escalation) -> str:
    return f" ({holder_words(escalation.who)})" if escalation.who is not None else ""


def told_path(gain: AssessedGrant, name: str) -> tuple[PathStep, ...]:
    """The way from the principal to what it becomes, by the worst path."""
    escalations, ways = gain.completed.escalations, gain.ways
    if not escalations and (ways.led_by or not ways.used_by):
        return ways.led_by
    first = (escalations or ways.used_by)[0]
    who = name if first.who is None else holder_name(first.who)
    return (PathStep(who, " + ".join(step.action for step in first.steps), first.outcome.becomes),)


def _step(step: CompletedStep) -> EscalationStep:
    witness, span = step.witness, step.trail[0].span if step.trail else None
    return EscalationStep(
        step.action,
        step.on,
        step.new,
        FindingWitness(witness.principal, witness.action, witness.resource, dict(witness.context), witness.assumes),
        span.file if span else "",
        span.line if span else 0,
    )
