"""A path that a change completes: its steps with their proof, what it leads to, and how bad that is."""

from __future__ import annotations

from dataclasses import dataclass

from bot.access_diff.delta import Witness
from bot.evaluated.diagnostic import Trail
from bot.iam.policy_subject import PolicySubject
from bot.review.model import GRADES, GradeName
from bot.risk.escalation.paths import EscalationPath

ADMINISTRATOR = "administrator"
"""What the worst paths lead to."""


@dataclass(frozen=True, slots=True)
class CompletedStep:
    """One line of a complete path: the action that is allowed, on what as it is written, with a confirmed request.

    `new` says that the base did not allow it; `trail` is where the statement that allows it is written.
    """

    action: str
    on: tuple[str, ...]
    new: bool
    witness: Witness
    trail: Trail


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a path leads to, completing "become ...", with its grade as a number.

    `assumes` is what the review could not see and takes for granted.
    """

    becomes: str
    rank: int
    assumes: tuple[str, ...] = ()

    @property
    def grade(self) -> GradeName:
        """The grade's name."""
        return GRADES[self.rank]


@dataclass(frozen=True, slots=True)
class Escalation:
    """A path that the change completes and what it leads to; `steps[0]` names whom the principal becomes.

    `who` is the principal, where it is not the one that gains.
    """

    path: EscalationPath
    steps: tuple[CompletedStep, ...]
    outcome: Outcome
    who: PolicySubject | None = None
