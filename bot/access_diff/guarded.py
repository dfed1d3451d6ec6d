"""Outcomes of conditions that cannot be decided: base and head are compared once for each way that these can go."""

from __future__ import annotations

from collections.abc import Iterable

from bot.evaluated.guard import Guard, compatible, disabled_by_default
from bot.iam.grant import Grant

MAX_OUTCOMES = 16
"""Beyond this many combinations only those are compared that the differing grants themselves depend on."""

Outcome = frozenset[Guard]


def there_today(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """What a default does not keep out today: what only some ways are without may be without its holder there."""
    return tuple(grant for grant in grants if not disabled_by_default(grant.guards))


def outcomes(base: Iterable[Grant], head: Iterable[Grant]) -> tuple[Outcome, ...]:
    """The combinations of guards to compare under; one empty combination if there are none.

    What defaults rule out is compared besides, one set of such guards at a time and only where it differs.
    """
    before, after = tuple(base), tuple(head)
    differing = _differing(before, after)
    besides = tuple(dict.fromkeys((_TODAY, *(disabled_by_default(grant.guards) for grant in differing))))[:MAX_OUTCOMES]
    undecided = (guard for grant in (*before, *after) for guard in grant.guards if not guard.disabled_by_default)
    conditions = dict.fromkeys(guard.turned(True) for guard in undecided)
    possible = _combinations(conditions, MAX_OUTCOMES // len(besides))
    if not possible:
        return tuple(dict.fromkeys((_TODAY, *(frozenset(grant.guards) for grant in differing))))[:MAX_OUTCOMES]
    return tuple(chosen | more for more in besides for chosen in possible)


def _combinations(conditions: Iterable[Guard], most: int) -> list[Outcome]:
    """All ways that conditions can go together; nothing where these are more than `most`.

    Which of several literals something is goes one way more than there are literals, however many conditions ask.
    """
    found: list[Outcome] = [_TODAY]
    for guard in conditions:
        ways = (chosen | {way} for chosen in found for way in (guard, guard.turned(False)))
        found = [way for way in ways if compatible(way)]
        if len(found) > most:
            return []
    return found


_TODAY: Outcome = frozenset()


def _differing(base: tuple[Grant, ...], head: tuple[Grant, ...]) -> list[Grant]:
    kept = {(grant.statement, grant.guards) for grant in base} & {(grant.statement, grant.guards) for grant in head}
    return [grant for grant in (*base, *head) if (grant.statement, grant.guards) not in kept]


def shared(happens: Iterable[Outcome], possible: Iterable[Outcome]) -> frozenset[Guard]:
    """The guards that all outcomes have in which something happens; none if it happens every way (today)."""
    found = tuple(happens)
    today = tuple(way for way in found if not disabled_by_default(way))
    every_way = {way for way in possible if not disabled_by_default(way)} if today else set(possible)
    return frozenset.intersection(*(today or found)) or (
        (today or found)[0] if len(today or found) < len(every_way) else frozenset()
    )
