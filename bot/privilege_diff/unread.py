"""Nothing is proved new where the base could not be read: it may have been there, out of sight."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from bot.privilege_diff.delta import Change, Delta, HolderDelta, PrivilegeDiff


def doubted(diff: PrivilegeDiff, unread: Mapping[str, str]) -> PrivilegeDiff:
    """Turn what is gained in the roots of `unread` into undecided changes; its values say why."""
    if not unread:
        return diff
    return dataclasses.replace(diff, holders=tuple(_doubted(holder, unread) for holder in diff.holders))


def _doubted(holder: HolderDelta, unread: Mapping[str, str]) -> HolderDelta:
    who = holder.head or holder.base
    why = unread.get(who.root) if who else None
    if why is None or not holder.delta.gained:
        return holder
    delta = holder.delta
    undecided = (*delta.undecided, *(_change(change, why) for change in delta.gained))
    return dataclasses.replace(holder, delta=Delta((), delta.lost, undecided))


def _change(change: Change, why: str) -> Change:
    return dataclasses.replace(change, witness=None, why=why)
