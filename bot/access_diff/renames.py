"""Which addresses of the base became which of the head, and base statements spelled with the head's symbols."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping

from bot.evaluated.address import module_of, module_prefix
from bot.evaluated.document import Symbol, Text
from bot.evaluated.guard import Guard
from bot.evaluated.moved_guards import guards_at_head
from bot.evaluated.thing import Names
from bot.extract import Extracted
from bot.iam.grant import (
    AddressedSource,
    Edge,
    EdgeSource,
    Entrants,
    Grant,
    PoolGroup,
    PoolIdentities,
    ServiceAccount,
    TrustedSource,
)
from bot.iam.policy_subject import PolicySubject
from bot.iam.statement import Condition, PrincipalEntry, Statement

Renames = Mapping[str, str]
"""From a base address, or a prefix of one that ends where a step ends, to the head's."""


def renames(base: Extracted, head: Extracted) -> Renames:
    """Addresses that moved: by `moved` blocks, else blocks that only went into or out of a module."""
    before = {(moved.source, moved.target) for moved in base.moved}
    said = {moved.source: moved.target for moved in head.moved if (moved.source, moved.target) not in before}
    found = {source: target for source, target in said.items() if target in said or not _is_taken(source, target, base)}
    for source, target in _by_module(base, head):
        if renamed(source, found) == source:
            found[source] = target
    found.update(_looked_up(base, head))
    return {**dict(_whole_modules(found, base, head)), **found}


def _is_taken(source: str, target: str, base: Extracted) -> bool:
    """Whether the base has something at the address that a block is to move to: Terraform leaves both where they are,
    and what is at the address says nothing of what was to come there."""
    there = _parts(target, base)
    in_keys = {part for part in there if part.startswith("[") and not source.startswith(target)}
    return bool(in_keys or there & _parts(source, base) or (there and source in base.calls))


def _parts(address: str, side: Extracted) -> set[str]:
    """What is at an address or in it, by what comes after that."""
    known = (one for one in (*side.addresses, *side.calls) if one.startswith(address))
    return {part for one in known if (part := one[len(address) :])[:1] in ("", ".", "[")}


def _whole_modules(found: Renames, base: Extracted, head: Extracted) -> Iterator[tuple[str, str]]:
    """Modules of which a block went into another one, where all of the one is gone and all of the other is new.

    What else is in them goes along, also calls of modules that nobody here could look into, of the same sources and
    providers.
    """
    pairs = set(filter(None, (_modules(source, target) for source, target in found.items())))
    sources, targets = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    for before, after in pairs:
        if sources[before] == targets[after] == 1 and before not in found and _is_whole(before, after, base, head):
            yield before, after


def _modules(source: str, target: str) -> tuple[str, str] | None:
    """The two modules of a block that only went from the one into the other."""
    before, after = module_of(source), module_of(target)
    is_other = bool(before and after) and before != after
    return (before, after) if is_other and source.removeprefix(before) == target.removeprefix(after) else None


def _is_whole(before: str, after: str, base: Extracted, head: Extracted) -> bool:
    gone = not _inside(before, head) and not _inside(after, base)
    return gone and _calls(before, base) == _calls(after, head)


def _calls(module: str, side: Extracted) -> set[tuple[str, Hashable]]:
    """The calls in a module that nobody here could look into, each with its source and providers."""
    known = ((address, side.called.get(address)) for address in side.calls if address.startswith(f"{module}."))
    return {(address.removeprefix(module), None if one is None else one.maker) for address, one in known}


def _by_module(base: Extracted, head: Extracted) -> Iterator[tuple[str, str]]:
    """What is the only one of its name on both sides that is gone from a module, and new in another."""
    before, after = ((side.addresses | side.calls) for side in (base, head))
    inside = _by_local_part(after - before)
    for part, sources in _by_local_part(before - after).items():
        targets = inside.get(part, [])
        if len(sources) == len(targets) == 1 and _may_be_one(base, sources[0], head, targets[0]):
            yield sources[0], targets[0]


def _may_be_one(base: Extracted, source: str, head: Extracted, target: str) -> bool:
    """Whether two addresses are of blocks, or of calls of one unread module by the same arguments and providers."""
    if source not in base.calls and target not in head.calls:
        return True
    before, after = base.called.get(source), head.called.get(target)
    return before is not None and after is not None and before.is_same(after)


def _looked_up(base: Extracted, head: Extracted) -> Iterator[tuple[str, str]]:
    """What a block made and a look-up by its name finds now, or the other way round, and calls of unread modules.

    Each is the only one of its side that is the other's.
    """
    gone = {address: one for address, one in base.called.items() if address not in head.called}
    new = {address: one for address, one in head.called.items() if address not in base.called}
    pairs = [(old, now) for old, before in gone.items() for now, after in new.items() if before.is_same(after)]
    sources, targets = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    return ((old, now) for old, now in pairs if sources[old] == targets[now] == 1)


def renames_by_pairs(pairs: Iterable[tuple[PolicySubject, PolicySubject]], base: Extracted, head: Extracted) -> Renames:
    """What the pairs of principals under two addresses say: the principal is renamed, or its whole module is."""
    found: dict[str, str] = {}
    for old, new in pairs:
        if old.address == new.address or old.address not in base.addresses or new.address not in head.addresses:
            continue
        found[old.address] = new.address
        before, after = module_of(old.address), module_of(new.address)
        if before and after and not _inside(before, head) and not _inside(after, base):
            found.setdefault(before, after)
    return found


def _inside(module: str, side: Extracted) -> bool:
    return any(address.startswith(f"{module}.") for address in (*side.addresses, *side.calls))


def renamed(address: str, mapping: Renames) -> str:
    """The head's address for a base address (or for a longer name that starts with one).

    What has a key already does not go into an instance: `module.a` to `module.a[0]` leaves `module.a[0]` where it is.
    """
    if not mapping:
        return address
    if address.startswith("${") and address.find("}") == len(address) - 1:  # of what is known by a symbol alone
        return f"${{{renamed(address[2:-1], mapping)}}}"
    for end in _step_ends(address):
        target = mapping.get(address[:end])
        if target is not None and not (target.endswith("]") and address[end : end + 1] == "["):
            return target + address[end:]
    return address


def renamed_grant(grant: Grant, mapping: Renames) -> Grant:
    """A base grant under its head addresses, its statement with the head's symbols."""
    if not mapping:
        return grant
    return dataclasses.replace(
        grant,
        holder=renamed_holder(grant.holder, mapping),
        statement=renamed_statement(grant.statement, mapping),
        policy=renamed(grant.policy, mapping),
        guards=_guards(grant.guards, mapping),
        text_guards=_guards(grant.text_guards, mapping),
    )


def _guards(guards: tuple[Guard, ...], mapping: Renames) -> tuple[Guard, ...]:
    """Guards with the head's addresses in what they ask for."""
    return guards_at_head(guards, _names(mapping)) if guards else guards


def _names(mapping: Renames) -> Names:
    """The same as the names of one side, longest first."""
    return Names(moved=tuple(sorted(mapping.items(), key=lambda pair: len(pair[0]), reverse=True)))


def renamed_holder(holder: PolicySubject, mapping: Renames) -> PolicySubject:
    """A base holder under its head address."""
    return holder.at(renamed(holder.address, mapping))


def renamed_edge(edge: Edge, mapping: Renames) -> Edge:
    """A base edge between head addresses."""
    source = _renamed_source(edge.source, mapping)
    target = edge.target
    renamed_to = renamed(target, mapping) if isinstance(target, str) else _renamed_account(target, mapping)
    return dataclasses.replace(edge, source=source, target=renamed_to, guards=_guards(edge.guards, mapping))


def _renamed_account(account: ServiceAccount, mapping: Renames) -> ServiceAccount:
    said = (account.namespace, account.name, account.cluster)
    return ServiceAccount(*(None if one is None else _text(one, mapping) for one in said))


def _renamed_source(source: EdgeSource, mapping: Renames) -> EdgeSource:
    def text(written: Text | None) -> Text | None:
        return None if written is None else _text(written, mapping)

    match source:
        case AddressedSource(address):
            return AddressedSource(renamed(address, mapping))
        case TrustedSource(type, identifier):
            return TrustedSource(type, _text(identifier, mapping))
        case ServiceAccount():
            return _renamed_account(source, mapping)
        case PoolIdentities(which, pool):
            return PoolIdentities(which, text(pool))
        case PoolGroup(group, pool):
            return PoolGroup(text(group), text(pool))
        case Entrants(service):
            return Entrants(renamed(service, mapping))


def renamed_statement(statement: Statement, mapping: Renames) -> Statement:
    """A base statement with the head's symbols; the same object if it has none that moved."""
    principals = statement.principals
    if principals is not None:
        entries = tuple(PrincipalEntry(one.type, _text(one.identifier, mapping)) for one in principals.entries)
        principals = dataclasses.replace(principals, entries=entries)
    changed = dataclasses.replace(
        statement,
        actions=_texts(statement.actions, mapping),
        resources=_texts(statement.resources, mapping),
        principals=principals,
        conditions=tuple(_condition(one, mapping) for one in statement.conditions),
    )
    return statement if changed == statement else changed


def _condition(condition: Condition, mapping: Renames) -> Condition:
    return dataclasses.replace(condition, values=_texts(condition.values, mapping))


def _texts(texts: Iterable[Text], mapping: Renames) -> tuple[Text, ...]:
    return tuple(_text(one, mapping) for one in texts)


def _text(written: Text, mapping: Renames) -> Text:
    if not any(isinstance(part, Symbol) for part in written.parts):
        return written
    parts = tuple(
        dataclasses.replace(part, name=_named(part.name, mapping)) if isinstance(part, Symbol) else part
        for part in written.parts
    )
    return Text(parts, written.trail)


def _named(name: str, mapping: Renames) -> str:
    """A symbol's name with the head's addresses, also within an expression that it is called by."""
    told = renamed(name, mapping)
    if told != name or not any(source in name for source in mapping):
        return told
    return _names(mapping).told(name)


def prefixes(address: str) -> list[str]:
    """The address and those of what it lies in or is an instance of, longest first."""
    return [address[:end] for end in _step_ends(address)]


def _step_ends(address: str) -> list[int]:
    """Positions at which a prefix of an address may end, longest first; `.` inside brackets ends nothing."""
    ends = [len(address)]
    depth = 0
    for position, character in enumerate(address):
        if character in ".[" and depth == 0 and position:
            ends.append(position)
        depth += (character == "[") - (character == "]")
    return sorted(ends, reverse=True)


def _by_local_part(addresses: Iterable[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for address in addresses:
        found.setdefault(address.removeprefix(module_prefix(address)), []).append(address)
    return found
