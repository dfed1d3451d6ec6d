"""What defaults rule out in one variant of a root, and another variant of it switches on, is told of that one alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterable, Iterator, Mapping

from bot.access_diff.delta import CredentialChange, Delta, HolderDelta, PrivilegeDiff, Reach
from bot.evaluated.guard import disabled_by_default
from bot.extract import Extracted
from bot.frozen import dataclass
from bot.iam.grant import Grant
from bot.iam.policy_subject import PolicySubject
from bot.iam.statement import Statement


@dataclass(frozen=True, slots=True)
class VariantName:
    """A variant of a root: the root's directory, the names of all that are the same, and how many it has in all.

    `is_new` if it was not there before, beside others.
    """

    directory: str
    names: tuple[str, ...]
    of: int
    is_new: bool = False

    @property
    def told(self) -> tuple[str, ...]:
        """The names, where there are others to tell them from."""
        return self.names if self.of > 1 else ()


Variants = Mapping[str, VariantName]
"""The variants among the roots, by the roots' names."""

NO_VARIANTS: Variants = {}


def told_where_it_is(diff: PrivilegeDiff, variants: Variants, head: Iterable[Extracted]) -> PrivilegeDiff:
    """The difference without what is nothing today where another variant has it today: of that it is told."""
    if not variants:
        return diff
    grants = (grant for one in head if one.root in variants for grant in one.grants)
    on = {_mark(grant, variants) for grant in grants if not disabled_by_default(grant.guards)}
    return PrivilegeDiff(
        tuple(_but_for(diff.holders, on, variants)),
        tuple(_credentials(diff.credentials, variants)),
        tuple(_reaches(diff.reaches, variants)),
    )


def _but_for(deltas: Iterable[HolderDelta], on: set[Hashable], variants: Variants) -> Iterator[HolderDelta]:
    for delta in deltas:
        holder = delta.head or delta.base
        if delta.disabled_by_default and holder is not None and holder.root in variants:
            new = variants[holder.root].is_new  # what it does not switch on is no news with it
            left = Delta() if new else _left(delta.delta, _whose(holder, variants), on)
            delta = dataclasses.replace(delta, delta=left)
        if delta.delta != Delta():
            yield delta


def _left(delta: Delta, whose: Hashable, on: set[Hashable]) -> Delta:
    gained, undecided = (
        tuple(change for change in changes if (whose, _place(change.statement)) not in on)
        for changes in (delta.gained, delta.undecided)
    )
    return Delta(gained, delta.lost, undecided)


def _mark(grant: Grant, variants: Variants) -> Hashable:
    """What a holder has today, by where it is written."""
    return _whose(grant.holder, variants), _place(grant.statement)


def _whose(holder: PolicySubject, variants: Variants) -> Hashable:
    known = variants.get(holder.root)
    return (holder.root if known is None else known.directory, holder.kind, holder.address)


def _place(statement: Statement) -> Hashable:
    """Where the statement is written, which is one place for all variants; its text where nobody knows."""
    return statement.trail[:1] or statement


def _is_off(change: CredentialChange) -> bool:
    return bool(disabled_by_default(change.credential.guards))


def _credentials(changes: Iterable[CredentialChange], variants: Variants) -> Iterator[CredentialChange]:
    every = tuple(changes)
    on = {_credential(one, variants) for one in every if not _is_off(one)}
    return (one for one in every if not _is_off(one) or _credential(one, variants) not in on)


def _credential(change: CredentialChange, variants: Variants) -> Hashable:
    one = change.credential
    return (_whose(one.owner, variants), one.address)


def _reaches(reaches: Iterable[Reach], variants: Variants) -> Iterator[Reach]:
    every = tuple(reaches)
    on = {_way(one, variants) for one in every if not disabled_by_default(one.guards)}
    return (one for one in every if not disabled_by_default(one.guards) or _way(one, variants) not in on)


def _way(reach: Reach, variants: Variants) -> Hashable:
    return (_whose(reach.holder, variants), reach.path[reach.new].trail[:1])
