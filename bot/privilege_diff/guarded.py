"""The ways undecided conditions can go, as far as what is compared depends on them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from bot.extract.guards import compatible, condition_of, ways
from bot.iam.grant import Grant

MAX_OUTCOMES = 16
"""Beyond this many combinations only those are compared that the differing grants themselves depend on."""

Outcome = frozenset[str]


def outcomes(base: Iterable[Grant], head: Iterable[Grant]) -> tuple[Outcome, ...]:
    """The combinations of guards to compare under; one empty combination if there are none."""
    before, after = tuple(base), tuple(head)
    conditions = dict.fromkeys(condition_of(guard) for grant in (*before, *after) for guard in grant.guards)
    if 2 ** len(conditions) > MAX_OUTCOMES:
        return _of_differing(before, after)
    combinations = itertools.product(*(ways(condition) for condition in conditions))
    return tuple(frozenset(chosen) for chosen in combinations if compatible(chosen))


def _of_differing(base: tuple[Grant, ...], head: tuple[Grant, ...]) -> tuple[Outcome, ...]:
    kept = {(grant.statement, grant.guards) for grant in base} & {(grant.statement, grant.guards) for grant in head}
    differing = [grant for grant in (*base, *head) if (grant.statement, grant.guards) not in kept]
    return tuple(dict.fromkeys((frozenset(), *(frozenset(grant.guards) for grant in differing))))[:MAX_OUTCOMES]
