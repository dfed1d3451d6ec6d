"""The requests that prove a finding: of a way up each step's own, in the order in which they are made."""

from __future__ import annotations

from bot.frozen import dataclass
from bot.review.model import Finding, FindingWitness


@dataclass(frozen=True, slots=True)
class ProofStep:
    """One request that the head allows; the base refused it, if it is `new`."""

    witness: FindingWitness
    new: bool

    @property
    def verdict(self) -> str:
        """What became of it."""
        return "refused before, allowed now" if self.new else "allowed before, and still"


def proof_steps(finding: Finding) -> tuple[ProofStep, ...]:
    """The finding's own request, and those of its worst way up; empty where it is about no request."""
    way = finding.escalations[0].steps if finding.escalations else ()
    steps = tuple(ProofStep(step.witness, step.new) for step in way)
    own = finding.witness
    if own is None or any(_asked(step.witness) == _asked(own) for step in steps if step.new):
        return steps
    mine = ProofStep(own, new=True)
    by_another = bool(steps) and steps[0].witness.principal != own.principal
    return (*steps, mine) if by_another else (mine, *steps)


def _asked(witness: FindingWitness) -> tuple[str, str]:
    """What tells requests apart for a reader: of the same action another example says nothing more."""
    return witness.principal, witness.action
