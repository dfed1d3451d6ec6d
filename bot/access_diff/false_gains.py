"""Changes that look like gains and are none, or may be none: what names and neighbours say beyond the statements."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping

from bot.access_diff.delta import Change, Delta, HolderDelta, PrincipalPattern, Row
from bot.evaluated.address import module_of, module_prefix
from bot.evaluated.config import Moved
from bot.extract import Extracted
from bot.iam.grant import Grant
from bot.iam.policy_subject import PolicySubject, Resource, Role
from bot.late_pattern import late_pattern

Judgement = Callable[[Change, HolderDelta], str | None]
"""Why a gained change is in doubt, "" if it is none at all; None if it stands."""

NOTHING = ""


def settled(deltas: Iterable[HolderDelta], base: Iterable[Extracted], head: Iterable[Extracted]) -> list[HolderDelta]:
    """The deltas with such changes taken out or put among the undecided."""
    found = list(deltas)
    before, after = tuple(base), tuple(head)
    unread, by_id = _moved_out_of_the_unread(before, after), _looked_up_by_id(before, after)
    judgements: tuple[Judgement, ...] = (_of_itself, _somebody, _moved_from_another_root(found), unread, by_id)
    return [one for one in (_judged(delta, judgements) for delta in found) if one.delta != Delta()]


def _judged(delta: HolderDelta, judgements: tuple[Judgement, ...]) -> HolderDelta:
    gained: list[Change] = []
    doubtful: list[Change] = []
    for change in delta.delta.gained:
        reasons = (judgement(change, delta) for judgement in judgements)
        why = next((reason for reason in reasons if reason is not None), None)
        if why is None:
            gained.append(change)
        elif why != NOTHING:
            doubtful.append(dataclasses.replace(change, witness=None, why=why))
    if len(gained) == len(delta.delta.gained):
        return delta
    undecided = (*delta.delta.undecided, *doubtful)
    return dataclasses.replace(delta, delta=Delta(tuple(gained), delta.delta.lost, undecided))


def _of_itself(change: Change, delta: HolderDelta) -> str | None:
    """A role that may assume itself has nothing by it."""
    role, row = delta.head, change.row
    if not isinstance(role, Role) or [one.lower() for one in row.actions] != ["sts:assumerole"]:
        return None
    own = (f"${{{role.address}.arn}}", f":role/{role.name}", f"/{role.name}")
    itself = row.resources and all(one == own[0] or one.endswith(own[1:]) for one in row.resources)
    return NOTHING if itself and "*" not in "".join(row.resources) else None


_VARIABLE = late_pattern(r"\$\{(?:module\.[^}]*\.)?var\.[\w.-]+(?:\[\*\])?\}")


def _somebody(change: Change, delta: HolderDelta) -> str | None:
    """Who a variable without a value names, where others were let in before: perhaps the same.

    Not where whoever was let in before still is: it stands beside them.
    """
    row, before = change.row, change.before
    if before is None or not _are_variables(row):
        return None
    if delta.kind is not None and set(row.principals) & set(before.principals):
        return None
    if _let_in(delta.base_grants) <= _let_in(delta.grants):
        return None
    same = set(row.actions) <= set(before.actions) and set(row.resources) <= set(before.resources)
    names = ", ".join(one.name for one in row.principals)
    return f"nobody here knows who {names} is: perhaps who was let in before" if same and before.principals else None


def _let_in(grants: Iterable[Grant]) -> set[str]:
    every = (grant.statement.principals for grant in grants)
    return {str(entry.identifier) for one in every if one is not None for entry in one.entries}


def _are_variables(row: Row) -> bool:
    return bool(row.principals) and all(map(_is_variable, row.principals))


def _is_variable(one: PrincipalPattern) -> bool:
    return not one.without and _VARIABLE.fullmatch(one.name) is not None


def _moved_from_another_root(deltas: Iterable[HolderDelta]) -> Judgement:
    """What a thing of another configuration gives in one root as soon as it no longer does in another one."""
    lost: dict[str, list[tuple[str, Row]]] = {}
    for delta in deltas:
        holder = delta.base
        if holder is not None and _is_elsewhere(holder):
            lost.setdefault(holder.name, []).extend((holder.root, change.row) for change in delta.delta.lost)

    def moved(change: Change, delta: HolderDelta) -> str | None:
        holder = delta.head
        if holder is None or not _is_elsewhere(holder):
            return None
        roots = (root for root, row in lost.get(holder.name, ()) if root != holder.root and _within(change.row, row))
        root = next(roots, None)
        return None if root is None else f"it goes away in {root}, so that it may only have moved"

    return moved


def _within(row: Row, other: Row) -> bool:
    """Whether a row is the other one, perhaps under fewer values of its conditions."""
    wider = {(one.operator, one.key): frozenset(one.values) for one in other.conditions}
    ours = {(one.operator, one.key): frozenset(one.values) for one in row.conditions}
    same = dataclasses.replace(row, conditions=()) == dataclasses.replace(other, conditions=())
    return same and all(key in ours and ours[key] <= values for key, values in wider.items())


def _is_elsewhere(holder: PolicySubject) -> bool:
    """A resource that is known by what another configuration says of it."""
    return isinstance(holder, Resource) and holder.name == holder.address and holder.name.startswith("${data.")


def _looked_up_by_id(base: Iterable[Extracted], head: Iterable[Extracted]) -> Judgement:
    """What goes over from a thing that a block made to one that a look-up of its label finds by an ID."""
    before = {one.root: one for one in base}
    labels = {one.root: dict(_by_id(before[one.root], one)) for one in head if one.root in before}

    def perhaps_itself(change: Change, delta: HolderDelta) -> str | None:
        holder, row = delta.head, change.row
        for now, old in labels.get(holder.root, {}).items() if holder is not None else ():
            resources = tuple(one.replace(f"${{{now}.", f"${{{old}.") for one in row.resources)
            there = dataclasses.replace(row, resources=resources)
            if there != row and any(_within(there, lost.row) for lost in delta.delta.lost):
                return f"{now} is looked up by an ID, so that nobody here knows whether it is what {old} was"
        return None

    return perhaps_itself


def _by_id(base: Extracted, head: Extracted) -> Iterator[tuple[str, str]]:
    """The address of each such look-up that is new, and that of the block of its label that is gone."""
    for address, one in head.called.items():
        module = module_prefix(address)
        label = module + address.removeprefix(f"{module}data.")
        if one.by_id and address not in base.called and label in base.called and label not in head.called:
            yield address, label


def _moved_out_of_the_unread(base: Iterable[Extracted], head: Iterable[Extracted]) -> Judgement:
    """What a moved block takes out of a module that nobody here could look into."""
    known = {one.root: one for one in base}
    places: Mapping[tuple[str, str], str] = {
        (one.root, moved.target): module_of(moved.source)
        for one in head
        for moved in one.moved
        if _is_unread(moved, known.get(one.root))
    }

    def was_inside(change: Change, delta: HolderDelta) -> str | None:
        holder = delta.head
        module = places.get((holder.root, holder.address)) if holder is not None and delta.base is None else None
        return f"it comes out of {module}, into which nobody here could look" if module else None

    return was_inside


def _is_unread(moved: Moved, base: Extracted | None) -> bool:
    module = module_of(moved.source)
    if base is None or not module or moved in base.moved:
        return False
    return not any(address.startswith(f"{module}.") for address in base.addresses)
