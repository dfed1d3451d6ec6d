"""Access that goes over to a thing's new name: what is gained under it is what is lost under the old one."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence

from bot.access_diff.delta import Change, ConditionView, Delta, HolderDelta, PrincipalPattern, Row
from bot.access_diff.renames import prefixes, renamed, renames
from bot.evaluated.address import block_type, module_of
from bot.evaluated.document import Text
from bot.extract import Extracted
from bot.extract.arn_names import PARTS, RELABELLED
from bot.frozen import dataclass
from bot.iam.arn import Arn
from bot.iam.policy_subject import Resource
from bot.iam.statement import Effect, Statement


@dataclass(frozen=True, slots=True)
class _Naming:
    """A thing's ARNs, in whatever partition and region, and in an account that is ours or not written.

    `address` is the block's at head, `parts` what an ARN goes on with that names a part of the thing.
    """

    address: str
    before: Arn
    now: Arn
    own_accounts: frozenset[str]
    parts: tuple[str, ...]

    def earlier(self, written: str) -> str:
        """Printed text of a resource or principal with the name of before in place of the one of now."""
        found = Arn.parse(written)
        if (
            found is None
            or not self.names(found)
            or (found.account.isdigit() and found.account not in self.own_accounts)
        ):
            return written
        return str(dataclasses.replace(found, resource=f"{self.before.resource}{self._rest(found)}"))

    def names(self, found: Arn) -> bool:
        """Whether an ARN is of the thing under its new name, or of a part of it."""
        if found.service != self.now.service or not found.resource.startswith(self.now.resource):
            return False
        rest = self._rest(found)
        return not rest or rest.startswith(self.parts)

    def _rest(self, found: Arn) -> str:
        return found.resource[len(self.now.resource) :]

    def backwards(self) -> _Naming:
        """The same thing as it goes from its new name to the one of before."""
        return dataclasses.replace(self, before=self.now, now=self.before)


def without_named_anew(
    deltas: Iterable[HolderDelta],
    base: Sequence[Extracted],
    head: Sequence[Extracted],
    own_accounts: frozenset[str] = frozenset(),
) -> Iterator[HolderDelta]:
    """The deltas without gains and losses that are one grant under two names of the thing.

    A name that something of the base bears, looks up or writes out is none of these, nor what an `import` block puts
    there: that is another thing, as is what another account has under the name. `base` and `head` are all roots.
    """
    before = {one.root: one for one in base}
    found = {one.root: list(_namings(before[one.root], one, own_accounts)) for one in head if one.root in before}
    namings = _without_taken(found, base) if any(found.values()) else {}
    still = {arn for one in head for arn in one.arn_names.values()}
    for delta in deltas:
        holder = delta.head
        known = namings.get(holder.root, []) if holder is not None and delta.base is not None else []
        yield _without(delta, known, still) if known else delta


def _without_taken(found: Mapping[str, list[_Naming]], base: Sequence[Extracted]) -> Mapping[str, list[_Naming]]:
    taken = {arn for one in base for arn in one.arn_names.values()}
    written = {text for one in base for grant in one.grants for text in _texts(grant.statement)}
    known = [arn for text in sorted(written) if (arn := Arn.parse(text)) is not None]
    return {
        root: [one for one in namings if one.now not in taken and not any(map(one.names, known))]
        for root, namings in found.items()
    }


def _texts(statement: Statement) -> Iterator[str]:
    """What a statement names, in printed text."""
    yield from map(str, statement.resources)
    yield from (str(value) for condition in statement.conditions for value in condition.values)
    yield from (str(entry.identifier) for entry in (statement.principals.entries if statement.principals else ()))


def _namings(base: Extracted, head: Extracted, own_accounts: frozenset[str]) -> Iterator[_Naming]:
    moved = renames(base, head)
    pairs = {address: renamed(address, moved) for address in base.arn_names if address in base.addresses}
    pairs = {old: now for old, now in pairs.items() if now in head.arn_names and now in head.addresses}
    gone = _by_kind(base.arn_names.keys() - head.addresses)
    for kind, coming in _by_kind(head.arn_names.keys() - base.addresses).items():
        if kind[1] in RELABELLED and len(coming) == len(gone.get(kind, ())) == 1:
            pairs[gone[kind][0]] = coming[0]
    for old, now in pairs.items():
        naming = _Naming(now, base.arn_names[old], head.arn_names[now], own_accounts, PARTS.get(block_type(now), ()))
        if naming.before != naming.now and head.imported.isdisjoint(prefixes(now)) and _is_follower(naming):
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
    """A role or user is the same one under another path only: by another name its users are others."""
    return naming.now.service != "iam" or naming.now.name == naming.before.name


def _without(delta: HolderDelta, namings: Sequence[_Naming], still: Collection[Arn]) -> HolderDelta:
    """`still` are the names that something of the head bears."""
    lost: list[Change] = list(delta.delta.lost)
    own = [one for one in namings if one.before not in still and _keeps_denies(delta, one)]
    kept: dict[str, list[Change]] = {"gained": [], "undecided": []}
    for part, changes in (("gained", delta.delta.gained), ("undecided", delta.delta.undecided)):
        for change in changes:
            row = change.row
            for naming in namings:
                row = _earlier(row, naming)
            same = next((one for one in lost if one.row == row), None) if row != change.row else None
            if same is not None:
                lost.remove(same)
            elif not any(_is_of_before(change, naming) for naming in own):
                kept[part].append(change)
    gained, undecided = tuple(kept["gained"]), tuple(kept["undecided"])
    if (len(gained), len(undecided)) == (len(delta.delta.gained), len(delta.delta.undecided)):
        return delta
    return dataclasses.replace(delta, delta=Delta(gained, tuple(lost), undecided))


def _is_of_before(change: Change, naming: _Naming) -> bool:
    """Whether it is what a Deny no longer keeps from the thing's name of before alone."""
    found = [Arn.parse(one) for one in change.row.resources]
    old = naming.backwards()
    return bool(change.removed and found) and all(one is not None and old.names(one) for one in found)


def _keeps_denies(delta: HolderDelta, naming: _Naming) -> bool:
    """Whether it is the thing's own policy, and every Deny in it is there under the new name."""
    if not isinstance(delta.head, Resource) or delta.head.address != naming.address:
        return False
    after = {_spoken(one.statement, naming) for one in delta.grants}
    denies = (one.statement for one in delta.base_grants if one.statement.effect is Effect.DENY)
    return all(_spoken(one, naming) in after for one in denies)


def _spoken(statement: Statement, naming: _Naming) -> Hashable:
    """What a statement says, with the name of before."""

    def texts(given: Iterable[Text]) -> tuple[str, ...]:
        return tuple(sorted(naming.earlier(str(one)) for one in given))

    who = statement.principals
    return (
        statement.effect,
        (statement.not_action, texts(statement.actions)),
        (statement.not_resource, texts(statement.resources)),
        who and (who.negated, tuple(sorted((one.type, naming.earlier(str(one.identifier))) for one in who.entries))),
        tuple(sorted((one.operator, one.key, texts(one.values)) for one in statement.conditions)),
    )


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
