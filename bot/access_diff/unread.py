"""Nothing is proved new where the base could not be read, nor gone where the head could not."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from bot.access_diff.delta import Change, Delta, HolderDelta, PrivilegeDiff
from bot.access_diff.renames import prefixes

Place = tuple[str, str]
"""A root, and the address of a module call in it; "" for all of the root."""


def doubted(diff: PrivilegeDiff, at_base: Mapping[Place, str], at_head: Mapping[Place, str]) -> PrivilegeDiff:
    """Doubt what may have been there out of sight, or still is; both map places to what could not be read and why.

    Gains in the places of `at_base` become undecided changes, losses in those of `at_head` are not said: the gap is.
    """
    if not at_base and not at_head:
        return diff
    return dataclasses.replace(diff, holders=tuple(_doubted(holder, at_base, at_head) for holder in diff.holders))


def _doubted(holder: HolderDelta, at_base: Mapping[Place, str], at_head: Mapping[Place, str]) -> HolderDelta:
    who = holder.head or holder.base
    places = [] if who is None else [(who.root, within) for within in ("", *prefixes(who.address))]
    delta = holder.delta
    why = next((at_base[place] for place in places if place in at_base), "")
    if why:
        doubts = tuple(_change(change, why) for change in delta.gained)
        delta = Delta((), delta.lost, (*delta.undecided, *doubts))
    if any(place in at_head for place in places):
        delta = Delta(delta.gained, (), delta.undecided)
    return holder if delta is holder.delta else dataclasses.replace(holder, delta=delta)


def _change(change: Change, why: str) -> Change:
    return dataclasses.replace(change, witness=None, why=why)
