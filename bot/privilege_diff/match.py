"""Everything that holders may do at head and could not at base: pairs the holders of all roots and compares each pair."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.extract import Extracted
from bot.iam.grant import Grant, Holder, HolderKind
from bot.privilege_diff.delta import HolderDelta, PrivilegeDiff
from bot.privilege_diff.diff import compare
from bot.privilege_diff.holder_diff import Compare, Held, holder_diff
from bot.privilege_diff.pairing import Pairing, pair_holders, pair_renamed
from bot.privilege_diff.renames import renames
from bot.privilege_diff.sides import Side, side


def diff_configs(base: Sequence[Extracted], head: Sequence[Extracted], compare: Compare = compare) -> PrivilegeDiff:
    """Compare two revisions root by root; holders that went to another root are found there."""
    roots = _roots(base, head)
    leftover = Pairing({}, {})
    deltas: list[HolderDelta] = []
    sides: dict[str, tuple[Side, Side]] = {}
    for name, (before, after) in roots.items():
        if before.grants == after.grants and before.gaps == after.gaps:
            continue
        sides[name] = (side(before, renames(before, after)), side(after))
        pairing = pair_holders(sides[name][0].grants, sides[name][1].grants)
        deltas.extend(_pairs(pairing, sides, compare))
        leftover.base.update(pairing.base)
        leftover.head.update(pairing.head)
    pair_renamed(leftover)
    deltas.extend(_pairs(leftover, sides, compare))
    deltas.extend(_alone(leftover, sides, compare))
    return PrivilegeDiff(tuple(sorted(_without_inherited(deltas, head), key=_place)))


def _roots(base: Sequence[Extracted], head: Sequence[Extracted]) -> Mapping[str, tuple[Extracted, Extracted]]:
    before = {one.root: one for one in base}
    after = {one.root: one for one in head}
    return {
        name: (before.get(name, Extracted(name)), after.get(name, Extracted(name)))
        for name in dict.fromkeys((*before, *after))
    }


def _pairs(pairing: Pairing, sides: Mapping[str, tuple[Side, Side]], compare: Compare) -> Iterator[HolderDelta]:
    for old, new in pairing.pairs:
        before, after = sides[old.root][0], sides[new.root][1]
        yield from holder_diff(_held(before, old), _held(after, new), compare)


def _alone(pairing: Pairing, sides: Mapping[str, tuple[Side, Side]], compare: Compare) -> Iterator[HolderDelta]:
    """New holders and gone ones. A policy that lost its last holder, or found its first, is not new by that."""
    for new in pairing.head:
        before, after = sides[new.root]
        earlier = Held(None)
        if new.kind is HolderKind.POLICY:
            earlier = Held(None, _text_of(before, new.address))
        yield from holder_diff(earlier, _held(after, new), compare)
    for old in pairing.base:
        before, after = sides[old.root]
        if old.kind is HolderKind.POLICY and _text_of(after, old.address):
            continue
        yield from holder_diff(_held(before, old), Held(None), compare)


def _held(where: Side, holder: Holder) -> Held:
    return Held(holder, where.grants.get(holder, ()), where.gaps.get(holder, ()))


def _text_of(where: Side, policy: str) -> tuple[Grant, ...]:
    """The statements of a policy, whoever holds them."""
    return tuple(grant for grants in where.grants.values() for grant in grants if grant.policy == policy)


def _without_inherited(deltas: Iterable[HolderDelta], head: Sequence[Extracted]) -> Iterator[HolderDelta]:
    """Leave out what a member gains or loses only because its group does: the group says it."""
    of_groups = list(deltas)
    groups: dict[Holder, list[Holder]] = {}
    for extracted in head:
        for membership in extracted.members:
            groups.setdefault(membership.member, []).append(membership.group)
    said = {delta.head: delta for delta in of_groups if delta.head is not None}
    for delta in of_groups:
        inherited = [said[group] for group in groups.get(delta.head, ()) if group in said] if delta.head else []
        yield _minus(delta, inherited) if inherited else delta


def _minus(delta: HolderDelta, groups: Iterable[HolderDelta]) -> HolderDelta:
    known = {(change.row, change.statement) for group in groups for change in group.delta.gained}
    gained = tuple(change for change in delta.delta.gained if (change.row, change.statement) not in known)
    return dataclasses.replace(delta, delta=dataclasses.replace(delta.delta, gained=gained))


def _place(delta: HolderDelta) -> tuple[str, str, str]:
    holder = delta.head or delta.base
    return ("", "", "") if holder is None else (holder.root, holder.address, holder.kind.value)
