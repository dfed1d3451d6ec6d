"""The ways undecided conditions can go, as far as what is compared depends on them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from bot.extract.guards import compatible, condition_of, ways
from bot.frontends.terraform.evaluate.latent import is_latent, latent
from bot.iam.grant import Grant

MAX_OUTCOMES = 16
"""Beyond this many combinations only those are compared that the differing grants themselves depend on."""

Outcome = frozenset[str]


def outcomes(base: Iterable[Grant], head: Iterable[Grant]) -> tuple[Outcome, ...]:
    """The combinations of guards to compare under; one empty combination if there are none.

    What defaults rule out is compared besides, one set of such guards at a time and only where it differs.
    """
    before, after = tuple(base), tuple(head)
    differing = _differing(before, after)
    besides = tuple(dict.fromkeys((_TODAY, *(latent(grant.guards) for grant in differing))))[:MAX_OUTCOMES]
    undecided = (guard for grant in (*before, *after) for guard in grant.guards if not is_latent(guard))
    conditions = dict.fromkeys(map(condition_of, undecided))
    if 2 ** len(conditions) * len(besides) > MAX_OUTCOMES:
        return tuple(dict.fromkeys((_TODAY, *(frozenset(grant.guards) for grant in differing))))[:MAX_OUTCOMES]
    combinations = itertools.product(*(ways(condition) for condition in conditions))
    possible = [frozenset(chosen) for chosen in combinations if compatible(chosen)]
    return tuple(chosen | more for more in besides for chosen in possible)


_TODAY: Outcome = frozenset()


def _differing(base: tuple[Grant, ...], head: tuple[Grant, ...]) -> list[Grant]:
    kept = {(grant.statement, grant.guards) for grant in base} & {(grant.statement, grant.guards) for grant in head}
    return [grant for grant in (*base, *head) if (grant.statement, grant.guards) not in kept]


def shared(happens: Iterable[Outcome], possible: Iterable[Outcome]) -> frozenset[str]:
    """The guards that all outcomes have in which something happens; none if it happens every way (today)."""
    found = tuple(happens)
    today = tuple(way for way in found if not latent(way))
    every_way = {way for way in possible if not latent(way)} if today else set(possible)
    return frozenset.intersection(*(today or found)) or (
        (today or found)[0] if len(today or found) < len(every_way) else frozenset()
    )
