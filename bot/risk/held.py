"""What a holder has by what its statements say now: the worst of it, and what sets it apart at a glance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from bot.access_diff.rows import stated_row
from bot.frozen import dataclass
from bot.iam.grant import Grant
from bot.iam.policy_subject import Resource, RoleTrust
from bot.iam.statement import Effect, PolicyKind
from bot.review.model import GradeName
from bot.risk.escalation.find import is_administrator
from bot.risk.exposure import PrincipalExposure, outsiders
from bot.risk.grant_context import GrantContext
from bot.risk.score_components import ScoreComponent, score_components

Mark = Literal["administrator", "public", "another account", "identity provider"]
"""What sets a holder apart: a statement makes it administrator, or it lets in anyone, others or a provider's people."""

_MARKS: dict[PrincipalExposure, Mark] = {
    PrincipalExposure.ANYONE: "public",
    PrincipalExposure.EXTERNAL: "another account",
    PrincipalExposure.ORGANIZATION: "another account",
    PrincipalExposure.PROVIDER: "identity provider",
    PrincipalExposure.SUBJECT: "identity provider",
    PrincipalExposure.SUBJECT_PATTERN: "identity provider",
}


@dataclass(frozen=True, slots=True)
class HeldAccess:
    """The worst grade of what a holder has, and why. What limits or denies is not taken off it."""

    grade: GradeName = "none"
    why: str = ""


def held_access(grants: Iterable[Grant], own_accounts: frozenset[str]) -> HeldAccess:
    """Of a principal's, a resource's or a policy's grants."""
    cells = [cell for grant in filter(_allows, grants) for cell in _cells(grant, own_accounts)]
    worst = max(cells, key=lambda cell: (cell.rank, cell.kind), default=None)
    return HeldAccess() if worst is None else HeldAccess(worst.grade, str(worst))


def marks_of(grants: Iterable[Grant], own_accounts: frozenset[str]) -> tuple[Mark, ...]:
    """What sets a holder apart by what it has, and by who may become it."""
    return tuple(sorted({mark for grant in filter(_allows, grants) for mark in _marks(grant, own_accounts)}))


def _allows(grant: Grant) -> bool:
    return grant.statement.effect is Effect.ALLOW and grant.kind is not PolicyKind.LIMIT


def _cells(grant: Grant, own_accounts: frozenset[str]) -> tuple[ScoreComponent, ...]:
    on_resource = isinstance(grant.holder, Resource)
    return score_components(
        stated_row(grant.statement), GrantContext(on_resource=on_resource, own_accounts=own_accounts)
    )


def _marks(grant: Grant, own_accounts: frozenset[str]) -> Iterator[Mark]:
    row = stated_row(grant.statement)
    if isinstance(grant.holder, Resource | RoleTrust):
        exposed = (one.who for one in outsiders(row.principals, row.conditions, own_accounts))
        yield from (_MARKS[who] for who in exposed if who in _MARKS)
    elif is_administrator(row):
        yield "administrator"
