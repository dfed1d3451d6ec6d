"""Nothing is proved new where the base could not be read, nor gone where the head could not."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from bot.access_diff.delta import Change, Delta, HolderDelta, PrivilegeDiff


def doubted(diff: PrivilegeDiff, at_base: Mapping[str, str], at_head: Mapping[str, str]) -> PrivilegeDiff:
    """Doubt what may have been there out of sight, or still is; both map roots to what could not be read and why.

    Gains in the roots of `at_base` become undecided changes, losses in those of `at_head` are not said: the gap is.
    """
    if not at_base and not at_head:
        return diff
    return dataclasses.replace(diff, holders=tuple(_doubted(holder, at_base, at_head) for holder in diff.holders))


def _doubted(holder: HolderDelta, at_base: Mapping[str, str], at_head: Mapping[str, str]) -> HolderDelta:
    who = holder.head or holder.base
    root = who.root if who else ""
    delta = holder.delta
    if root in at_base:
        doubts = tuple(_change(change, at_base[root]) for change in delta.gained)
        delta = Delta((), delta.lost, (*delta.undecided, *doubts))
    if root in at_head:
        delta = Delta(delta.gained, (), delta.undecided)
    return holder if delta is holder.delta else dataclasses.replace(holder, delta=delta)


def _change(change: Change, why: str) -> Change:
    return dataclasses.replace(change, witness=None, why=why)
