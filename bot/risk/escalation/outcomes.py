"""What a complete path leads to: everything, another principal's access, or nothing that was not had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.access_diff.delta import PolicySet, Row
from bot.access_diff.subjects import policy_set
from bot.extract.trust_conditions import SURELY, Met
from bot.iam.arn import Arn, is_everything, name_after, printed_segments, segments
from bot.iam.pattern import meets
from bot.iam.policy_subject import PolicySubject
from bot.iam.statement import PolicyKind
from bot.review.model import GRADES
from bot.risk.escalation.code_places import KINDS
from bot.risk.escalation.effective_permissions import gained_rows
from bot.risk.escalation.iam_graph import WORKLOADS, PrincipalNode, Workload
from bot.risk.escalation.model import ADMINISTRATOR, Outcome
from bot.risk.escalation.paths import EscalationPath
from bot.risk.escalation.targets import Subject
from bot.risk.grant_context import GrantContext, own_arns
from bot.risk.limiting_conditions import limits_holder
from bot.risk.score_components import ScoreComponent, score_components
from bot.risk.score_table import TableRow

_CRITICAL, _HIGH, _MEDIUM = (GRADES.index(name) for name in ("critical", "high", "medium"))
_FITTED = ("iam:passedtoservice", "iam:policyarn", "iam:permissionsboundary")
"""Keys whose conditions the path itself was held against."""

MAX_TARGETS = 12
"""So many principals in view are compared with the one that could become them."""


def outcome_of(path: EscalationPath, subject: Subject, rows: Sequence[Row]) -> Outcome | None:
    """Where a complete path leads, `rows` being what its first line is allowed on; None if nowhere new."""
    itself = own_arns(subject.holder)
    limited = all(any(_limits(one.key) and limits_holder(one, itself) for one in row.conditions) for row in rows)
    found = _outcome(path, subject, rows)
    if found is None:
        return None
    step = 1 if limited and found.rank >= _HIGH else 0
    return Outcome(found.becomes, min(found.rank, GRADES.index(path.most)) - step, found.assumes)


def outcome_through(
    target: PrincipalNode, subject: Subject, rows: Sequence[Row], doubts: tuple[str, ...] = ()
) -> Outcome | None:
    """Where passing roles leads if it is to one role in view; None if that is not among them, or hardly stronger."""
    if not is_among(target.holder, subject, rows) or target.holder == subject.holder:
        return None
    found = _strongest(subject, ((target, doubts),))
    return found if found is not None and found.rank >= _HIGH else None


def _limits(key: str) -> bool:
    return key.lower() not in _FITTED


def _outcome(path: EscalationPath, subject: Subject, rows: Sequence[Row]) -> Outcome | None:
    if path.gives == "admin":
        return Outcome(ADMINISTRATOR, _CRITICAL)
    if path.gives == "thing":
        return _by_things(path, subject, rows)
    prefix = f"{path.gives}/"
    wide = [one for one in _resources(rows) if is_wide(one, prefix)]
    principals = [one for one in subject.root.principals.values() if one.holder.kind == path.gives]
    among = [one for one in principals if is_among(one.holder, subject, rows)]
    let_in = ((one, can_assume(path, subject, one, rows)) for one in among)
    strongest = _strongest(subject, [(one, met.doubts) for one, met in let_in if met.possible])
    if strongest is not None and strongest.rank == _CRITICAL:
        return strongest
    if wide and not path.trusting:
        return Outcome(ADMINISTRATOR, _CRITICAL, (_assumed(path),))
    known = tuple(arn for one in principals for arn in _printed_arns(one.holder, subject))
    unseen = () if path.trusting else [one for one in _resources(rows) if not _is_known(one, known)]
    if strongest is None and not unseen:
        return None
    if not unseen:
        return strongest
    outcome = Outcome(f"{path.gives} {last_name(unseen[0])}", _MEDIUM)
    return strongest if strongest is not None and strongest.rank >= outcome.rank else outcome


def _by_things(path: EscalationPath, subject: Subject, rows: Sequence[Row]) -> Outcome | None:
    """Something that runs as a role: any of its kind, or one in view whose role is stronger."""
    kind = path.needs[0].on
    wide = kind not in KINDS and any(is_wide(one, _begins(kind)) for one in _resources(rows))
    things = [one for one in subject.root.things if one.type == kind and is_thing(one, rows)]
    principals = [subject.root.principals[one.role] for one in things]
    strongest = _strongest(subject, [(one, ()) for one in principals])
    if strongest is not None and strongest.rank >= _HIGH and (strongest.rank == _CRITICAL or not wide):
        return strongest
    if wide:
        return Outcome(f"the role of any {path.name.partition(' ')[2]}", _HIGH)
    return None


def can_assume(path: EscalationPath, subject: Subject, node: PrincipalNode, rows: Sequence[Row]) -> Met:
    """Whether a role lets the path's service, or the subject, in; the path's first line is allowed on `rows`."""
    if path.service:
        return node.lets_service(path.service)
    if not path.trusting:
        return SURELY
    return node.lets(subject.root.caller(subject.holder), _accounts(rows) | subject.accounts)


def _accounts(rows: Iterable[Row]) -> frozenset[str]:
    """The accounts of some resources, as far as they are written."""
    arns = map(Arn.parse, _resources(rows))
    roles = (one for one in arns if one is not None and one.is_global_iam and one.kind == "role")
    return frozenset(one.account for one in roles if one.account)


def _strongest(subject: Subject, principals: Sequence[tuple[PrincipalNode, tuple[str, ...]]]) -> Outcome | None:
    """The strongest of some principals, as far as it may do more than the subject; each with what is assumed of it."""
    found: Outcome | None = None
    for node, doubts in principals[:MAX_TARGETS]:
        cells = list(_beyond(subject, node))
        if not cells:
            continue
        worst = max(cells, key=lambda cell: (cell.rank, cell.kind))
        everything = worst.rank == _CRITICAL and worst.kind is TableRow.ADMINISTER
        outcome = Outcome(as_principal(node.holder, everything=everything), worst.rank, doubts)
        if found is None or outcome.rank > found.rank:
            found = outcome
    return found


def as_principal(holder: PolicySubject, *, everything: bool) -> str:
    """What one becomes who becomes another principal, completing "become ...": "administrator as role ops"."""
    called = f"{holder.kind} {last_name(holder.name)}"
    return f"{ADMINISTRATOR} as {called}" if everything else called


def _beyond(subject: Subject, node: PrincipalNode) -> Iterator[ScoreComponent]:
    nothing: frozenset[str] = frozenset()
    theirs = policy_set(PolicyKind.IDENTITY, node.grants, False, nothing)
    ours = PolicySet(PolicyKind.IDENTITY, subject.whole.whole.statements, subject.whole.whole.limits)
    for row in gained_rows(ours, theirs):
        yield from score_components(row, GrantContext())


def _assumed(path: EscalationPath) -> str:
    trusting = f" that {path.service} may use" if path.service else ""
    return f"there is a {path.gives} with administrator rights{trusting}"


def _resources(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for row in rows for one in row.resources))


def is_wide(resource: str, prefix: str) -> bool:
    """Whether a pattern leaves the whole name open that follows `prefix` in an ARN."""
    name = name_after(resource, prefix)
    return not (resource if name is None else name).strip("*?/:")


def _is_known(resource: str, arns: Iterable[str]) -> bool:
    """Whether a resource is one that is in view; a pattern may take in others besides."""
    wild = "*" in printed_segments(resource)[-1] or "?" in resource
    return not wild and any(_matches(arn, resource) for arn in arns)


def is_among(holder: PolicySubject, subject: Subject, rows: Iterable[Row]) -> bool:
    """Whether a principal in view is one of those that the rows are about."""
    arns = _printed_arns(holder, subject)
    return any(_matches(arn, pattern) for row in rows for pattern in row.resources for arn in arns) and not any(
        all(any(_matches(arn, out) for out in row.except_resources) for arn in arns[:1]) for row in rows
    )


def _printed_arns(holder: PolicySubject, subject: Subject) -> tuple[str, ...]:
    return tuple(str(one) for one in subject.arns(holder))


def is_thing(thing: Workload, rows: Iterable[Row]) -> bool:
    """Whether a thing in view, or its code, is one of those that the rows are about."""
    if thing.code:
        return any(meets(arn, pattern) for arn in thing.code for pattern in _resources(rows))
    arns = [f"${{{thing.address}.arn}}"]
    if thing.name and "${" not in thing.name:
        arns.append(f"{WORKLOADS[thing.type]}{thing.name}")
    patterns = _resources(rows)
    return any(_matches(arn, pattern) for arn in arns for pattern in patterns) or any(
        is_wide(pattern, _begins(thing.type)) for pattern in patterns
    )


def _begins(kind: str) -> str:
    """How the last part of the ARN of a kind of thing begins: "function:"; the kind may be a pattern of ARNs itself."""
    return segments(WORKLOADS.get(kind, kind))[-1].removesuffix("*")


def _matches(arn: str, pattern: str) -> bool:
    """Whether a pattern takes in an ARN whose account and region are open (`*`)."""
    if arn == pattern:
        return True
    left, right = Arn.parse(arn), Arn.parse(pattern)
    if left is None or right is None:
        return is_everything(pattern)
    return right.covers(left)


def last_name(arn: str) -> str:
    """What people call it: the name without ARN and path, a symbol's address without its attribute."""
    if arn.startswith("${") and arn.endswith("}"):
        return arn[2:-1].removesuffix(".arn").removesuffix(".name")
    return arn.rpartition("/")[2] or arn
