"""Escalations in the words and values of a finding."""

from __future__ import annotations

from collections.abc import Iterable

from bot.risk.escalation.found import Escalation, Step
from bot.risk.finding import EscalationStep, FindingEscalation, FindingWitness, PathStep
from bot.risk.gain import Gain


def told_escalations(gains: Iterable[Gain]) -> tuple[FindingEscalation, ...]:
    """The escalations of a finding, each once however many principals complete it, worst first."""
    found: dict[tuple[str, str, str], Escalation] = {}
    for gain in gains:
        for one in gain.escalations:
            found.setdefault((one.path.id, one.outcome.becomes, one.who.address if one.who else ""), one)
    return tuple(map(_told, sorted(found.values(), key=lambda one: -one.outcome.rank)))


def _told(escalation: Escalation) -> FindingEscalation:
    """The escalation as it stands in the JSON of a finding."""
    return FindingEscalation(
        path=escalation.path.id,
        name=escalation.path.name,
        becomes=escalation.outcome.becomes,
        grade=escalation.outcome.grade,
        steps=tuple(map(_step, escalation.steps)),
        assumes=escalation.outcome.assumes,
    )


def told_path(gain: Gain, name: str) -> tuple[PathStep, ...]:
    """The way from the principal to what it becomes, by the worst path."""
    if not gain.escalations:
        return gain.led_by
    first = gain.escalations[0]
    return (PathStep(name, " + ".join(step.action for step in first.steps), first.outcome.becomes),)


def _step(step: Step) -> EscalationStep:
    witness, span = step.witness, step.trail[0].span if step.trail else None
    return EscalationStep(
        step.action,
        step.on,
        step.new,
        FindingWitness(witness.principal, witness.action, witness.resource, dict(witness.context), witness.assumes),
        span.file if span else "",
        span.line if span else 0,
    )
