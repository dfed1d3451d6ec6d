"""What somebody comes to who is put into a group, permission set or role that is not defined here.

One that AWS makes holds what AWS says, known by its name. Any other is a gap: nobody here sees what it holds.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Collection, Iterable, Iterator, Mapping

from bot.evaluated.config import MadeElsewhere, ResourceInstance, Sought
from bot.evaluated.diagnostic import Diagnostic, join_trails, origin
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import text
from bot.evaluated.mentions import inside
from bot.evaluated.thing import HERE
from bot.evaluated.value import StringValue
from bot.extract.argument_reading import argument, known, string
from bot.extract.assemble import assemble
from bot.extract.attach import Managed
from bot.extract.extracted import (
    Extracted,
    ExtractionGap,
    Holding,
    Membership,
    NamedRoles,
    UnseenPlace,
    UnseenPolicy,
)
from bot.extract.facts import Attachment, Document, Fact, PolicyReference
from bot.extract.reference import ResourceIndex
from bot.frozen import dataclass
from bot.iam.arn import Arn
from bot.iam.grant import (
    AddressedSource,
    Credential,
    Edge,
    EdgeSource,
    Entrants,
    Grant,
    PoolGroup,
    PoolIdentities,
    ServiceAccount,
)
from bot.iam.policy_subject import Group, PermissionSet, PolicySubject, Role, RoleTrust, User
from bot.iam.predefined import policies_by_name
from bot.iam.statement import Effect, PolicyKind

GIVES_ROLES: Mapping[str, str] = {
    "aws_iam_instance_profile": "instance profile",
    "aws_eks_node_group": "node group",
}
"""Words for what is given a role for machines that run as it; anything else is called by its address."""


class SaidElsewhere:
    """What another root says of IAM, as facts and put together."""

    def __init__(self, root: str, facts: tuple[Fact, ...], managed: Managed) -> None:
        self.facts = facts
        self._assembled = functools.cache(functools.partial(assemble, root, facts, managed))

    def grants(self, address: str) -> Iterator[Grant]:
        """What the role at an address holds, and who may use it."""
        every = self._assembled().grants
        return (one for one in every if isinstance(one.holder, Role | RoleTrust) and one.holder.address == address)

    def is_read(self, address: str) -> bool:
        """Whether all that the role at an address holds is read."""
        return not any(one.address == address for gap in self._assembled().gaps for one in gap.holders)

    def role_of(self, profile: str) -> str:
        """The address of the role that an instance profile has, "" if it is not made there."""
        sources = (one for one in self.facts if isinstance(one, Edge) and one.source == AddressedSource(profile))
        targets = {one.target for one in sources if isinstance(one.target, str)}
        return next(iter(targets)) if len(targets) == 1 else ""


_GROUP, _ROLE, _PROFILE = "aws_iam_group", "aws_iam_role", "aws_iam_instance_profile"


@dataclass(frozen=True, slots=True)
class KnownByName:
    """A group, role or instance profile (`kind` is its type) of another root that is only named here: what is taken for
    granted of it, and what that root says."""

    kind: str
    name: str
    made: MadeElsewhere
    there: SaidElsewhere

    @property
    def role(self) -> str:
        """The address of the role that it is, or has, in the root that makes it; "" if that makes none."""
        return self.there.role_of(self.made.address) if self.kind == _PROFILE else self.made.address

    @property
    def is_whole(self) -> bool:
        """Whether all is read that its role holds, and nobody else gives it something."""
        return self.there.is_read(self.role) and not self.made.more

    def grants(self) -> Iterator[Grant]:
        """What its role holds and who may use it, as far as that is to be taken for granted."""
        return (one for one in self.there.grants(self.role) if self.made.alike or one.gives)

    def gives(self) -> bool:
        """Whether its role holds anything, and the root made it before the change already."""
        return not self.made.new and any(map(_gives, self.grants()))

    def grants_as_here(self, root: str) -> Iterator[Grant]:
        """The same of its role as this root knows it: by the name that it has here, or as the profile's."""
        address = self.role if self.kind == _PROFILE else self.name
        for one in self.grants():
            called = f"{one.holder.name} of {self.made.directory or 'the top directory'}"
            role = Role(root, address, one.holder.name, called)
            holder = role.trust if isinstance(one.holder, RoleTrust) else role
            yield dataclasses.replace(one, holder=holder, assumes=self.made.assumes)

    def edges(self, root: str) -> tuple[Edge, ...]:
        """What leads from it to its role."""
        source = AddressedSource(self.name)
        return (Edge(root, source, "instance profile", self.role),) if self.kind == _PROFILE else ()

    @property
    def said(self) -> tuple[Fact, ...]:
        """What the root that makes it says."""
        return self.there.facts

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


Named = Mapping[tuple[str, str], KnownByName]
"""By their types and the names that this root has for them."""


def _is_of(one: Membership, fact: Attachment | Document) -> bool:
    return isinstance(fact.holder, Group) and fact.holder.name == one.group.name


def named_roles(facts: Iterable[Fact], index: ResourceIndex, named: Named) -> NamedRoles:
    """What the roles hold that something here runs as and another root makes, by the names that they have here."""
    things = [thing for name in _ends(facts, index) for thing in _roles_called(name, named)]
    return NamedRoles(
        tuple(dict.fromkeys(grant for thing in things for grant in thing.grants_as_here(index.root))),
        tuple(edge for thing in things for edge in thing.edges(index.root)),
        {thing.name: thing.made.assumes for thing in things},
        frozenset(thing.name for thing in things if thing.is_whole),
    )


def _ends(facts: Iterable[Fact], index: ResourceIndex) -> Iterator[str]:
    """What edges lead to and this root does not make."""
    targets = dict.fromkeys(one.target for one in facts if isinstance(one, Edge))
    return (one for one in targets if isinstance(one, str) and not _is_here(one, index))


def _roles_called(name: str, named: Named) -> tuple[KnownByName, ...]:
    """The role or instance profile of that name, if it gives anything; none where both are called so."""
    things = tuple(thing for kind in (_ROLE, _PROFILE) if (thing := named.get((kind, name))) is not None)
    return things if len(things) == 1 and things[0].gives() else ()


def _gives(grant: Grant) -> bool:
    return grant.kind is PolicyKind.IDENTITY and grant.statement.effect is Effect.ALLOW


def named_by(block: ResourceInstance, index: ResourceIndex, facts: Iterable[Fact]) -> Iterator[Sought]:
    """What a block runs as, or is given, that this root does not make, of the facts that it says."""
    given = tuple(facts)
    for target in _ends(given, index):
        looked_up = index.by_address.get(target)
        if looked_up is not None:
            yield from _looked_up(target, looked_up)
        elif "${" not in target:
            via = {one.via for one in given if isinstance(one, Edge) and one.target == target}
            kind = _PROFILE if via == {"instance profile"} and block.type != _PROFILE else _ROLE
            yield _by_arn(block, _sought(target, kind, target, block))


def _looked_up(text: str, block: ResourceInstance) -> Iterator[Sought]:
    """What a data block looks up by its name."""
    name = known(argument(block, "name", "role_name"))
    if name and block.type in (_ROLE, _PROFILE):
        yield _sought(text, block.type, name, block)


def _sought(text: str, kind: str, name: str, block: ResourceInstance) -> Sought:
    return Sought(text, kind, name, None, block.home.number, block.home.key == HERE.key)


def _by_arn(block: ResourceInstance, one: Sought) -> Sought:
    """It with what the ARN says beside the name by which the block names it, if it does by one alone."""
    written = {"".join(map(str, value.pieces)) for value in inside(block.attributes) if isinstance(value, StringValue)}
    arns = [arn for each in written if (arn := Arn.parse(each)) and arn.is_global_iam and arn.name == one.name]
    if len(arns) != 1:
        return one
    path, account = arns[0].path_and_name.removesuffix(arns[0].name), arns[0].account
    return dataclasses.replace(one, path=f"/{path}", account=account if account.isdecimal() else one.account)


def held_elsewhere(
    facts: Iterable[Fact], index: ResourceIndex, managed: Managed, named: Named, roles: frozenset[str]
) -> Iterator[Fact]:
    """What those come to who are put into something that is not here, which `named` may say by its name, or who run as
    something else than those `roles` of others of which all is known."""
    stated = tuple(facts)
    elsewhere = frozenset(_ends(stated, index)) - roles
    seen = {fact.holder for fact in stated if isinstance(fact, Document | Attachment)}
    for fact in stated:
        match fact:
            case Membership() if fact.group not in seen and _is_elsewhere(fact.group, index):
                yield from _member(fact, managed, named)
            case Credential() if fact.owner not in seen and isinstance(fact.owner, User) and not _owned(fact, index):
                what, where = fact.kind.replace("-", " "), fact.address
                held = Holding(fact.owner, (), fact.trail)
                yield _gap(where, f"is a new {what} of", f"user {fact.owner.name}", where, held)
            case Edge(target=str(role)) if role in elsewhere:
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
    return frozenset(str(one) if one.symbol is None else one.symbol.reference for one in written)


def _is_denied_by_name(grant: Grant) -> bool:
    return bool(grant.assumes) and grant.statement.effect is Effect.DENY


def _is_elsewhere(group: PolicySubject, index: ResourceIndex) -> bool:
    return isinstance(group, Group | PermissionSet) and not _is_here(group.address, index)


def _is_here(address: str, index: ResourceIndex) -> bool:
    found = index.by_address.get(address)
    return found is not None and found.mode != "data"


def _owned(one: Credential, index: ResourceIndex) -> bool:
    return _is_here(one.owner.address, index)


def _member(one: Membership, managed: Managed, named: Named) -> Iterator[Fact]:
    of_aws = [next(filter(managed, arns), "") for arns in policies_by_name(one.group.name)]
    if of_aws and all(of_aws):
        yield from (_attachment(one, arn) for arn in of_aws)
        return
    group = named.get((_GROUP, one.group.name)) if isinstance(one.group, Group) else None
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
        span=origin(one.trail),
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
        case Entrants(service) if service in index.by_address:
            return f"whoever may run commands in {service}"
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
        DiagnosticKind.HELD_ELSEWHERE, f"{who} {verb} {what}; what it holds is defined elsewhere", origin(held.trail)
    )
    spans = tuple(dict.fromkeys(step.span for step in held.trail))
    holders = () if held.holder is None else (held.holder,)
    return ExtractionGap(told, address, UnseenPlace(who, what, comes), spans, holders, held=(held,))
