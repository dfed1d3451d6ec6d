"""Which root is another one in a new folder, and which holders of roots may be one: none of two accounts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Set

from bot.evaluated.production import is_of_another_environment
from bot.extract.account_names import AccountNames
from bot.iam.policy_subject import PolicySubject

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
    other accounts or come by theirs otherwise. What one provider does from now on is told of the provider."""
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
