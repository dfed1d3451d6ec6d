"""What somebody comes to who is put into a group, permission set or role that is not defined here.

One that AWS makes holds what AWS says, known by its name. Any other is a gap: nobody here sees what it holds.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping

from bot.evaluated.config import MadeElsewhere, ResourceInstance
from bot.evaluated.diagnostic import NOWHERE, Diagnostic, Span, Trail, join_trails
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Symbol, text
from bot.extract.argument_reading import argument, string
from bot.extract.attach import Managed
from bot.extract.extracted import Extracted, ExtractionGap, Holding, Membership, UnseenPlace, UnseenPolicy
from bot.extract.facts import Attachment, Document, Fact, PolicyReference
from bot.extract.reference import ResourceIndex
from bot.frozen import dataclass
from bot.iam.grant import (
    AddressedSource,
    Credential,
    Edge,
    EdgeSource,
    Grant,
    PoolGroup,
    PoolIdentities,
    ServiceAccount,
)
from bot.iam.policy_subject import Group, PermissionSet, PolicySubject, User
from bot.iam.predefined import policies_by_name
from bot.iam.statement import Effect

GIVES_ROLES: Mapping[str, str] = {
    "aws_iam_instance_profile": "instance profile",
    "aws_eks_node_group": "node group",
}
"""Words for what is given a role for machines that run as it; anything else is called by its address."""


@dataclass(frozen=True, slots=True)
class NamedGroup:
    """A group of another root that is only named here: what is taken for granted of it, and what that root says."""

    made: MadeElsewhere
    said: tuple[Fact, ...]

    def held_by(self, one: Membership) -> tuple[Fact, ...]:
        """What a member has of it, as if it were given to nobody else; nothing if that root gives it nothing."""
        given = tuple(fact for fact in self.said if isinstance(fact, Attachment | Document) and _is_of(one, fact))
        attached = {fact.policy.address for fact in given if isinstance(fact, Attachment)}
        texts = (fact for fact in self.said if isinstance(fact, Document) and fact.policy in attached)
        texts = (dataclasses.replace(fact, assumes=self.made.assumes) for fact in texts if fact.holder is None)
        return (*(self._given(one, fact) for fact in given), *texts) if given else ()

    def _given(self, one: Membership, fact: Attachment | Document) -> Fact:
        guards, repeated = (*one.guards, *fact.guards), one.repeated or fact.repeated
        held = dataclasses.replace(fact, holder=one.member, guards=guards, repeated=repeated, assumes=self.made.assumes)
        if isinstance(held, Document):
            return dataclasses.replace(held, attachment=join_trails(one.trail, held.attachment))
        return dataclasses.replace(held, trail=join_trails(one.trail, held.trail))


def _is_of(one: Membership, fact: Attachment | Document) -> bool:
    return isinstance(fact.holder, Group) and fact.holder.name == one.group.name


def held_elsewhere(
    facts: Iterable[Fact], index: ResourceIndex, managed: Managed, named: Mapping[str, NamedGroup]
) -> Iterator[Fact]:
    """What those come to who are put into something that is not here, which `named` may say by its name."""
    stated = tuple(facts)
    seen = {fact.holder for fact in stated if isinstance(fact, Document | Attachment)}
    for fact in stated:
        match fact:
            case Membership() if fact.group not in seen and _is_elsewhere(fact.group, index):
                yield from _member(fact, managed, named)
            case Credential() if fact.owner not in seen and isinstance(fact.owner, User) and not _owned(fact, index):
                what, where = fact.kind.replace("-", " "), fact.address
                held = Holding(fact.owner, (), fact.trail)
                yield _gap(where, f"is a new {what} of", f"user {fact.owner.name}", where, held)
            case Edge(target=str(role)) if not _is_here(role, index):
                yield from _runner(fact, role, index)


def without_made_up(base: Extracted, head: Extracted) -> Extracted:
    """The head without what the base does not bear out of policies that are only named: what they deny there and did
    not at base, and all of those that were there before, and of which nobody knew what they say.

    That a policy of another root is the one that is named is taken for granted: whoever makes one up in a change shall
    not hide by it what the change gives. What it denies there already is missed when it goes.
    """
    denying = {grant.policy for grant in base.grants if _is_denied_by_name(grant)}
    unread = _unread(base) & _unread(head)
    kept = tuple(one for one in head.grants if not one.assumes or _is_borne_out(one, denying, unread))
    return head if len(kept) == len(head.grants) else dataclasses.replace(head, grants=kept)


def _is_borne_out(one: Grant, denying: Collection[str], unread: Collection[str]) -> bool:
    return one.policy not in unread and (one.policy in denying or not _is_denied_by_name(one))


def _unread(side: Extracted) -> frozenset[str]:
    """The attached policies that are not known, as they are written; a symbol by its name."""
    written = (gap.unread.written for gap in side.gaps if isinstance(gap.unread, UnseenPolicy))
    return frozenset(
        one.parts[0].reference if len(one.parts) == 1 and isinstance(one.parts[0], Symbol) else str(one)
        for one in written
    )


def _is_denied_by_name(grant: Grant) -> bool:
    return bool(grant.assumes) and grant.statement.effect is Effect.DENY


def _is_elsewhere(group: PolicySubject, index: ResourceIndex) -> bool:
    return isinstance(group, Group | PermissionSet) and not _is_here(group.address, index)


def _is_here(address: str, index: ResourceIndex) -> bool:
    found = index.by_address.get(address)
    return found is not None and found.mode != "data"


def _owned(one: Credential, index: ResourceIndex) -> bool:
    return _is_here(one.owner.address, index)


def _member(one: Membership, managed: Managed, named: Mapping[str, NamedGroup]) -> Iterator[Fact]:
    known = [next(filter(managed, arns), "") for arns in policies_by_name(one.group.name)]
    if known and all(known):
        yield from (_attachment(one, arn) for arn in known)
        return
    group = named.get(one.group.name) if isinstance(one.group, Group) else None
    held = () if group is None or group.made.new else group.held_by(one)
    if held:
        yield from held
        return
    who, what = _words(one.member), _words(one.group)
    verb = "gets" if isinstance(one.group, PermissionSet) else "is put into"
    yield _gap(who, verb, what, one.member.address, Holding(one.member, one.guards, one.trail), comes=True)


_WORDS: Mapping[type, str] = {User: "user", Group: "group", PermissionSet: "permission set"}


def _words(one: PolicySubject) -> str:
    return f"{_WORDS.get(type(one), '')} {one.name}".strip()


def _attachment(one: Membership, arn: str) -> Attachment:
    return Attachment(
        holder=one.member,
        policy=PolicyReference("", text(arn)),
        address=one.member.address,
        span=_place(one.trail),
        trail=one.trail,
        guards=one.guards,
        repeated=one.repeated,
    )


def _runner(edge: Edge, role: str, index: ResourceIndex) -> Iterator[ExtractionGap]:
    who = _runner_words(edge.source, index)
    if who:
        found = index.by_address.get(role)
        name = None if found is None else string(argument(found, "name"))
        address = edge.source.address if isinstance(edge.source, AddressedSource) else who
        block = index.by_address.get(address)
        guards = edge.guards if block is None else (*block.guards, *edge.guards)
        held = Holding(None, guards, edge.trail)
        comes = isinstance(edge.source, ServiceAccount) or (block is not None and block.type in GIVES_ROLES)
        yield _gap(who, "runs as", f"role {role if name is None else name}", address, held, comes=comes)


def _runner_words(source: EdgeSource, index: ResourceIndex) -> str:
    """What runs as a role, or is given it, by its own name where it has one; "" for what nobody here gave it."""
    match source:
        case ServiceAccount(namespace, name, cluster):
            where = "" if cluster is None else f" in {cluster}"
            return f"service account {namespace or '?'}/{name or '?'}{where}"
        case PoolIdentities(which, pool):
            return f"{which} identities of {pool or '?'}"
        case PoolGroup(group, pool):
            return f"group {group or '?'} of {pool or '?'}"
        case AddressedSource(address) if address in index.by_address:
            return _block_words(index.by_address[address])
    return ""


def _block_words(block: ResourceInstance) -> str:
    kind = GIVES_ROLES.get(block.type)
    if not kind:
        return block.address
    name = string(argument(block, "name", "node_group_name"))
    return f"{kind} {block.address if name is None else name}"


def _gap(who: str, verb: str, what: str, address: str, held: Holding, *, comes: bool = False) -> ExtractionGap:
    told = Diagnostic.of(
        DiagnosticKind.HELD_ELSEWHERE, f"{who} {verb} {what}; what it holds is defined elsewhere", _place(held.trail)
    )
    spans = tuple(dict.fromkeys(step.span for step in held.trail))
    holders = () if held.holder is None else (held.holder,)
    return ExtractionGap(told, address, UnseenPlace(who, what, comes), spans, holders, held=(held,))


def _place(trail: Trail) -> Span:
    return trail[0].span if trail else NOWHERE
