"""Pairs the holders of base and head: by address, name, then content; what stays alone is new or gone."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Set
from dataclasses import field

from bot.access_diff.likeness import likeness, profile
from bot.evaluated.address import module_prefix
from bot.evaluated.document import Symbol
from bot.evaluated.production import is_of_another_environment
from bot.extract.account_names import AccountNames
from bot.frozen import dataclass
from bot.iam.grant import Grant
from bot.iam.policy_subject import PolicySubject, Role, RoleTrust, UnreadModule
from bot.iam.statement import Statement

Grants = tuple[Grant, ...]
Held = Mapping[PolicySubject, Grants]

MayBeOne = Callable[[PolicySubject, PolicySubject], bool]
"""Whether a holder of the base may be one of the head."""

NEAR = 0.6
"""Holders that are at least this alike are the same one, renamed."""


@dataclass(slots=True)
class Pairing:
    """Pairs found so far, and who is still alone on either side."""

    base: dict[PolicySubject, Grants]
    head: dict[PolicySubject, Grants]
    pairs: list[tuple[PolicySubject, PolicySubject]] = field(default_factory=list)
    may_be_one: MayBeOne = lambda old, new: True

    def pair(self, base: PolicySubject, head: PolicySubject) -> None:
        """Take two holders out as the same one."""
        self.pairs.append((base, head))
        del self.base[base], self.head[head]

    def by(self, key: Callable[[PolicySubject, Grants], Hashable | None]) -> None:
        """Pair those of one key that are the only ones with it on their side."""
        base, head = _keyed(self.base, key), _keyed(self.head, key)
        for value, sources in base.items():
            targets = head.get(value, [])
            if len(sources) == len(targets) == 1 and self.may_be_one(sources[0], targets[0]):
                self.pair(sources[0], targets[0])


@dataclass(frozen=True, slots=True)
class Blocks:
    """The addresses of resources of one root: at base (spelled as at head), and at head.

    `calls` are those of calls of modules, into which nobody here could look, that are there on both sides.
    """

    base: frozenset[str] = frozenset()
    head: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()


def pair_holders(base: Held, head: Held, blocks: Blocks, may_be_one: MayBeOne = lambda old, new: True) -> Pairing:
    """Pair the holders of one root with its head's; addresses are already spelled as at head.

    What has its address is itself; of what has another one `may_be_one` is asked.
    """
    pairing = Pairing(dict(base), dict(head))
    pairing.by(_address)
    pairing.may_be_one = may_be_one
    pairing.by(_name)
    _pair_by_content(pairing, blocks)
    return pairing


def pair_over_roots(
    pairing: Pairing, base_roots: Iterable[str], head_roots: Iterable[str], names_of: NamesOf, may_be_one: MayBeOne
) -> None:
    """Pair what is left with holders of other roots, where one of the two roots is gone or new.

    A role that leaves one environment and comes up in another, both of which stay, is another
    account's role: it is not paired. Nor is one of a new variant of a root: `names_of` says of which root one is.
    """
    gone = _out_of(pairing.base, frozenset(head_roots), names_of)
    new = _out_of(pairing.head, frozenset(base_roots), names_of)
    if not gone and not new:
        return
    moved = Pairing(gone or dict(pairing.base), new or dict(pairing.head), may_be_one=may_be_one)
    for root in moved_roots(gone, new, names_of):
        _pair_root(moved, *root)
    moved.by(lambda holder, _: identity(holder))
    moved.by(_name)
    _pair_by_content(moved, Blocks())
    for old, found in moved.pairs:
        pairing.pair(old, found)


def _out_of(held: Held, roots: frozenset[str], names_of: NamesOf) -> dict[PolicySubject, Grants]:
    """The holders whose root is in none of these folders."""
    return {holder: grants for holder, grants in held.items() if names_of(holder.root)[0] not in roots}


def _pair_root(pairing: Pairing, old: str, new: str) -> None:
    """Pair what a root holds with what another one does."""
    targets = {identity(holder): holder for holder in pairing.head if holder.root == new}
    for holder in [one for one in pairing.base if one.root == old]:
        target = targets.get(identity(holder))
        if target is not None and pairing.may_be_one(holder, target):
            pairing.pair(holder, target)


def _address(holder: PolicySubject, grants: Grants) -> Hashable:
    return (holder.kind, holder.root, holder.address)


def _name(holder: PolicySubject, grants: Grants) -> Hashable | None:
    return (holder.kind, holder.name) if is_named(holder) else None


def _pair_by_content(pairing: Pairing, blocks: Blocks) -> None:
    """Pair by equal statements, near ones, and by the role that a trust belongs to.

    A block that is there on both sides is itself and no other: it can lose or gain all it has. Nor is
    a principal that is defined elsewhere another one because its access is the same.
    """
    renamed = Pairing(
        {
            holder: grants
            for holder, grants in pairing.base.items()
            if _may_be_other(holder, blocks.base - blocks.head, blocks)
        },
        {
            holder: grants
            for holder, grants in pairing.head.items()
            if _may_be_other(holder, blocks.head - blocks.base, blocks)
        },
        may_be_one=pairing.may_be_one,
    )
    if not renamed.base or not renamed.head:
        return
    renamed.by(lambda holder, grants: None if isinstance(holder, RoleTrust) else _content(holder, grants))
    _pair_near(renamed)
    _follow_roles(renamed)
    renamed.by(_content)
    for old, new in renamed.pairs:
        pairing.pair(old, new)


def _may_be_other(holder: PolicySubject, only_here: frozenset[str], blocks: Blocks) -> bool:
    return blocks == Blocks() or (_is_call(holder) and _call(holder) not in blocks.calls) or holder.address in only_here


def _is_call(holder: PolicySubject) -> bool:
    """Whether a principal or a trust is that of a module that nobody here could look into."""
    return module_prefix(f"{_call(holder)}.") == f"{_call(holder)}."


def _call(holder: PolicySubject) -> str:
    return holder.call if isinstance(holder, UnreadModule) else holder.address


def is_named(holder: PolicySubject) -> bool:
    """Whether a holder's name says more than its address does."""
    return bool(holder.name) and holder.name != str(Symbol(f"{holder.address}.name"))


def _content(holder: PolicySubject, grants: Grants) -> Hashable | None:
    statements = _statements(grants)
    return (holder_kind(holder), statements) if statements else None


def holder_kind(holder: PolicySubject) -> str:
    """A role may come out of a module that nobody here could look into, or go into one."""
    return Role.kind if isinstance(holder, UnreadModule) else holder.kind


def _follow_roles(pairing: Pairing) -> None:
    """A role's trust goes where the role went."""
    went: dict[tuple[str, str], tuple[str, str]] = {
        (old.root, old.address): (new.root, new.address) for old, new in pairing.pairs if holder_kind(old) == Role.kind
    }
    targets = {(holder.root, holder.address): holder for holder in pairing.head if isinstance(holder, RoleTrust)}
    for holder in [one for one in pairing.base if isinstance(one, RoleTrust)]:
        target = targets.get(went.get((holder.root, holder.address), ("", "")))
        if target is not None and target in pairing.head:
            pairing.pair(holder, target)


def _pair_near(pairing: Pairing) -> None:
    """Pair the nearest first; a trust is too short a text to be recognised by."""
    before = {one: profile(one, pairing.base) for one in pairing.base if not isinstance(one, RoleTrust)}
    after = {one: profile(one, pairing.head) for one in pairing.head if not isinstance(one, RoleTrust)}
    scored = [
        (score, position, old, new)
        for position, old in enumerate(before)
        for new in after
        if holder_kind(old) == holder_kind(new)
        and pairing.may_be_one(old, new)
        and (score := likeness(before[old], after[new])) >= NEAR
    ]
    for _, _, old, new in sorted(scored, key=lambda item: (-item[0], item[1])):
        if old in pairing.base and new in pairing.head:
            pairing.pair(old, new)


def _statements(grants: Iterable[Grant]) -> frozenset[Statement]:
    return frozenset(grant.statement for grant in grants)


def _keyed(
    held: Mapping[PolicySubject, Grants], key: Callable[[PolicySubject, Grants], Hashable | None]
) -> dict[Hashable, list[PolicySubject]]:
    found: dict[Hashable, list[PolicySubject]] = {}
    for holder, grants in held.items():
        value = key(holder, grants)
        if value is not None:
            found.setdefault(value, []).append(holder)
    return found


Accounts = Mapping[str, AccountNames]
"""What the roots of one side say of the accounts that they work in."""

NamesOf = Callable[[str], tuple[str, ...]]
"""The folder of a root, and the names of the variants that it is."""

Rank = tuple[float, bool, int]


def identity(holder: PolicySubject) -> Hashable:
    """What stays the same of a holder whose root is in another folder."""
    return (holder.kind, holder.address, holder.name)


def moved_roots(
    gone: Iterable[PolicySubject], new: Iterable[PolicySubject], names_of: NamesOf
) -> Iterator[tuple[str, str]]:
    """Each root that is gone and the new one that holds most of what it held, those that are most alike first.

    Of roots that hold the same those of one variant are one, then those whose folders end alike: `environments/dev`
    goes to `accounts/dev`.
    """
    before, after = _by_root(gone), _by_root(new)
    ranked = [
        (_rank(held, after[now], names_of(old), names_of(now)), old, now)
        for old, held in before.items()
        for now in after
        if held & after[now] and is_for_no_more(names_of(old), names_of(now))
    ]
    for _, old, now in sorted(ranked, key=lambda one: one[0], reverse=True):
        if old in before and now in after:
            yield old, now
            del before[old], after[now]


def is_for_no_more(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """Whether a root stands for no variants but those that another one stood for, or each for one alone.

    Nor does one stand for the other whose folder is another environment's.
    """
    variants = set(new[1:]) <= set(old[1:]) or max(len(old), len(new)) <= 2
    return variants and not is_of_another_environment(old[0], new[0])


def may_be_of_one_account(old: PolicySubject, new: PolicySubject, base: Accounts, head: Accounts) -> bool:
    """Whether two holders of two roots may be of one: not where providers name others, or come by them otherwise.

    A provider that refuses all accounts but one from now on works in the one that it worked in.
    """
    before, after = base.get(old.root, AccountNames()), head.get(new.root, AccountNames())
    said, now = before.said_of(old.address), after.said_of(new.address)
    alike = before.credentials_of(old.address) == after.credentials_of(new.address)
    if len(said) == 1:
        return now == said
    return alike and (not said or (bool(now) and now <= said))


def may_be_made_alike(old: PolicySubject, new: PolicySubject, base: AccountNames, head: AccountNames) -> bool:
    """Whether two holders of one root at two addresses may be one: not where other providers make them, which name
    other accounts or come by them otherwise. What one provider does from now on is told of the provider."""
    if base.providers.get(old.address) == head.providers.get(new.address):
        return True
    said, now = base.said_of(old.address), head.said_of(new.address)
    if said and now:
        return not said.isdisjoint(now)
    return base.credentials_of(old.address) == head.credentials_of(new.address)


def _by_root(holders: Iterable[PolicySubject]) -> dict[str, set[Hashable]]:
    found: dict[str, set[Hashable]] = {}
    for holder in holders:
        found.setdefault(holder.root, set()).add(identity(holder))
    return found


def _rank(old: Set[Hashable], new: Set[Hashable], old_names: tuple[str, ...], new_names: tuple[str, ...]) -> Rank:
    folders = zip(reversed(old_names[0].split("/")), reversed(new_names[0].split("/")), strict=False)
    alike = next((place for place, (left, right) in enumerate(folders) if left != right), len(old_names[0]))
    return len(old & new) / len(old | new), not set(old_names[1:]).isdisjoint(new_names[1:]), alike
