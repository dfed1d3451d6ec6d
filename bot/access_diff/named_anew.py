"""Access that goes over to a thing's new name: what is gained under it is what is lost under the old one.

Of what a thing's own policy denies it is the other way round: it no longer holds back under the old name.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.access_diff.delta import Change, ConditionView, Delta, HolderDelta, PrincipalPattern, Row
from bot.access_diff.renames import prefixes
from bot.evaluated.address import module_of
from bot.extract import Extracted
from bot.frozen import dataclass
from bot.iam.arn import Arn


@dataclass(frozen=True, slots=True)
class _Naming:
    """A thing's ARNs, in whatever partition and region, and in an account that is ours or not written.

    `own_accounts` are None for what its own policy says of it.
    """

    before: Arn
    now: Arn
    own_accounts: frozenset[str] | None

    def earlier(self, written: str) -> str:
        """Printed text of a resource or principal with the name of before in place of the one of now."""
        found = Arn.parse(written)
        if found is None or found.service != self.now.service or not found.resource.startswith(self.now.resource):
            return written
        if self.own_accounts is not None and found.account.isdigit() and found.account not in self.own_accounts:
            return written
        rest = found.resource[len(self.now.resource) :]
        if rest and rest[0] not in ":/":
            return written
        return str(dataclasses.replace(found, resource=f"{self.before.resource}{rest}"))


def without_named_anew(
    deltas: Iterable[HolderDelta],
    base: Sequence[Extracted],
    head: Sequence[Extracted],
    own_accounts: frozenset[str] = frozenset(),
) -> Iterator[HolderDelta]:
    """The deltas without gains and losses that are one grant under two names of the thing.

    A name that something of the base bears is none of these, nor what an `import` block puts there: that is another
    thing, as is what another account has under the name. `base` and `head` are all roots.
    """
    taken = {arn for one in base for arn in one.arn_names.values()}
    before = {one.root: one for one in base}
    namings = {
        one.root: [naming for naming in _namings(before[one.root], one, own_accounts) if naming.now not in taken]
        for one in head
        if one.root in before
    }
    for delta in deltas:
        holder = delta.head
        known = namings.get(holder.root, []) if holder is not None and delta.base is not None else []
        yield _without(delta, known) if known else delta


def under_one_name(delta: Delta, before: Arn | None, now: Arn | None) -> Delta:
    """What a thing's own policy lets through, but for what it holds back under the thing's new name instead."""
    if before is None or now is None or before == now:
        return delta
    naming = _Naming(before, now, None)
    held_back = [_earlier(change.row, naming) for change in delta.lost]
    return dataclasses.replace(delta, gained=tuple(change for change in delta.gained if change.row not in held_back))


def _namings(base: Extracted, head: Extracted, own_accounts: frozenset[str]) -> Iterator[_Naming]:
    pairs = {address: address for address in base.arn_names if address in head.arn_names}
    gone = _by_kind(base.arn_names.keys() - head.addresses)
    for kind, coming in _by_kind(head.arn_names.keys() - base.addresses).items():
        if len(coming) == len(gone.get(kind, ())) == 1:
            pairs[gone[kind][0]] = coming[0]
    for old, now in pairs.items():
        naming = _Naming(base.arn_names[old], head.arn_names[now], own_accounts)
        follows = old == now or _is_follower(naming)
        if naming.before != naming.now and head.imported.isdisjoint(prefixes(now)) and follows:
            yield naming


def _by_kind(addresses: Iterable[str]) -> Mapping[tuple[str, str], list[str]]:
    """By module and type."""
    found: dict[tuple[str, str], list[str]] = {}
    for address in addresses:
        module = module_of(address)
        local = address.removeprefix(f"{module}.")
        found.setdefault((module, local.partition(".")[0]), []).append(address)
    return found


def _is_follower(naming: _Naming) -> bool:
    """A role or user of another block is the same one under another path only: by another name its users are others."""
    return naming.now.service != "iam" or naming.now.name == naming.before.name


def _without(delta: HolderDelta, namings: Sequence[_Naming]) -> HolderDelta:
    lost: list[Change] = list(delta.delta.lost)
    gained: list[Change] = []
    for change in delta.delta.gained:
        row = change.row
        for naming in namings:
            row = _earlier(row, naming)
        same = next((one for one in lost if one.row == row), None) if row != change.row else None
        if same is None:
            gained.append(change)
        else:
            lost.remove(same)
    if len(gained) == len(delta.delta.gained):
        return delta
    found = dataclasses.replace(delta.delta, gained=tuple(gained), lost=tuple(lost))
    return dataclasses.replace(delta, delta=found)


def _earlier(row: Row, naming: _Naming) -> Row:
    return dataclasses.replace(
        row,
        resources=tuple(map(naming.earlier, row.resources)),
        except_resources=tuple(map(naming.earlier, row.except_resources)),
        principals=tuple(_principal(one, naming) for one in row.principals),
        conditions=tuple(_condition(one, naming) for one in row.conditions),
    )


def _principal(one: PrincipalPattern, naming: _Naming) -> PrincipalPattern:
    without = tuple(_principal(other, naming) for other in one.without)
    return dataclasses.replace(one, name=naming.earlier(one.name), without=without)


def _condition(one: ConditionView, naming: _Naming) -> ConditionView:
    return dataclasses.replace(one, values=tuple(map(naming.earlier, one.values)))
