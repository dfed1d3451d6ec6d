"""Changes that look like gains and are none, or may be none: what names and neighbours say beyond the statements."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from bot.access_diff.delta import Change, ComparedRow, Delta, HolderDelta, PrincipalPattern, Row
from bot.access_diff.pairing import MayBeOne, holder_kind, is_named
from bot.access_diff.rows import plain_row
from bot.evaluated.address import block_of, module_of, module_prefix
from bot.evaluated.config import Moved
from bot.evaluated.guard import Guard, compatible, ordered
from bot.extract import Extracted
from bot.iam.grant import Grant
from bot.iam.pattern import meets
from bot.iam.policy_subject import PolicySubject, Resource, Role, RoleTrust
from bot.iam.statement import PolicyKind, Statement
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


def with_taken(deltas: Iterable[HolderDelta], may_have_moved: MayBeOne) -> Iterator[HolderDelta]:
    """The deltas; what is gained while the change takes the same away is compared with that, and stays a gain.

    Taken from the holder itself, where another condition on the same variables let it have it, or from one of its kind
    and name that is gone from another root; not a role's that others may become now. So is what the holder had on other
    conditions alone, and what one of its kind had that is gone.
    """
    found = list(deltas)
    told = list(_beside_losses(found, may_have_moved))
    others = {one.head for one in told if isinstance(one.head, RoleTrust) and not _is_all_taken(one)}
    gone = _of_gone(found)
    for before, after in zip(found, told, strict=True):
        is_others = isinstance(after.head, Role) and after.head.trust in others and before.base is None
        alone = _beside_other_conditions(before if is_others else after)
        yield _beside_gone(alone, gone, may_have_moved) if gone and alone.base is None else alone


def _is_all_taken(delta: HolderDelta) -> bool:
    known = (one.compared is not None and one.compared.taken for one in delta.delta.gained)
    return all(known) and not delta.delta.undecided


def _beside_losses(found: Sequence[HolderDelta], may_have_moved: MayBeOne) -> Iterator[HolderDelta]:
    losing: dict[Hashable, list[HolderDelta]] = {}
    for delta in found:
        if delta.delta.lost and delta.base is not None:
            key = (delta.base.kind, delta.base.name) if delta.head is None else (delta.base, delta.head)
            losing.setdefault(key, []).append(delta)
    for delta in found:
        yield _compared(delta, _losing_beside(delta, losing, may_have_moved)) if losing else delta


def _losing_beside(
    delta: HolderDelta, losing: Mapping[Hashable, Sequence[HolderDelta]], may_have_moved: MayBeOne
) -> Iterable[HolderDelta]:
    """None beside a holder that stands for many, of whom others may have it now."""
    new = delta.head
    if new is None or "[*]" in new.address:
        return ()
    if delta.base is not None:
        return losing.get((delta.base, new), ())
    gone = losing.get((new.kind, new.name), ()) if is_named(new) and "${" not in new.name else ()
    return [one for one in gone if one.base is not None and may_have_moved(one.base, new)]


def _compared(delta: HolderDelta, others: Iterable[HolderDelta]) -> HolderDelta:
    losses = [(other, lost) for other in others if other.kind is delta.kind for lost in other.delta.lost]
    if not losses:
        return delta
    gained = tuple(_with_taken(change, delta, losses) for change in delta.delta.gained)
    return dataclasses.replace(delta, delta=dataclasses.replace(delta.delta, gained=gained))


def _with_taken(change: Change, delta: HolderDelta, losses: Iterable[tuple[HolderDelta, Change]]) -> Change:
    """The change, compared with the loss that has most of its actions, of those that are alike in all else."""
    if change.before is not None or change.compared is not None:
        return change
    ours, said = _actions(change.row), _but_for_actions(change.row, delta.head)
    common = [
        (len(ours & _actions(lost.row)), ComparedRow(lost.row, taken=True, of=None if other.head else other.base))
        for other, lost in losses
        if _but_for_actions(lost.row, other.base) == said
        and (other.head is None or _is_by_other_values((lost, other.base_grants), (change, delta.grants)))
    ]
    most, compared = max(common, key=lambda one: one[0], default=(0, None))
    return dataclasses.replace(change, compared=compared) if most else change


def _each_beside(delta: HolderDelta, held: Callable[[Change], ComparedRow | None]) -> HolderDelta:
    """The delta, each gain that is compared with nothing beside what was `held` of it."""

    def beside(change: Change) -> Change:
        compared = held(change) if change.compared is None else None
        return change if compared is None else dataclasses.replace(change, compared=compared)

    gained, undecided = (tuple(map(beside, some)) for some in (delta.delta.gained, delta.delta.undecided))
    return dataclasses.replace(delta, delta=dataclasses.replace(delta.delta, gained=gained, undecided=undecided))


def _beside_other_conditions(delta: HolderDelta) -> HolderDelta:
    others = [one for one in delta.base_grants if one.gives and not set(one.guards) <= set(delta.guards)]
    return _each_beside(delta, partial(_on_other_conditions, delta, others)) if others else delta


def _on_other_conditions(delta: HolderDelta, others: Iterable[Grant], change: Change) -> ComparedRow | None:
    """What of a gain was given on other conditions, by a statement that says the same of all but actions."""
    said = _said_but_for_actions(change.statement, delta.head)
    alike = (one for one in others if _said_but_for_actions(one.statement, delta.base) == said)
    held = {one: _held_of(change.row, plain_row(one.statement)) for one in alike}
    most = max(held, key=lambda one: (len(held[one]), -len(one.guards)), default=None)
    if most is None or not held[most] or any(_may_hold_back(one, change.row) for one in _given_up(delta)):
        return None
    where = ordered(set(most.guards) - set(delta.guards))
    return ComparedRow(dataclasses.replace(change.row, actions=held[most]), where=where)


_Gone = Mapping[Hashable, Sequence[tuple[PolicySubject, Row]]]
"""What is lost of holders that are gone, by their kind and what each row says but for its actions and for whom."""


def _of_gone(deltas: Iterable[HolderDelta]) -> _Gone:
    found: dict[Hashable, list[tuple[PolicySubject, Row]]] = {}
    for delta in deltas:
        if delta.head is None and delta.base is not None:
            for lost in delta.delta.lost:
                found.setdefault(_likeness(lost.row, delta.base), []).append((delta.base, lost.row))
    return found


def _likeness(row: Row, holder: PolicySubject) -> Hashable:
    return holder_kind(holder), row.except_actions, _but_for_actions(dataclasses.replace(row, principals=()), holder)


def _label(holder: PolicySubject) -> str:
    return block_of(holder.address).rpartition(".")[2]


def _beside_gone(delta: HolderDelta, gone: _Gone, may_have_moved: MayBeOne) -> HolderDelta:
    """The delta of a new holder, beside what others of its kind had that are gone."""
    new = delta.head
    if new is None or "[*]" in new.address or _is_another(new):
        return delta
    return _each_beside(delta, partial(_had_by_one_gone, new, gone, may_have_moved))


def _is_another(new: PolicySubject) -> bool:
    """Whether it is a principal of elsewhere that is called by its name: certainly not the one that is gone."""
    return not isinstance(new, Resource) and new.address == new.name and "${" not in new.name


def _had_by_one_gone(new: PolicySubject, gone: _Gone, may_have_moved: MayBeOne, change: Change) -> ComparedRow | None:
    """What the only one had that had as much of a gain, or that the new holder is called after."""
    had = [
        ((*_in_common(change.row, row), _label(old) in new.address), ComparedRow(row, of=old))
        for old, row in gone.get(_likeness(change.row, new), ())
        if all(_in_common(change.row, row)) and (old.root == new.root or may_have_moved(old, new))
    ]
    most = max((rank for rank, _ in had), default=None)
    closest = [compared for rank, compared in had if rank == most]
    return closest[0] if len(closest) == 1 and change.before is None else None


def _in_common(row: Row, other: Row) -> tuple[int, int]:
    """How many actions two rows have in common, and how many principals; one where both let in nobody."""
    people, others = frozenset(row.principals), frozenset(other.principals)
    return len(_actions(row) & _actions(other)), len(people & others) if people or others else 1


def _said_but_for_actions(statement: Statement, holder: PolicySubject | None) -> Hashable:
    row = plain_row(statement)
    return row.except_actions, _but_for_actions(row, holder)


def _held_of(row: Row, other: Row) -> tuple[str, ...]:
    """The actions of a row that another one has, written so."""
    return tuple(action for action in row.actions if action.lower() in _actions(other))


def _given_up(delta: HolderDelta) -> Iterable[Grant]:
    """The base's grants but for Denies that stay, which hold back the same on both sides."""
    stay = {one.statement for one in delta.grants if one.kind is not PolicyKind.LIMIT and not one.gives}
    return (one for one in delta.base_grants if one.kind is PolicyKind.LIMIT or one.statement not in stay)


def _may_hold_back(limiting: Grant, row: Row) -> bool:
    """Whether a grant is a limit or a Deny that may be about a row's actions."""
    statement = limiting.statement
    if limiting.gives:
        return False
    if limiting.kind is PolicyKind.LIMIT or statement.not_action:
        return True
    return any(meets(str(denied).lower(), action) for denied in statement.actions for action in _actions(row))


_Ways = tuple[Change, Iterable[Grant]]
"""A change, and the grants of its holder on the side that has it."""


def _is_by_other_values(lost: _Ways, gained: _Ways) -> bool:
    """Whether the same variables say who has it, in conditions that may hold together: whoever had the one may well be
    who has the other. Not where it was had by not setting something: then others have it."""
    before, after = _guards_of(*lost), _guards_of(*gained)
    had, has = _variables(before), _variables(after)
    said = all(guard.holds for guard in before)
    return said and bool(has) and has <= had and compatible((*before, *after))


def _guards_of(change: Change, grants: Iterable[Grant]) -> set[Guard]:
    return {guard for grant in grants if grant.statement == change.statement for guard in grant.guards}


def _variables(guards: Iterable[Guard]) -> set[str]:
    return {symbol.name for guard in guards for symbol in guard.variables}


def _actions(row: Row) -> frozenset[str]:
    return frozenset(action.lower() for action in row.actions)


def _but_for_actions(row: Row, holder: PolicySubject | None) -> Hashable:
    """What else a row says, things in the holder's module as they are called there, and itself as such."""
    module = "" if holder is None else module_prefix(holder.address)
    itself = f"${{{holder.address}.arn}}" if isinstance(holder, Resource) else ""

    def said(text: str) -> str:
        named = text.replace(itself, "${itself}") if itself else text
        return named.replace(module, "") if module else named

    return (
        frozenset(map(said, row.resources)),
        frozenset(map(said, row.except_resources)),
        frozenset((one.operator, said(one.key), frozenset(map(said, one.values))) for one in row.conditions),
        frozenset((one.kind, said(one.printed)) for one in row.principals),
    )
