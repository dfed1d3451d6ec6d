"""Compares under each way undecided conditions can go, and says on which way each change depends."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

from bot.extract.guards import condition_of
from bot.iam.grant import Grant

MAX_OUTCOMES = 16
"""Beyond this many combinations only those are compared that the differing grants themselves depend on."""

Outcome = frozenset[str]


def outcomes(base: Iterable[Grant], head: Iterable[Grant]) -> tuple[Outcome, ...]:
    """The combinations of guards to compare under; one empty combination if there are none."""
    before, after = tuple(base), tuple(head)
    options = _options((*before, *after))
    combinations = 1
    for guards in options.values():
        combinations *= len(guards)
    if combinations > MAX_OUTCOMES:
        return _of_differing(before, after)
    return tuple(frozenset(filter(None, chosen)) for chosen in itertools.product(*options.values()))


def _options(grants: Iterable[Grant]) -> Mapping[str, list[str]]:
    """Each condition's outcomes; "" stands for the one that nothing depends on."""
    options: dict[str, dict[str, None]] = {}
    for grant in grants:
        for guard in grant.guards:
            options.setdefault(condition_of(guard), {})[guard] = None
    return {condition: list(guards) if len(guards) > 1 else ["", *guards] for condition, guards in options.items()}


def _of_differing(base: tuple[Grant, ...], head: tuple[Grant, ...]) -> tuple[Outcome, ...]:
    known = {(grant.statement, grant.guards) for grant in base}
    kept = {(grant.statement, grant.guards) for grant in head} & known
    differing = [grant for grant in (*base, *head) if (grant.statement, grant.guards) not in kept]
    return tuple(dict.fromkeys((frozenset(), *(frozenset(grant.guards) for grant in differing))))[:MAX_OUTCOMES]
