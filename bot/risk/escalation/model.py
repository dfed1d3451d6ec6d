"""A path that a change completes: its steps with their proof, what it leads to, and how bad that is."""

from __future__ import annotations

from bot.access_diff.delta import Row, Witness
from bot.evaluated.diagnostic import Trail
from bot.evaluated.production import is_production
from bot.frozen import dataclass
from bot.iam.policy_subject import PolicySubject
from bot.review.model import GRADES, GradeName, PathStep
from bot.risk.escalation.paths import EscalationPath
from bot.risk.grading import GradedGrant
from bot.risk.lead import breadth, lead
from bot.risk.score_components import ScoreComponent

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


@dataclass(frozen=True, slots=True)
class CompletedPaths:
    """The paths that a grant completes, worst first, and their cell; often none.

    Who is administrator outright has the cell alone: no path leads further.
    """

    grant: GradedGrant
    escalations: tuple[Escalation, ...] = ()
    cell: ScoreComponent | None = None

    @property
    def weighed(self) -> tuple[ScoreComponent, ...]:
        """All that counts, worst first: the cells of the grant's access itself and the one of what it completes."""
        if self.cell is None:
            return self.grant.cells
        return tuple(sorted((self.cell, *self.grant.cells), key=lambda cell: -cell.rank))

    @property
    def order(self) -> tuple[int | str | tuple[str, ...], ...]:
        """Sorts worst first, then by place, then by what it is: never by who came first.

        What somebody has comes before what only those have who choose it, what is there today before what is not, what
        is named before what a variable says, a module before an example of it, and of the environments of one statement
        that of production.
        """
        place, row = self.grant.cause.location, self.grant.row
        where = not any(map(is_production, (*self.grant.variants, *row.resources)))
        led = lead(self.weighed, self.grant.in_its_place, row)
        weight: tuple[int | str, ...] = (
            *led,
            self.grant.is_latent,
            _is_unset(row),
            -breadth(self.grant.cells),
            place.file,
            place.line,
            where,
        )
        people = tuple(one.printed for one in row.principals)
        holder = self.grant.holder
        chosen = (self.grant.is_hypothetical, *weight, self.grant.root_kind == "example")
        return (*chosen, holder.root, holder.address, people, row.actions, row.resources)


def _is_unset(row: Row) -> bool:
    """Whether a variable without a value says on what it is, or for whom: what is named is told before it."""
    return any("${" in one and "var." in one for one in (*row.resources, *(who.name for who in row.principals)))


@dataclass(frozen=True, slots=True)
class WaysTo:
    """How others come to a grant.

    `used_by` are the paths by which they, as they were before, become its holder; `led_by` the roles through which
    they come to an administrator's. Who becomes the holder over one more principal is not followed: `others_over` says
    that somebody does, `not_asked` how many principals were too many to be looked at. `let_in` are the statements by
    which the holder's trust lets in whom a token of an identity provider stands for.
    """

    used_by: tuple[Escalation, ...] = ()
    led_by: tuple[PathStep, ...] = ()
    others_over: bool = False
    not_asked: int = 0
    let_in: tuple[Row, ...] = ()
