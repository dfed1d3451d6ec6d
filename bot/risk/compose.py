"""Composes one finding from a group of gains: its rule, words, points and lists."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from bot.access_diff.delta import CredentialChange, Witness
from bot.evaluated.guard import Guard
from bot.iam.policy_subject import Resource, RoleTrust
from bot.iam.statement import PolicyKind
from bot.review.model import Finding, FindingCondition, FindingKind, FindingPrincipal, FindingWitness, GradeName
from bot.review.prose import NOTHING_SAID
from bot.risk.cause import Cause
from bot.risk.escalation.present import told_escalations, told_path
from bot.risk.fingerprint import identity_of
from bot.risk.grading import GradedGrant
from bot.risk.grouping import GrantGroup
from bot.risk.naming import rules_of
from bot.risk.proofs import proofs
from bot.risk.rules import RULES
from bot.risk.rules.help_page import help_page
from bot.risk.rules.rule import Rule
from bot.risk.score import step_down
from bot.risk.score_components import ScoreComponent
from bot.risk.score_table import TableRow
from bot.risk.wording.arithmetic import arithmetic
from bot.risk.wording.credential_words import comes_with, thing
from bot.risk.wording.guard_words import guard_words
from bot.risk.wording.remedy import remedy
from bot.risk.wording.sentence import Modality
from bot.risk.wording.states import after_words, before_words, doubt_words, had_words, left_words, who_words
from bot.risk.wording.titles import Spoken, lost_title, title
from bot.risk.wording.words import SHOWN, holder_name

WORST_UNDECIDED: GradeName = "medium"
"""What could not be settled is never called worse than this."""

MAX_LISTED = 200
"""A finding lists so many actions, resources or instances at most."""

CellKey = tuple[str, str, str, TableRow]


def counted_cells(groups: Sequence[GrantGroup]) -> list[list[ScoreComponent]]:
    """Each group's cells that count: one per holder, service and kind over all groups, where it is worst."""
    best: dict[CellKey, tuple[int, int, ScoreComponent]] = {}
    for index, group in enumerate(groups):
        for gain in group.gains:
            for cell in gain.weighed:
                key = (gain.holder.root, f"{gain.holder.kind} {gain.holder.address}", *cell.key)
                if key not in best or cell.points > best[key][0]:
                    best[key] = (cell.points, index, cell)
    counted: list[list[ScoreComponent]] = [[] for _ in groups]
    for _, index, cell in best.values():
        counted[index].append(cell)
    return counted


def compose(
    group: GrantGroup,
    counted: Sequence[ScoreComponent],
    off: frozenset[str] = frozenset(),
    modality: Modality = Modality.CERTAIN,
    credentials: Sequence[CredentialChange] = (),
) -> Finding:
    """The finding of a group, of whose cells `counted` count in it; rules that are `off` do not name it.

    Its words say it as surely as `modality`, and name the credentials that come with it.
    """
    gain = group.worst
    first, *others = rules_of(group, off)
    rows = tuple(dict.fromkeys(one.row for one in group.gains))
    holders = list(dict.fromkeys(one.holder for one in group.gains))
    cause = _cause(gain, first)
    several_roots = len({holder.root for holder in holders}) > 1
    known = identity_of(first.name, (one.old_holder or one.holder for one in group.gains), rows)
    proved, unproved = proofs(group.gains)
    finding = Finding(
        fingerprint="",
        kind=first.kind or _kind(gain),
        rule=first.name,
        also=tuple(rule.name for rule in others),
        grade=gain.grade,
        points=sum(cell.points for cell in counted),
        title=title(_spoken(group, first, modality, comes_with(credentials))),
        principal=FindingPrincipal(_kind_of_holder(gain), holder_name(gain.holder), gain.holder.address),
        principals=_listed(holder.address for holder in holders),
        instances=_listed(
            f"{holder.root or '.'}: {holder.address}" if several_roots else holder.address for holder in holders
        ),
        repeated=any(one.repeated for one in group.gains),
        actions=_listed(action for row in rows for action in row.actions),
        except_actions=_listed(action for row in rows for action in row.except_actions),
        resources=_listed(resource for row in rows for resource in row.resources),
        except_resources=_listed(resource for row in rows for resource in row.except_resources),
        conditions=tuple(FindingCondition(one.operator, one.key, one.values) for one in gain.row.conditions),
        before=before_words(group),
        after=after_words(group, map(thing, credentials)),
        witness=_witness(_proof(group), gain.guards),
        path=gain.path or told_path(gain, holder_name(gain.holder)),
        location=cause.location,
        trail=cause.trail,
        suggestion=None,
        waiver=None,
        help=help_page(first.name),
        why=doubt_words(group),
        arithmetic=arithmetic(counted),
        fix=remedy(first.fix),
        who=who_words(group, MAX_LISTED),
        escalations=told_escalations(group.gains),
        proofs=proved,
        unproved=unproved,
    )
    return finding.known_as(known)


def _spoken(group: GrantGroup, first: Rule, modality: Modality, extras: tuple[str, ...]) -> Spoken:
    """What the title is made of: a rule that forbids heads it, and the next that applies says what is gained."""
    if not first.forbids:
        return Spoken(group, first, modality, extras=extras)
    breaking = next(gain for gain in group.gains if first.matches(gain))
    worst = group.worst.worst_part
    said = next(one for one in RULES if not one.forbids and one.matches(worst))
    return Spoken(group, said, modality, first.says(breaking, SHOWN), extras)


def _cause(gain: GradedGrant, rule: Rule) -> Cause:
    """Where the author has to edit: at what the rule points at, if that is new with its statement."""
    return next((cause for element, cause in gain.elements if element is rule.element), gain.cause)


def compose_lost(group: GrantGroup) -> Finding:
    """What a group's holders can no longer do: `before` is what they could, `after` the closest that is left."""
    return dataclasses.replace(
        compose(group, ()),
        title=lost_title(group),
        before=had_words(group),
        after=left_words(group),
        witness=None,
        points=0,
        arithmetic=(),
        fix=NOTHING_SAID,
        proofs=(),
        unproved=0,
    )


def compose_undecided(group: GrantGroup) -> Finding:
    """What a group's holders may have gained: never called worse than medium, worth no points."""
    finding = compose(group, (), modality=Modality.POSSIBLE)
    return dataclasses.replace(
        finding,
        grade=step_down(finding.grade, WORST_UNDECIDED),
        witness=None,
        points=0,
        arithmetic=(),
        proofs=(),
        unproved=0,
    )


def _kind(gain: GradedGrant) -> FindingKind:
    if gain.path:
        return "reach"
    if gain.kind is PolicyKind.CAP:
        return "grant"
    match gain.holder:
        case RoleTrust():
            return "trust"
        case Resource():
            return "resource"
    return "grant"


def _proof(group: GrantGroup) -> Witness | None:
    """The request that proves the finding: for a guardrail, one inside it."""
    breaches = (breach for gain in group.gains for breach in gain.breaches)
    return next((breach.witness for breach in breaches), group.worst.change.witness)


def _kind_of_holder(gain: GradedGrant) -> str:
    if gain.path:
        return "workload"
    return gain.holder.role.kind if isinstance(gain.holder, RoleTrust) else gain.holder.kind


def _listed(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))[:MAX_LISTED]


def _witness(witness: Witness | None, guards: tuple[Guard, ...]) -> FindingWitness | None:
    if witness is None:
        return None
    assumes = (*witness.assumes, *map(guard_words, guards))
    return FindingWitness(witness.principal, witness.action, witness.resource, dict(witness.context), assumes)
