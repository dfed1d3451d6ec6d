"""Puts gains together into findings: one for each principal and causing edit, equal ones merged."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from typing import TypeVar

from bot.evaluated.address import block_of
from bot.frozen import dataclass
from bot.iam.policy_subject import Resource, RoleTrust
from bot.risk.assessed_grant import AssessedGrant
from bot.risk.fingerprint import root_directory
from bot.risk.grading import GradedGrant

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class GrantGroup:
    """Gains that are one finding, worst first. `new_principal`: their holder is new or had no access before."""

    gains: tuple[AssessedGrant, ...]
    new_principal: bool = False

    @property
    def worst(self) -> AssessedGrant:
        """The gain that the finding is named after and stands at."""
        return self.gains[0]

    @property
    def grants(self) -> tuple[GradedGrant, ...]:
        """What is gained, without what was found beside it."""
        return tuple(gain.grant for gain in self.gains)


def grouped(gains: Iterable[AssessedGrant]) -> tuple[GrantGroup, ...]:
    """The groups of all gains, worst first."""
    groups = [group for own in _by(gains, _principal) for group in _of_principal(own)]
    merged = [_together(same) for same in _by(groups, _block_and_edit)]
    merged = [_together(same) for same in _by(merged, _access_and_edit)]
    merged = [_without_echoes(_together(same)) for same in _by(merged, _people_and_place)]
    return tuple(sorted(merged, key=lambda group: group.worst.order))


def _without_echoes(group: GrantGroup) -> GrantGroup:
    """The group without what callers of a module may choose where all of them have it, or one switch gives it."""
    modules = {root_directory(one.holder.root) for one in group.grants if one.root_kind == "module"}
    return replace(group, gains=tuple(one for one in group.gains if not _echoes(one.grant, modules)))


def _echoes(grant: GradedGrant, modules: set[str]) -> bool:
    return grant.root_kind == "interface" and root_directory(grant.holder.root) in modules


def block(address: str) -> str:
    """The resource block an instance comes from, in whatever module: type and name."""
    return ".".join(block_of(address).split(".")[-2:])


def _by(items: Iterable[Item], key: Callable[[Item], Hashable]) -> list[list[Item]]:
    found: dict[Hashable, list[Item]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return list(found.values())


def _principal(gain: AssessedGrant) -> Hashable:
    """A role's trust belongs to the role if the role is new, and is a matter of its own otherwise."""
    return (gain.grant.holder.root, gain.grant.holder.address)


def _of_principal(gains: list[AssessedGrant]) -> list[GrantGroup]:
    trusts = [gain for gain in gains if isinstance(gain.grant.holder, RoleTrust)]
    others = [gain for gain in gains if not isinstance(gain.grant.holder, RoleTrust)]
    if all(gain.grant.old_holder is None for gain in trusts or others):
        new = [gain for gain in gains if gain.grant.old_holder is None]
        rest = [gain for gain in gains if gain.grant.old_holder is not None]
        return [_group(new, True), *_by_edit(rest)]
    return [*_by_edit(trusts), *_by_edit(others)]


def _group(gains: Iterable[AssessedGrant], new_principal: bool = False) -> GrantGroup:
    return GrantGroup(tuple(sorted(gains, key=lambda gain: gain.order)), new_principal)


def _by_edit(gains: list[AssessedGrant]) -> list[GrantGroup]:
    """Gains of one run of touched lines or of one statement belong together."""
    parent = list(range(len(gains)))

    def top(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    seen: dict[Hashable, int] = {}
    for index, gain in enumerate(gains):
        statement = gain.grant.change.statement
        for mark in (gain.grant.cause.edit, (statement.trail[:1], statement.sid) if statement.trail else None):
            if mark is not None:
                parent[top(index)] = top(seen.setdefault(mark, index))
    return [_group(gains[i] for i in same) for same in _by(range(len(gains)), top)]


def _block_and_edit(group: GrantGroup) -> Hashable:
    """Instances of one block, in whatever module call or root, gain through one edit: one finding."""
    worst = group.worst
    where = (worst.grant.holder.kind, block(worst.grant.holder.address))
    return (worst.grant.cause.edit, group.new_principal, *where, _outcome(group))


def _outcome(group: GrantGroup) -> Hashable:
    """What variants of a root have in common where they come to the same: the actions."""
    if not any(grant.variants for grant in group.grants):
        return None
    return frozenset((grant.row.actions, grant.row.except_actions) for grant in group.grants)


def _access_and_edit(group: GrantGroup) -> Hashable:
    """So do different principals that gain the same access through one edit."""
    rows = frozenset(gain.grant.row for gain in group.gains)
    return (group.worst.grant.cause.edit, group.new_principal, group.worst.grant.on_resource, rows)


def _people_and_place(group: GrantGroup) -> Hashable:
    """So does what the same people gain on many resources through one place."""
    worst = group.worst
    if not isinstance(worst.grant.holder, Resource):
        return id(group)
    people = frozenset(one for gain in group.gains for one in gain.grant.row.principals)
    return (worst.grant.cause.location, people)


def _together(groups: list[GrantGroup]) -> GrantGroup:
    return _group((gain for group in groups for gain in group.gains), all(group.new_principal for group in groups))
