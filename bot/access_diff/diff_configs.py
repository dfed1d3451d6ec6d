"""Everything that head allows and base did not: pairs the holders of all roots and compares each pair."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from bot.access_diff.delegation import owner_among
from bot.access_diff.delta import Change, CredentialChange, Delta, HolderDelta, PrivilegeDiff, Reach
from bot.access_diff.diff import compare
from bot.access_diff.false_gains import settled, with_taken
from bot.access_diff.holder_diff import Compare, SubjectSide, holder_diff, same
from bot.access_diff.known_arns import with_known_arns
from bot.access_diff.lifted_limits import counts_for_unseen
from bot.access_diff.named_anew import without_named_anew
from bot.access_diff.new_credentials import issuers, new_credentials
from bot.access_diff.over_variants import NO_VARIANTS, Variants, told_where_it_is
from bot.access_diff.pairing import (
    Blocks,
    MayBeOne,
    NamesOf,
    Pairing,
    is_for_no_more,
    may_be_made_alike,
    may_be_of_one_account,
    pair_holders,
    pair_over_roots,
)
from bot.access_diff.reach import new_reach
from bot.access_diff.renames import Renames, prefixes, renamed, renames, renames_by_pairs
from bot.access_diff.same_account import beside, but_for_own_accounts
from bot.access_diff.subjects import Side, side, trust_of, with_standing
from bot.evaluated.address import block_type
from bot.evaluated.production import is_of_another_environment
from bot.extract import Extracted
from bot.extract.kms import CALLER, gives_everything, whole_accounts
from bot.extract.public import blocks_of
from bot.iam.grant import Grant
from bot.iam.policy_subject import PolicySubject, Role, UnattachedPolicy, UnreadModule
from bot.iam.statement import PolicyKind

T = TypeVar("T")
Told = Callable[[SubjectSide, SubjectSide], Iterator[HolderDelta]]
"""The deltas of one pair."""


class Work(Protocol):
    """Has something done for a root; it may refuse to by an exception."""

    def __call__(self, root: str, work: Callable[[], T]) -> T:
        """What `work` yields."""


def _at_once(root: str, work: Callable[[], T]) -> T:
    return work()


def diff_configs(
    base: Sequence[Extracted],
    head: Sequence[Extracted],
    compare: Compare = compare,
    work: Work = _at_once,
    own_accounts: frozenset[str] = frozenset(),
    variants: Variants = NO_VARIANTS,
) -> PrivilegeDiff:
    """Compare two revisions root by root; holders that went to another root are found there.

    `own_accounts` are those that are known to be ours, `variants` say which roots are one in different settings.
    """
    told = functools.partial(holder_diff, compare=compare, owns=owner_among(own_accounts))
    leftover = Pairing({}, {})
    deltas: list[HolderDelta] = []
    reaches: list[Reach] = []
    credentials: list[CredentialChange] = []
    sides: dict[str, tuple[Side, Side]] = {}
    for name, (before, after) in _roots(base, head).items():
        if before == after and issuers(before) == issuers(after):
            continue
        mapping = renames(before, after)
        after = with_standing(before, after, mapping)
        pairing, sides[name] = _paired(before, after, mapping)
        more = renames_by_pairs(pairing.pairs, before, after)
        if more:
            mapping = {**more, **mapping}
            pairing, sides[name] = _paired(before, after, mapping)
        deltas.extend(_pairs(pairing, sides, told, work))
        deltas.extend(_made_within(after, sides[name], told, work))
        leftover.base.update(pairing.base)
        leftover.head.update(pairing.head)
        reaches.extend(work(name, functools.partial(new_reach, before, after, mapping, sides[name], compare)))
        credentials.extend(new_credentials(before, after, mapping))
    may_be_one = _may_be_one(base, head, _names_of(variants))
    existing = _existing(base, variants), _existing(head, variants)
    pair_over_roots(leftover, *existing, _names_of(variants), may_be_one)
    deltas.extend(_pairs(leftover, sides, told, work))
    deltas.extend(_alone(leftover, sides, told, work))
    news = settled(without_named_anew(deltas, base, head, own_accounts), base, head)
    said = _without_inherited(but_for_own_accounts(news, head), (*head, *base))
    told_of = (one for delta in said if (one := _without_latent_losses(delta)).delta != Delta())
    came = _came_into_being(base, head, sides)
    beside_lost = with_taken(told_of, _may_have_moved(existing, _names_of(variants), may_be_one))
    holders = sorted((_with_trust(_with_creation(delta, came), sides) for delta in beside_lost), key=_place)
    return told_where_it_is(PrivilegeDiff(tuple(holders), tuple(credentials), tuple(reaches)), variants, head)


def _paired(before: Extracted, after: Extracted, mapping: Renames) -> tuple[Pairing, tuple[Side, Side]]:
    existed, abroad, called = (
        frozenset(renamed(address, mapping) for address in some)
        for some in (before.addresses, before.abroad, before.calls)
    )
    created = _created(after, existed | called)
    sides = (side(before, mapping), dataclasses.replace(side(after), created=created))
    blocks = Blocks(existed - abroad, after.addresses, called & after.calls)
    makers = {renamed(address, mapping): names for address, names in before.accounts.providers.items()}
    accounts = dataclasses.replace(before.accounts, providers=makers)
    may_be_one = functools.partial(may_be_made_alike, base=accounts, head=after.accounts)
    return pair_holders(sides[0].grants, sides[1].grants, blocks, may_be_one), sides


def _created(after: Extracted, existed: frozenset[str]) -> frozenset[str]:
    """What comes into being; nothing in a root that is new as a whole, as that may have moved."""
    if not existed:
        return frozenset()
    imported = {prefix for address in after.imported for prefix in prefixes(address)}
    return (after.addresses | after.calls) - existed - imported


def _came_into_being(
    base: Sequence[Extracted], head: Sequence[Extracted], sides: Mapping[str, tuple[Side, Side]]
) -> Mapping[str, frozenset[str]]:
    """By root the addresses of what no root had; of a root that is new as a whole without the types of which others
    gave up one."""
    stays = {one.root: one.addresses for one in head}
    given_up = {block_type(gone) for one in base for gone in one.addresses - stays.get(one.root, frozenset())}
    came = {}
    for one in head:
        before, after = sides.get(one.root, (Side(), Side()))
        imported = {prefix for address in one.imported for prefix in prefixes(address)}
        new = (address for address in one.addresses - imported if block_type(address) not in given_up)
        came[one.root] = after.created if before.addresses else frozenset(new)
    return came


def _with_creation(delta: HolderDelta, came: Mapping[str, frozenset[str]]) -> HolderDelta:
    """The delta with whether its holder comes into being."""
    new = delta.head
    if delta.base is not None or new is None or new.address not in came.get(new.root, ()):
        return delta
    return dataclasses.replace(delta, created=True)


def _with_trust(delta: HolderDelta, sides: Mapping[str, tuple[Side, Side]]) -> HolderDelta:
    """The delta of a role with who may use it, whether that changed or not."""
    role = delta.head
    if not isinstance(role, Role | UnreadModule):
        return delta
    trust = trust_of(role, sides[role.root][1])
    return delta if trust is None else dataclasses.replace(delta, trust=trust)


def _without_latent_losses(delta: HolderDelta) -> HolderDelta:
    """What nobody has today nobody can lose."""
    if not delta.disabled_by_default or not delta.delta.lost:
        return delta
    return dataclasses.replace(delta, delta=dataclasses.replace(delta.delta, lost=()))


def _existing(side: Sequence[Extracted], variants: Variants) -> frozenset[str]:
    """The roots that have anything, of variants their directory; one that is not there evaluates to nothing."""
    names_of = _names_of(variants)
    return frozenset(names_of(one.root)[0] for one in side if one.addresses or one.grants)


def _names_of(variants: Variants) -> NamesOf:
    return lambda root: (variants[root].directory, *variants[root].names) if root in variants else (root,)


def _may_be_one(base: Sequence[Extracted], head: Sequence[Extracted], names_of: NamesOf) -> MayBeOne:
    before, after = ({one.root: one.accounts for one in side} for side in (base, head))
    return lambda old, new: (
        is_for_no_more(names_of(old.root), names_of(new.root)) and may_be_of_one_account(old, new, before, after)
    )


def _may_have_moved(
    existing: tuple[frozenset[str], frozenset[str]], names_of: NamesOf, may_be_one: MayBeOne
) -> MayBeOne:
    """Whether a holder may have gone to another root, one of the two being gone or new, and none another environment's:
    what leaves one that stays and comes up in another that was there is another account's."""

    def moved(old: PolicySubject, new: PolicySubject) -> bool:
        left, came = names_of(old.root)[0] not in existing[1], names_of(new.root)[0] not in existing[0]
        return (left or came) and may_be_one(old, new) and not is_of_another_environment(old.root, new.root)

    return moved


def _roots(base: Sequence[Extracted], head: Sequence[Extracted]) -> Mapping[str, tuple[Extracted, Extracted]]:
    before = {one.root: one for one in base}
    after = {one.root: one for one in head}
    return {
        name: (before.get(name, Extracted(name)), after.get(name, Extracted(name)))
        for name in dict.fromkeys((*before, *after))
    }


def _pairs(pairing: Pairing, sides: Mapping[str, tuple[Side, Side]], told: Told, work: Work) -> Iterator[HolderDelta]:
    for old, new in pairing.pairs:
        before, after = sides[old.root][0], sides[new.root][1]
        base, head = _held(before, old), _held(after, new)
        handed = _handed(base, old, new, before, after)
        base = dataclasses.replace(base, grants=(*base.grants, *_handed_before(old, before, head, handed)))
        head = dataclasses.replace(head, grants=(*head.grants, *handed))
        head = dataclasses.replace(head, unseen=counts_for_unseen(new, (*base.grants, *head.grants), after))
        yield from work(new.root, functools.partial(_compared, base, head, before, told))


def _alone(pairing: Pairing, sides: Mapping[str, tuple[Side, Side]], told: Told, work: Work) -> Iterator[HolderDelta]:
    """New holders and gone ones. A policy that lost its last holder, or found its first, is not new by that."""
    for new in pairing.head:
        before, after = sides[new.root]
        earlier = SubjectSide(None, blocks=blocks_of(new, before.blocks))
        if isinstance(new, UnattachedPolicy):
            earlier = SubjectSide(None, _text_of(before, new.address))
        yield from work(new.root, functools.partial(_compared, earlier, _held(after, new), before, told))
    for old in pairing.base:
        before, after = sides[old.root]
        if (isinstance(old, UnattachedPolicy) and _text_of(after, old.address)) or _went_with_all(old, before, after):
            continue
        held = _held(before, old)
        gone = old.address in before.addresses and old.address not in after.addresses
        handed = _handed(held, old, old, before, after)
        unseen = counts_for_unseen(old, held.grants, after)
        left = SubjectSide(old if handed else None, handed, unseen=unseen, gone=gone)
        yield from work(old.root, functools.partial(_told, held, left, told))


def _made_within(after: Extracted, sides: tuple[Side, Side], told: Told, work: Work) -> Iterator[HolderDelta]:
    """What boundaries let through from now on of those that whoever makes roles has to give them, who are not here."""
    for one in after.ceilings:
        before, now = (SubjectSide(one, _limits_of(side, one), unseen=True) for side in sides)
        if before.grants:
            yield from work(after.root, functools.partial(_compared, before, now, sides[0], told))


def _limits_of(where: Side, policy: UnattachedPolicy) -> tuple[Grant, ...]:
    held = (grant for grants in where.grants.values() for grant in grants if grant.policy == policy.address)
    limits = (dataclasses.replace(one, holder=policy) for one in held if one.kind is PolicyKind.LIMIT)
    return tuple({one.statement: one for one in limits}.values())


def _went_with_all(old: PolicySubject, before: Side, after: Side) -> bool:
    """Whether what only limited is gone together with all that could be reached by way of it, as an endpoint's VPC."""
    whole = before.within.get(old.address)
    if whole is None or whole in after.addresses:
        return False
    kind = block_type(whole)
    return not any(block_type(address) == kind for address in after.created)


def _handed(base: SubjectSide, old: PolicySubject, new: PolicySubject, before: Side, after: Side) -> tuple[Grant, ...]:
    """What hands a key to its account at head, as AWS does by default, where a policy that is in view did not all.

    Which of it is new is compared. What is handed to an account is not what another one had; whoever applies this is
    the key's own.
    """
    handed = before.handed.get(old, ())
    if base.gaps or not (base.grants or handed):
        return ()
    had = {account for one in handed if gives_everything(one.statement) for account in whole_accounts(one.statement)}
    return tuple(one for one in after.handed.get(new, ()) if not (had and _had(one, had)))


def _had(handed: Grant, accounts: Container[str]) -> bool:
    return all(account in accounts or CALLER in account for account in whole_accounts(handed.statement))


def _handed_before(old: PolicySubject, before: Side, head: SubjectSide, handed: Iterable[Grant]) -> tuple[Grant, ...]:
    """What of the base hands a key to its account and is compared with what the head does; what is handed over no
    longer, to nobody else, is nobody's loss."""
    named = {account for one in head.grants for account in whole_accounts(one.statement)}
    every = before.handed.get(old, ())
    return every if handed else tuple(one for one in every if not named.isdisjoint(whole_accounts(one.statement)))


def _compared(base: SubjectSide, head: SubjectSide, before: Side, told: Told) -> tuple[HolderDelta, ...]:
    """The deltas of one pair, with what either already has on the other side of the same account."""
    if same(base.grants, head.grants):
        return ()
    holder = base.holder or head.holder
    also = beside(holder, (*base.grants, *head.grants), before) if holder is not None else ()
    earlier, later = with_known_arns(base.grants, head.grants)
    return _told(
        dataclasses.replace(base, grants=earlier, beside=also),
        dataclasses.replace(head, grants=later, beside=also),
        told,
    )


def _told(base: SubjectSide, head: SubjectSide, told: Told) -> tuple[HolderDelta, ...]:
    return tuple(told(base, head))


def _held(where: Side, holder: PolicySubject) -> SubjectSide:
    blocks = blocks_of(holder, where.blocks)
    grants, gaps = where.grants.get(holder, ()), where.gaps.get(holder, ())
    return SubjectSide(holder, grants, gaps, blocks, created=where.created, called=where.called.get(holder.address))


def _text_of(where: Side, policy: str) -> tuple[Grant, ...]:
    """The statements of a policy, whoever holds them or is limited by them, also where a default keeps these out."""
    held = (grant for grants in where.grants.values() for grant in grants if grant.policy == policy)
    return tuple(dataclasses.replace(one, kind=PolicyKind.IDENTITY, guards=one.text_guards) for one in held)


def _without_inherited(deltas: Iterable[HolderDelta], sides: Iterable[Extracted]) -> Iterator[HolderDelta]:
    """Leave out what a member gains or loses only because its group does: the group says it."""
    found = list(deltas)
    groups: dict[PolicySubject, list[PolicySubject]] = {}
    for extracted in sides:
        for membership in extracted.members:
            groups.setdefault(membership.member, []).append(membership.group)
    said = _by_subject(found)
    for delta in found:
        holder = delta.head or delta.base
        inherited = [one for group in groups.get(holder, ()) for one in said.get(group, ())] if holder else []
        own = _minus(delta.delta, inherited)
        if own != Delta():
            yield dataclasses.replace(delta, delta=own)


def _by_subject(deltas: Iterable[HolderDelta]) -> dict[PolicySubject, list[Delta]]:
    said: dict[PolicySubject, list[Delta]] = {}
    for delta in deltas:
        for holder in {delta.head, delta.base}:
            if holder is not None:
                said.setdefault(holder, []).append(delta.delta)
    return said


def _minus(delta: Delta, inherited: Iterable[Delta]) -> Delta:
    known = {(part, change.row) for one in inherited for part, change in _changes(one)}
    if not known:
        return delta
    kept = [(part, change) for part, change in _changes(delta) if (part, change.row) not in known]
    return Delta(*(tuple(change for name, change in kept if name == part) for part in _PARTS))


_PARTS = ("gained", "lost", "undecided")


def _changes(delta: Delta) -> Iterator[tuple[str, Change]]:
    for part, changes in zip(_PARTS, (delta.gained, delta.lost, delta.undecided), strict=True):
        yield from ((part, change) for change in changes)


def _place(delta: HolderDelta) -> tuple[str, str, str]:
    holder = delta.head or delta.base
    return ("", "", "") if holder is None else (holder.root, holder.address, holder.kind)
