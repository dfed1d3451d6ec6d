"""Puts the facts of a root together: what each principal holds as a whole, what each resource lets in."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from bot.evaluated.diagnostic import join_trails
from bot.evaluated.document import Text
from bot.evaluated.guard import disabled_by_default
from bot.extract.attach import Draft, Managed, attach
from bot.extract.documents import DocumentReading, gap, mistake, read
from bot.extract.exclusive import as_listed
from bot.extract.extracted import Extracted, ExtractionGap, Holding, Membership, PublicAccessBlock
from bot.extract.facts import Attachment, Document, ExclusiveList, Fact, ImpliedStatement, PolicyReference
from bot.extract.guards import together
from bot.extract.kms import handed_over
from bot.extract.public import held_back, without_blocked
from bot.iam.grant import Credential, Edge, Grant
from bot.iam.policy_subject import PolicySubject, UnattachedPolicy
from bot.iam.statement import Effect, Statement

FactT = TypeVar("FactT")


def assemble(root: str, facts: Iterable[Fact], managed: Managed) -> Extracted:
    """Put the facts of one root together."""
    stated = tuple(facts)
    documents = tuple(as_listed(_of(stated, Document), _of(stated, ExclusiveList)))
    attachments = _of(stated, Attachment)
    members = _of(stated, Membership)
    readings = [(document, read(document)) for document in documents]
    draft = Draft(managed, _customer(readings))
    attached = _attached(attachments)
    known = {document.policy for document, _ in readings if document.holder is not None}
    for document, reading in readings:
        if document.holder is not None or document.policy not in known:  # else held where some default is another
            limits = any(one.limits for one in attached.get(document.policy, ()))
            _add(draft, document, reading, _holders(document, attached, root), _held(document, attached), limits=limits)
    for attachment in attachments:
        attach(draft, attachment)
    for given in _of(stated, ImpliedStatement):
        draft.add(_grant_of(given))
    _join_groups(draft, members)
    blocks = _of(stated, PublicAccessBlock)
    today = [reading for document, reading in readings if not disabled_by_default(document.guards)]
    return Extracted(
        root=root,
        grants=tuple(without_blocked(draft.grants, blocks)),
        edges=_of(stated, Edge),
        credentials=_of(stated, Credential),
        members=members,
        public_access_blocks=blocks,
        gaps=tuple(dict.fromkeys(_with_members((*draft.gaps, *_of(stated, ExtractionGap)), members))),
        problems=tuple(dict.fromkeys(draft.problems)),
        policies=len(today),
        handed=tuple(dict.fromkeys(draft.handed)),
        ceilings=tuple(dict.fromkeys(_ceilings(root, attachments, readings))),
        held_back=tuple(held_back(draft.grants, blocks)),
        complete=sum(reading.complete for reading in today),
    )


def _of(facts: Iterable[Fact], kind: type[FactT]) -> tuple[FactT, ...]:
    return tuple(fact for fact in facts if isinstance(fact, kind))


def _customer(
    readings: Iterable[tuple[Document, DocumentReading]],
) -> Mapping[str, list[tuple[Document, DocumentReading]]]:
    """What each policy says that is held by whoever it is attached to, by its address."""
    found: dict[str, list[tuple[Document, DocumentReading]]] = {}
    for document, reading in readings:
        if document.holder is None:
            found.setdefault(document.policy, []).append((document, reading))
    return found


def _attached(attachments: Iterable[Attachment]) -> Mapping[str, tuple[Attachment, ...]]:
    """The attachments of each customer policy of the root, by the policy's address."""
    found: dict[str, list[Attachment]] = {}
    for attachment in attachments:
        if attachment.policy.address:
            found.setdefault(attachment.policy.address, []).append(attachment)
    return {address: tuple(some) for address, some in found.items()}


def _ceilings(
    root: str, attachments: Iterable[Attachment], readings: Iterable[tuple[Document, DocumentReading]]
) -> Iterator[UnattachedPolicy]:
    """The boundaries that a policy of the root asks for of whoever is made by its holder, or given policies."""
    readings = tuple(readings)
    own = {document.policy: document.name for document, _ in readings if document.holder is None}
    asked = frozenset(_asked_boundaries(reading for _, reading in readings))
    for one in {one.policy: None for one in attachments if one.limits}:
        if one.address in own and _is_asked_for(one, own[one.address], asked):
            yield UnattachedPolicy(root, one.address, own[one.address] or one.address)


def _asked_boundaries(readings: Iterable[DocumentReading]) -> Iterator[Text]:
    statements = itertools.chain.from_iterable(map(_beside, readings))
    for condition in itertools.chain.from_iterable(one.conditions for one in statements):
        if condition.key.lower() == "iam:permissionsboundary":
            yield from condition.values


def _is_asked_for(policy: PolicyReference, name: str, asked: Iterable[Text]) -> bool:
    return any(one == policy.written or _is_called(one, name) for one in asked)


def _is_called(arn: Text, name: str) -> bool:
    """Whether an ARN is of the policy of a name, under whatever path."""
    return ":policy/" in str(arn) and str(arn).rpartition("/")[2] == name


def _holders(
    document: Document, attached: Mapping[str, tuple[Attachment, ...]], root: str
) -> tuple[PolicySubject, ...]:
    """Who holds a document; a customer policy that is attached to nothing is its own holder."""
    if document.holder is not None:
        return (document.holder,)
    some = attached.get(document.policy)
    if some is None:
        return (UnattachedPolicy(root, document.policy, document.name or document.policy),)
    return tuple(dict.fromkeys(attachment.holder for attachment in some))


def _held(document: Document, attached: Mapping[str, tuple[Attachment, ...]]) -> tuple[Holding, ...]:
    """Who comes to what a document says, beyond what limits them."""
    if document.holder is not None:
        return (Holding(document.holder, document.guards, document.attachment),)
    return tuple(
        Holding(one.holder, (*one.guards, *document.guards), one.trail)
        for one in attached.get(document.policy, ())
        if not one.limits
    )


def _with_members(gaps: Iterable[ExtractionGap], members: Iterable[Membership]) -> Iterator[ExtractionGap]:
    """The gaps with those who come to what a group holds that is not known."""
    put: dict[PolicySubject, list[Membership]] = {}
    for membership in members:
        put.setdefault(membership.group, []).append(membership)
    for one in gaps:
        joined = (
            Holding(membership.member, (*holding.guards, *membership.guards), membership.trail)
            for holding in one.held
            for membership in (put.get(holding.holder, ()) if holding.holder is not None else ())
        )
        yield dataclasses.replace(one, held=(*one.held, *joined))


def _beside(reading: DocumentReading) -> tuple[Statement, ...]:
    return tuple(statement for statement, _ in reading.statements)


def _add(
    draft: Draft,
    document: Document,
    reading: DocumentReading,
    holders: tuple[PolicySubject, ...],
    held: tuple[Holding, ...],
    *,
    limits: bool,
) -> None:
    """Add a document's grants, unless attachments put it in force, and what could not be read of it."""
    for problem in reading.problems:
        if problem.blind:
            found = gap(document, problem, holders, held)
            draft.gaps.append(dataclasses.replace(found, beside=_beside(reading)) if limits else found)
        else:
            draft.problems.append(mistake(document, problem, holders))
    holder = holders[0]
    if document.holder is None and not isinstance(holder, UnattachedPolicy):
        return
    kept, handed = handed_over(document.policy, reading.statements)
    for statement, guards in kept:
        if statement.effect is Effect.ALLOW or document.denies:
            draft.add(_grant(holder, document, statement), *guards)
    draft.handed += (_grant(holder, document, statement) for statement, guards in handed if not guards)


def _grant(holder: PolicySubject, document: Document, statement: Statement) -> Grant:
    return Grant(
        holder=holder,
        kind=document.counts_as,
        statement=statement,
        policy=document.together or document.policy,
        attachment=document.attachment,
        guards=document.guards,
        repeated=document.repeated,
        assumes=document.assumes,
    )


def _grant_of(given: ImpliedStatement) -> Grant:
    return Grant(
        holder=given.holder,
        kind=given.kind,
        statement=given.statement,
        policy=given.policy,
        attachment=given.attachment,
        guards=given.guards,
        repeated=given.repeated,
    )


def _join_groups(draft: Draft, members: Iterable[Membership]) -> None:
    """Give every member what its groups hold."""
    by_holder: dict[PolicySubject, list[Grant]] = {}
    for grant in draft.grants:
        by_holder.setdefault(grant.holder, []).append(grant)
    for membership in members:
        for grant in by_holder.get(membership.group, ()):
            guards = together(*grant.guards, *membership.guards)
            if guards is None:
                continue
            held = Grant(
                holder=membership.member,
                kind=grant.kind,
                statement=grant.statement,
                policy=grant.policy,
                attachment=join_trails(membership.trail, grant.attachment),
                guards=guards,
                repeated=grant.repeated or membership.repeated,
                assumes=grant.assumes,
            )
            draft.add(held)
