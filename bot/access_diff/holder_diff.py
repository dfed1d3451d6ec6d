"""The delta of one pair of holders: outcome by outcome, with boundaries nobody can see and texts nobody could read."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from bot.access_diff.delegation import Owns, delegation, let_in_directly
from bot.access_diff.delta import Change, Delta, HolderDelta, PolicySet
from bot.access_diff.guarded import Outcome, outcomes, shared, there_today
from bot.access_diff.lifted_limits import against_anything, is_dropped, lifted, limits_of
from bot.access_diff.named_anew import under_one_name
from bot.access_diff.subjects import Grants, in_force, kind_of, only_limits, opaque_limits, policy_set
from bot.evaluated.diagnostic import Trail
from bot.evaluated.guard import Guard, disabled_by_default, ordered
from bot.extract import ExtractionGap, PublicAccessBlock
from bot.extract.extracted import UnreadElement, UnseenPlace, UnseenPolicy
from bot.extract.managed_arns import managed_arn
from bot.extract.public import lifted_blocks
from bot.frozen import dataclass
from bot.iam.arn import Arn
from bot.iam.policy_subject import Group, PolicySubject
from bot.iam.statement import PolicyKind, Statement

Compare = Callable[[PolicySet, PolicySet, str], Delta]


@dataclass(frozen=True, slots=True)
class SubjectSide:
    """What one holder holds on one side; `holder` is None where it does not exist.

    `created` are the addresses of what is not there on the other side. `blocks` are the public access blocks over it.
    `unseen` if its limits may count against more than its grants; one that is `gone` limits nobody.
    `beside` is what already counts for it besides its own policies (`same_account`), the same on both sides.
    `called` is its ARN, where that says what it is called.
    """

    holder: PolicySubject | None
    grants: Grants = ()
    gaps: tuple[ExtractionGap, ...] = ()
    blocks: tuple[PublicAccessBlock, ...] = ()
    beside: Grants = ()
    created: frozenset[str] = frozenset()
    unseen: bool = False
    gone: bool = False
    called: Arn | None = None


def same(base: Grants, head: Grants) -> bool:
    """Whether both sides say the same, wherever it is written."""
    return _facts(base) == _facts(head)


def holder_diff(base: SubjectSide, head: SubjectSide, compare: Compare, owns: Owns) -> Iterator[HolderDelta]:
    """The deltas of one pair, one for each set of guards that changes depend on."""
    if same(base.grants, head.grants):
        return
    holder = head.holder or base.holder
    assert holder is not None, "a pair has at least one side"
    kind = kind_of(holder, head.grants or base.grants)
    ways = outcomes((*base.grants, *base.beside), (*head.grants, *head.beside))
    deltas = {way: _blind(base, head, way, _under(way, base, head, kind, holder, compare)) for way in ways}
    deltas = {way: _with_delegated(base, head, way, kind, delta, compare, owns) for way, delta in deltas.items()}
    told = PolicyKind.LIMIT if only_limits(holder, (*base.grants, *head.grants)) else kind
    for guards, delta in _by_guards(deltas).items():
        if delta != Delta():
            yield HolderDelta(base.holder, head.holder, told, delta, head.grants, base.grants, guards)
    if base.holder is not None and head.unseen and not head.gone:
        told = PolicyKind.LIMIT if kind is PolicyKind.RESOURCE else kind
        more = {way: _let_through(base, head, way, kind, delta, compare) for way, delta in deltas.items()}
        for guards, delta in _by_guards(more).items():
            if delta != Delta():
                yield HolderDelta(base.holder, holder, told, delta, head.grants, base.grants, guards)


def _facts(grants: Grants) -> frozenset[tuple[object, ...]]:
    return frozenset(
        (grant.kind, grant.statement, grant.guards, grant.policy if grant.kind is PolicyKind.LIMIT else "")
        for grant in grants
    )


def _under(
    way: Outcome, base: SubjectSide, head: SubjectSide, kind: PolicyKind, holder: PolicySubject, compare: Compare
) -> Delta:
    """The delta when exactly the guards of `way` hold."""
    before, after = in_force(base.grants, way), in_force(head.grants, way)
    if same(before, after):
        return Delta()
    limits = only_limits(holder, (*base.grants, *head.grants))
    hidden_before, hidden_after = opaque_limits(before), opaque_limits(after)
    hidden = hidden_before | hidden_after
    lifted = hidden_before - hidden_after
    earlier = policy_set(kind, (*before, *in_force(base.beside, way)), limits, hidden)
    if lifted:
        earlier = PolicySet(kind, ())
    later = policy_set(kind, (*after, *in_force(head.beside, way)), limits, hidden)
    delta = compare(earlier, dataclasses.replace(later, created=head.created), holder.name)
    delta = _annotated(delta, before, after, hidden_after, lifted_blocks(base.blocks, head.blocks))
    if lifted and hidden_after - hidden_before:
        why = f"the boundary changed from {_names(lifted)} to {_names(hidden_after)}, and neither can be seen"
        return _as_undecided(delta, why)
    return delta


def _with_delegated(
    base: SubjectSide, head: SubjectSide, way: Outcome, kind: PolicyKind, told: Delta, compare: Compare, owns: Owns
) -> Delta:
    """The delta with whom a policy lets in by itself, and only left to the account's policies before."""
    holder = head.holder
    if base.holder is None or holder is None or base.gaps or only_limits(holder, (*base.grants, *head.grants)):
        return told
    before, after = in_force(base.grants, way), in_force(head.grants, way)
    found = None if same(before, after) else delegation(holder, before, after, owns)
    if found is None or same(found.before, found.after):
        return told
    earlier = policy_set(kind, (*found.before, *in_force(base.beside, way)), False, frozenset())
    later = policy_set(kind, (*found.after, *in_force(head.beside, way)), False, frozenset())
    delta = compare(earlier, dataclasses.replace(later, created=head.created), holder.name)
    more = let_in_directly(_annotated(delta, found.before, found.after, frozenset(), ()), told, found)
    return Delta((*told.gained, *more.gained), told.lost, (*told.undecided, *more.undecided))


def _let_through(
    base: SubjectSide, head: SubjectSide, way: Outcome, kind: PolicyKind, told: Delta, compare: Compare
) -> Delta:
    """What limits no longer hold back, beside what is `told`, of access that is out of sight."""
    before, after = in_force(base.grants, way), in_force(head.grants, way)
    holder = head.holder or base.holder
    if holder is None or same(limits_of(before), limits_of(after)) or not limits_of(before):
        return Delta()
    delta = under_one_name(compare(*against_anything(kind, before, after), holder.name), base.called, head.called)
    dropped = _may_hold_more(base, head, holder, way) and is_dropped(before, (*after, *there_today(head.grants)))
    return lifted(_annotated(delta, before, after, frozenset(), ()), told, holder, dropped=dropped)


def _may_hold_more(base: SubjectSide, head: SubjectSide, holder: PolicySubject, way: Outcome) -> bool:
    """Whether something that it holds on both sides is not in view: a policy, or what a group's members hold."""
    unread = {gap.unread for gap in _hiding(base.gaps, way)} & {gap.unread for gap in _hiding(head.gaps, way)}
    return bool(unread) or isinstance(holder, Group)


def _annotated(
    delta: Delta, before: Grants, after: Grants, assumed: frozenset[str], lifted: tuple[Trail, ...]
) -> Delta:
    """Changes with the attachments that put them in force, and the limits whose absence lets them through."""
    attached: dict[Statement, Trail] = {}
    for grant in (*after, *before):
        attached.setdefault(grant.statement, grant.attachment)
    kept = {grant.policy for grant in after if grant.kind is PolicyKind.LIMIT}
    limits_gone = (grant.attachment for grant in before if grant.kind is PolicyKind.LIMIT and grant.policy not in kept)
    gone = tuple(dict.fromkeys(filter(None, (*limits_gone, *lifted))))
    assumes = tuple(f"the boundary {name} allows it" for name in sorted(assumed))
    named = _by_name(after)
    tested = frozenset(_tested(before))

    def annotate(change: Change) -> Change:
        attachment = attached.get(change.statement, ())
        causes = tuple(dict.fromkeys(filter(None, (*_with_principals(change, tested), attachment))))
        return dataclasses.replace(
            change.assuming((*assumes, *named.get(change.statement, ()))),
            causes=causes,
            removed=(*change.removed, *gone),
        )

    return Delta(tuple(map(annotate, delta.gained)), delta.lost, tuple(map(annotate, delta.undecided)))


def _by_name(after: Grants) -> Mapping[Statement, tuple[str, ...]]:
    """What is taken for granted of each statement that is held by nothing but the name of a policy."""
    held: dict[Statement, set[str]] = {}
    for grant in after:
        held.setdefault(grant.statement, set()).add(grant.assumes)
    return {statement: tuple(sorted(found)) for statement, found in held.items() if "" not in found}


def _with_principals(change: Change, tested: frozenset[str]) -> tuple[Trail, ...]:
    """The causes with who is let in, and the condition values not `tested` for before, ahead of the whole statement."""
    whole = change.statement.trail
    specific = [trail for trail in change.causes if trail != whole]
    entries = change.statement.principals.entries if change.statement.principals else ()
    names = {one.name for one in change.row.principals if not one.without}
    let_in = [entry.identifier.trail for entry in entries if str(entry.identifier) in names]
    values = [value for condition in change.statement.conditions for value in condition.values]
    new = [value.trail for value in values if tested and str(value) not in tested]
    return (*specific, *let_in, *new, *(trail for trail in change.causes if trail == whole))


def _tested(grants: Grants) -> Iterator[str]:
    """What the conditions of some grants compare with."""
    for grant in grants:
        for condition in grant.statement.conditions:
            yield from map(str, condition.values)


def _blind(base: SubjectSide, head: SubjectSide, way: Outcome, delta: Delta) -> Delta:
    """Nothing is proved new if what the base held could not all be read, and now it can; nor gone the other way.

    What is left for something that is certainly another is taken not to have held it, and the witness says so: whoever
    is made an administrator is not less one because nobody sees what he was. What a default keeps out hides nothing of
    today.
    """
    before, after = (_hiding(side.gaps, way) for side in (base, head))
    earlier = {gap.unread for gap in before}
    if any(gap.unread not in earlier for gap in after):
        delta = dataclasses.replace(delta, lost=())
    still = {gap.unread for gap in after}
    cleared = [gap for gap in before if gap.unread not in still]
    if not cleared or not delta.gained:
        return delta
    told = {change: _left_behind(change, cleared, head.grants) for change in delta.gained}
    proved = tuple(change.assuming(left) for change, left in told.items() if left)
    doubtful = tuple(dataclasses.replace(change, unread=True) for change, left in told.items() if not left)
    doubted = Delta(doubtful, delta.lost, delta.undecided)
    why = f"what was allowed before could not be read: {cleared[0].diagnostic.reason}"
    return dataclasses.replace(_as_undecided(doubted, why), gained=proved)


def _left_behind(change: Change, cleared: Iterable[ExtractionGap], grants: Grants) -> tuple[str, ...]:
    """What is taken not to have held a gain; nothing where one of what could not be read may be what holds it now."""
    holding = {grant.policy for grant in grants if grant.statement == change.statement}
    left = {gap.unread: _left(gap, holding) for gap in cleared}
    return tuple(sorted(left.values())) if all(left.values()) else ()


def _left(gap: ExtractionGap, holding: Collection[str]) -> str:
    """What is said of something unread that is certainly none of the policies `holding` a gain; nothing if it may be.

    A group, permission set or role from elsewhere was left for what is known; a policy of an account, be it there or
    written here with a text that is not known, is none of AWS's.
    """
    by_aws = holding and all(map(managed_arn, holding))
    match gap.unread:
        case UnseenPlace(what=what):
            return f"{what} did not hold it"
        case UnseenPolicy(written) if gap.unread.is_of_an_account and by_aws:
            return f"{written} did not allow it"
        case UnreadElement() if by_aws:
            return f"{gap.address} did not allow it"
    return ""


def _hiding(gaps: Iterable[ExtractionGap], way: Outcome) -> tuple[ExtractionGap, ...]:
    later = bool(disabled_by_default(way))
    return tuple(gap for gap in gaps if later or not gap.off)


def _as_undecided(delta: Delta, why: str) -> Delta:
    doubtful = tuple(dataclasses.replace(change, witness=None, why=why) for change in delta.gained)
    return Delta((), delta.lost, (*doubtful, *delta.undecided))


def _by_guards(deltas: Mapping[Outcome, Delta]) -> Mapping[tuple[Guard, ...], Delta]:
    """Each change once, under the guards that all outcomes with it share; none if it happens every way."""
    seen: dict[tuple[str, object], tuple[Change, list[Outcome]]] = {}
    for way, delta in deltas.items():
        for part, changes in _parts(delta):
            for change in changes:
                seen.setdefault((part, (change.row, change.why)), (change, []))[1].append(way)
    merged: dict[tuple[Guard, ...], dict[str, list[Change]]] = {}
    for (part, _), (change, happens) in seen.items():
        merged.setdefault(ordered(shared(happens, deltas)), {}).setdefault(part, []).append(change)
    return {
        guards: Delta(*(tuple(parts.get(part, ())) for part in ("gained", "lost", "undecided")))
        for guards, parts in merged.items()
    }


def _parts(delta: Delta) -> tuple[tuple[str, tuple[Change, ...]], ...]:
    return (("gained", delta.gained), ("lost", delta.lost), ("undecided", delta.undecided))


def _names(policies: Iterable[str]) -> str:
    return ", ".join(sorted(policies))
