"""The dispositions of a change as the JSON contract tells them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from bot.evaluated.touched import Touched
from bot.review.changed_arguments import ChangedArgument, Dispositions, OtherSystem, SystemName
from bot.review.model import Gap
from bot.review.unjudged.disposition import ArgumentOutcome, Disposition, Irrelevance
from bot.review.unjudged.open_changes import cause

MOST = 300
"""So many arguments are told one by one."""


def told_of(found: Sequence[Disposition], touched: Touched, changed: Iterable[Gap]) -> Dispositions:
    """How many arguments had which outcome, and what is open; `changed` are the gaps that tell of it."""
    outcomes = Counter((one.outcome, one.rule) for one in found)
    irrelevant = {rule.value: outcomes[ArgumentOutcome.IRRELEVANT, rule] for rule in Irrelevance}
    return Dispositions(
        outcomes[ArgumentOutcome.JUDGED, None],
        {rule: number for rule, number in irrelevant.items() if number},
        outcomes[ArgumentOutcome.OUTSIDE, None],
        tuple(gap.id for gap in changed),
        tuple(dict.fromkeys(_argument(one, touched) for one in found[:MOST])),
        tuple(_systems(found, touched)),
    )


def _systems(found: Sequence[Disposition], touched: Touched) -> Iterator[OtherSystem]:
    """The kinds of other systems, in the contract's order, each with its first place."""
    for kind in get_args(SystemName):
        of_kind = [one for one in found if one.system == kind]
        if of_kind:
            side, file, line = min((cause(one.places, touched) for one in of_kind), key=lambda place: place[1:])
            yield OtherSystem(kind, len(of_kind), file, line, side)


def _argument(one: Disposition, touched: Touched) -> ChangedArgument:
    side, file, line = cause(one.places, touched)
    rule = "" if one.rule is None else one.rule.value
    return ChangedArgument(one.address, one.argument, one.outcome.value, rule, file, line, side)
