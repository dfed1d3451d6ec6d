"""What limits no longer hold back from those whose own access is not all in view.

A boundary, a session policy or a Deny counts against what its holder is allowed. Where that is defined elsewhere, at
least in part, it may be anything: both sides are compared as if it were. A Deny of a resource's policy counts against
whatever identity policies of the account allow, never all in view: it is compared as a policy that only limits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.access_diff.delta import Change, Delta, PolicySet
from bot.access_diff.subjects import ANYONE_ANYTHING, ANYTHING, Grants, Side, opaque_limits, policy_set
from bot.evaluated.diagnostic import Trail
from bot.iam.grant import Grant
from bot.iam.policy_subject import Group, Organization, PolicySubject, Resource, RoleTrust, UnattachedPolicy
from bot.iam.second_factor import asks_for_factor, covers_most
from bot.iam.statement import Effect, PolicyKind

ASSUMED = "what {name} holds, which is not all in view, is more than the limit let through"
WHY = "what {name} holds is not all in view, so that it may have what the limit held back"


def counts_for_unseen(holder: PolicySubject, grants: Grants, where: Side) -> bool:
    """Whether the limits of `holder` may count against more than `grants`, its own of both sides; `where` is head."""
    match holder:
        case Organization() | RoleTrust():
            return False
        case Resource():
            return not any(grant.kind is PolicyKind.LIMIT for grant in grants)
        case UnattachedPolicy():
            return True
    elsewhere = holder.address not in where.addresses
    without_own = not any(one.gives for one in grants)
    return elsewhere or without_own or holder in where.gaps or _shared_out_of_sight(holder, where)


def _is_limit(grant: Grant) -> bool:
    return grant.kind is PolicyKind.LIMIT


def _shared_out_of_sight(holder: PolicySubject, where: Side) -> bool:
    """Whether it holds what something out of sight does, or is a group whose members are not here."""
    groups = where.groups.get(holder, ())
    if any(group.address not in where.addresses for group in groups):
        return True
    return isinstance(holder, Group) and not groups and not any(holder in some for some in where.groups.values())


def limits_of(grants: Iterable[Grant]) -> Grants:
    """What of a holder's grants takes away: every Deny, and what belongs to a limit."""
    return tuple(grant for grant in grants if grant.kind is PolicyKind.LIMIT or grant.statement.effect is Effect.DENY)


def against_anything(kind: PolicyKind, before: Grants, after: Grants) -> tuple[PolicySet, PolicySet]:
    """Both sides' limits with everything that they could count against."""
    hidden_before, hidden_after = opaque_limits(before), opaque_limits(after)
    hidden = hidden_before | hidden_after
    earlier = PolicySet(kind, ()) if hidden_before - hidden_after else _limited(kind, before, hidden)
    return earlier, _limited(kind, after, hidden)


def _limited(kind: PolicyKind, grants: Grants, hidden: frozenset[str]) -> PolicySet:
    own = policy_set(kind, limits_of(grants), False, hidden)
    everything = ANYONE_ANYTHING if kind is PolicyKind.RESOURCE else ANYTHING
    return replace(own, statements=(everything, *own.statements))


def _asks(grant: Grant) -> bool:
    return asks_for_factor(grant.statement)


def _asks_of_most(grant: Grant) -> bool:
    return _asks(grant) and covers_most(grant.statement)


def is_dropped(before: Grants, after: Grants) -> bool:
    """Whether a boundary, or a Deny of nearly everything without a second factor, is gone with nothing in its place."""
    bounded, factor = any(map(_is_limit, before)), any(map(_asks_of_most, before))
    return (bounded and not any(map(_is_limit, after))) or (factor and not any(map(_asks, after)))


def lifted(delta: Delta, told: Delta, holder: PolicySubject, *, dropped: bool) -> Delta:
    """Of what is let through the part that `told` does not speak of; certain only of a resource's policy.

    Where a limit is `dropped` from a holder whose own policies cannot be read, they are taken to say more than it let
    through, as that is what it was for, and the proof says so.
    """
    removed = frozenset[Trail]().union(*(change.removed for change in told.gained))
    rows = {replace(change.row, principals=()) for change in told.gained}
    gained, undecided = (
        tuple(
            change
            for change in part
            if not (change.removed and removed.issuperset(change.removed))
            and replace(change.row, principals=()) not in rows
        )
        for part in (delta.gained, delta.undecided)
    )
    if isinstance(holder, Resource):
        return Delta(gained, (), undecided)
    certain: tuple[Change, ...] = ()
    if dropped:
        assumed = (ASSUMED.format(name=holder.name),)
        certain, gained = tuple(replace(one.assuming(assumed), held_elsewhere=True) for one in gained), ()
    why = WHY.format(name=holder.name)
    return Delta(certain, (), tuple(_perhaps(change, why) for change in (*gained, *undecided)))


def _perhaps(change: Change, why: str) -> Change:
    return replace(change, witness=None, why=change.why or why, held_elsewhere=True)
