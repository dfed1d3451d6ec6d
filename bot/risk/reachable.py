"""Whose access an earlier proof is about on one side, and whether the evaluator finds its request allowed there."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.access_diff.guarded import outcomes
from bot.access_diff.pairing import is_named
from bot.access_diff.renames import prefixes, renamed
from bot.access_diff.same_account import is_called, let_in, stands_alone
from bot.access_diff.subjects import Grants, Side, in_force, kind_of, only_limits, opaque_limits, policy_set, side
from bot.evaluated.address import block_type
from bot.extract import Extracted, ExtractionGap
from bot.iam.evaluator import is_allowed
from bot.iam.grant import Edge, Grant
from bot.iam.policy_subject import PolicySubject, Role, RoleTrust, UnattachedPolicy, UnreadModule, subject_of
from bot.iam.request import Request
from bot.iam.statement import PolicyKind
from bot.late_pattern import late_pattern
from bot.review.model import FindingProof
from bot.risk.wording.edges import source_words, target_words

MAX_CANDIDATES = 20
"""So many new resources are tried in the place of one that is gone; with more of them it is not known."""

_SYMBOL = late_pattern(r"\$\{([^{}]*)\}")
_NO_BLOCK = ("var.", "local.", "data.", "each.", "count.", "path.", "terraform.", "self.")


@dataclass(frozen=True)
class LookedAt:
    """One side: every root that was looked at."""

    extracted: tuple[Extracted, ...]

    @cached_property
    def sides(self) -> Mapping[str, Side]:
        """The roots, arranged by holder."""
        return {one.root: side(one.with_named_roles()) for one in self.extracted}

    @cached_property
    def holders(self) -> Mapping[PolicySubject, Grants]:
        """All holders of all roots."""
        return {holder: grants for where in self.sides.values() for holder, grants in where.grants.items()}

    @cached_property
    def places(self) -> frozenset[tuple[str, str]]:
        """Root and address of whatever is there."""
        blocks = {(one.root, address) for one in self.extracted for address in one.addresses}
        return frozenset(blocks | {(holder.root, holder.address) for holder in self.holders})

    @cached_property
    def addresses(self) -> frozenset[str]:
        """The addresses of all roots."""
        return frozenset(address for _, address in self.places)

    def moved(self, root: str, address: str) -> str:
        """Where `moved` blocks put an address; itself if they do not speak of it."""
        mapping = {moved.source: moved.target for one in self.extracted if one.root == root for moved in one.moved}
        return renamed(address, mapping)

    def gaps(self, holder: PolicySubject) -> tuple[ExtractionGap, ...]:
        """What could not be read of a holder's statements."""
        where = self.sides.get(holder.root)
        return where.gaps.get(holder, ()) if where else ()

    def edges(self, root: str) -> Iterator[Edge]:
        """Who can run as whom, also what defaults rule out."""
        for one in self.extracted:
            if one.root == root:
                yield from (*one.with_named_roles().edges, *one.latent_edges)


def certain(proof: FindingProof, here: LookedAt) -> list[PolicySubject]:
    """The holders that the proof is about: by address, by a `moved` block, by name."""
    places = {(proof.root, proof.address), (proof.root, here.moved(proof.root, proof.address))}
    alike = _alike(proof, here)
    named = [holder for holder in alike if holder.name == proof.name and is_named(holder)]
    return list(dict.fromkeys((*(holder for holder in alike if (holder.root, holder.address) in places), *named)))


def possible(
    proof: FindingProof, here: LookedAt, there: LookedAt, others: frozenset[tuple[str, str]] = frozenset()
) -> list[PolicySubject]:
    """The certain ones; if there are none, all of the kind that the other side does not have: one may be it, renamed.

    `others` are roots and addresses of those that were there beside it, and so are not it.
    """
    known = there.places | others
    return certain(proof, here) or [
        holder for holder in _alike(proof, here) if (holder.root, holder.address) not in known
    ]


def _alike(proof: FindingProof, here: LookedAt) -> list[PolicySubject]:
    return [holder for holder in here.holders if _kind(holder.kind) == _kind(proof.holder)]


def _kind(kind: str) -> str:
    """A role may go into a module that nobody here could look into, or come out of one."""
    return Role.kind if kind == UnreadModule.kind else kind


def allowed_by(
    proof: FindingProof, holders: Sequence[PolicySubject], here: LookedAt, there: LookedAt
) -> PolicySubject | None:
    """The first of the holders for whom the evaluator finds the request allowed, whatever undecided conditions say."""
    for holder in holders:
        for request in requests(proof, holder, here, there):
            if _allows(proof, holder, here, request) and _comes_to(proof, holder, here, there):
                return holder
    if proof.holder == UnattachedPolicy.kind and not holders:
        return _attached(proof, here, there)
    return _by_principal(proof, here, there)


def _by_principal(proof: FindingProof, here: LookedAt, there: LookedAt) -> PolicySubject | None:
    """The role or user that its own policies let do what a resource's policy let it do, whatever that says by now."""
    resource = subject_of(proof.holder, proof.root, proof.address, proof.name)
    if not stands_alone(resource):
        return None
    for holder, grants in here.holders.items():
        for request in requests(proof, resource, here, there):
            if is_called(holder, request.principal) and _passes(PolicyKind.IDENTITY, grants, False, request):
                return holder
    return None


def _attached(proof: FindingProof, here: LookedAt, there: LookedAt) -> PolicySubject | None:
    """Who holds the text of a policy that was attached to nobody before."""
    for holder, grants in here.holders.items():
        own = tuple(grant for grant in grants if (grant.holder.root, grant.policy) == (proof.root, proof.address))
        for request in requests(proof, holder, here, there):
            if own and _passes(PolicyKind.IDENTITY, own, False, request):
                return holder
    return None


def too_many(proof: FindingProof, here: LookedAt, there: LookedAt) -> bool:
    """Whether a resource that the request names is gone and more new ones than can be tried may be it."""
    gone = _gone(proof, here)
    return any(len(_candidates(address, proof.root, here, there)) > MAX_CANDIDATES for address in gone)


def requests(proof: FindingProof, holder: PolicySubject, here: LookedAt, there: LookedAt) -> list[Request]:
    """The proof's request about this holder; what it names by addresses that are gone under those that are new."""
    own = {proof.address: holder.address} if holder.address != proof.address else {}
    mappings = [own]
    for address in _gone(proof, here):
        if address != proof.address:
            candidates = _candidates(address, proof.root, here, there)[:MAX_CANDIDATES]
            mappings += [{**mapping, address: new} for mapping in mappings for new in candidates][: MAX_CANDIDATES * 2]
    trust = proof.holder == RoleTrust.kind
    return [
        Request(
            principal=holder.name if proof.principal == proof.name else _spelled(proof.principal, mapping),
            action=proof.action,
            resource=holder.name if trust else _spelled(proof.resource, mapping),
            context={key: tuple(_spelled(one, mapping) for one in values) for key, values in proof.context.items()},
            met=frozenset(proof.met),
        )
        for mapping in mappings
    ]


def _spelled(text: str, mapping: Mapping[str, str]) -> str:
    return _SYMBOL.sub(lambda symbol: f"${{{renamed(symbol[1], mapping)}}}", text) if mapping else text


def _gone(proof: FindingProof, here: LookedAt) -> list[str]:
    """The addresses of blocks that the request names and that are not there."""
    texts = (proof.principal, proof.resource, *(one for values in proof.context.values() for one in values))
    names = dict.fromkeys(name for text in texts for name in _SYMBOL.findall(text))
    blocks = (name for name in names if not name.startswith(_NO_BLOCK) and "." in name)
    return [name.rpartition(".")[0] for name in blocks if here.addresses.isdisjoint(prefixes(name))]


def _candidates(address: str, root: str, here: LookedAt, there: LookedAt) -> list[str]:
    """What may be the block of a gone address: where `moved` blocks put it, new blocks of its type."""
    moved = here.moved(root, address)
    kind = block_type(address)
    new = sorted(one for one in here.addresses - there.addresses if block_type(one) == kind)
    return list(dict.fromkeys((*([moved] if moved != address else []), *new)))


def _allows(proof: FindingProof, holder: PolicySubject, here: LookedAt, request: Request) -> bool:
    grants = here.holders[holder]
    limits = proof.counts == PolicyKind.LIMIT.value or only_limits(holder, grants)
    if _passes(kind_of(holder, grants), grants, limits, request):
        return True
    return any(
        _passes(PolicyKind.RESOURCE, others, False, dataclasses.replace(request, principal=called))
        for where in here.sides.values()
        for others, called in let_in(holder, where)
    )


def _passes(kind: PolicyKind, grants: Grants, limits: bool, request: Request) -> bool:
    """Whether the grants allow it under any outcome of what is undecided; what nobody can see holds nothing back."""
    for way in outcomes((), grants):
        now: tuple[Grant, ...] = in_force(grants, way)
        policy = policy_set(kind, now, limits, opaque_limits(now))
        if is_allowed(policy.statements, policy.limits, request):
            return True
    return False


def _comes_to(proof: FindingProof, holder: PolicySubject, here: LookedAt, there: LookedAt) -> bool:
    """For a finding about what runs as a role: whether any of it still does, that the other side does not let."""
    if not proof.reached_from:
        return True
    if any(_is_away(source, here) for source in proof.reached_from):
        return True  # one of them has another name now, or is gone: nobody can tell
    now = _runners(holder, here)
    before = {source for one in certain(proof, there) for source in _runners(one, there)}
    return any(source in now and source not in before for source in proof.reached_from)


def _is_away(source: str, here: LookedAt) -> bool:
    """Whether a source is called by its address, or what else has a dot and no words, and nothing here is so."""
    called = "." in source and " " not in source.partition("[")[0]
    return called and here.addresses.isdisjoint(prefixes(source))


def _runners(role: PolicySubject, where: LookedAt) -> frozenset[str]:
    """All that come to a role over any number of edges."""
    edges = list(where.edges(role.root))
    found, size = {role.address}, 0
    while size != len(found):
        size = len(found)
        found |= {source_words(edge.source) for edge in edges if target_words(edge.target) in found}
    return frozenset(found - {role.address})
