"""Composes one finding from a group of gains: its rule, words, points and lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.access_diff.delta import CredentialChange, Row, Witness
from bot.access_diff.rows import covered
from bot.evaluated.diagnostic import Span
from bot.evaluated.guard import Guard
from bot.evaluated.production import environments
from bot.evaluated.thing import Replacement
from bot.frozen import dataclass
from bot.iam.policy_subject import PolicySubject, Resource, RoleTrust
from bot.iam.statement import PolicyKind
from bot.review.identity import Fingerprint
from bot.review.model import (
    Finding,
    FindingCondition,
    FindingGrant,
    FindingKind,
    FindingPrincipal,
    FindingProof,
    FindingWitness,
    GradeName,
    Location,
)
from bot.review.prose import NOTHING_SAID, Prose
from bot.risk.assessed_grant import AssessedGrant
from bot.risk.cause import Cause
from bot.risk.escalation.present import told_escalations, told_path
from bot.risk.grading import GradedGrant
from bot.risk.group_identity import group_identity, thread_keys
from bot.risk.grouping import GrantGroup
from bot.risk.naming import remedy_of, rules_of
from bot.risk.proofs import proofs
from bot.risk.rules import RULES
from bot.risk.rules.help_page import help_page
from bot.risk.rules.rule import Rule
from bot.risk.score import step_down
from bot.risk.score_components import ScoreComponent
from bot.risk.score_table import TableRow
from bot.risk.wording.advice_words import advice_words
from bot.risk.wording.arithmetic import arithmetic
from bot.risk.wording.credential_words import comes_with, thing
from bot.risk.wording.guard_words import all_words, held_where_words
from bot.risk.wording.replaced_words import replaced_words
from bot.risk.wording.sentence import Modality
from bot.risk.wording.states import (
    doubt_words,
    grant_words,
    had_words,
    held_words,
    left_words,
    new_words,
    who_words,
)
from bot.risk.wording.symbol_words import without_digests
from bot.risk.wording.titles import Spoken, lost_title, title, variants_of
from bot.risk.wording.words import SHOWN, holder_name

WORST_UNDECIDED: GradeName = "medium"
"""What could not be settled is never called worse than this."""

MAX_LISTED = 200
"""A finding lists so many actions, resources or instances at most."""

MAX_GRANTS = 50
"""And so many grants, each with its line; as many as of the others where it is all that examples have by calls."""

CellKey = tuple[str, str, str, TableRow]


def counted_cells(groups: Sequence[GrantGroup]) -> list[list[ScoreComponent]]:
    """Each group's cells that count: one per holder, service and kind over all groups, where it is worst."""
    best: dict[CellKey, tuple[int, int, ScoreComponent]] = {}
    for index, group in enumerate(groups):
        of_example = group.worst.grant.root_kind == "example"
        for gain in group.gains:
            if gain.grant.root_kind == "example" and not of_example:
                continue  # what a module gives weighs nothing more where examples call it
            holder = gain.grant.holder
            for cell in gain.weighed:
                key = (holder.root, f"{holder.kind} {holder.address}", *cell.key)
                if key not in best or cell.points > best[key][0]:
                    best[key] = (cell.points, index, cell)
    counted: list[list[ScoreComponent]] = [[] for _ in groups]
    for _, index, cell in best.values():
        counted[index].append(cell)
    return counted


@dataclass(frozen=True, slots=True)
class _Said:
    """What a finding says in words: what it is called, what was and is, and what to do."""

    title: Prose
    before: Prose
    after: Prose
    fix: Prose = NOTHING_SAID


@dataclass(frozen=True, slots=True)
class _Judged:
    """How bad a finding is and what proves it; nothing does where nothing was gained, or may not have been."""

    grade: GradeName
    points: int = 0
    arithmetic: tuple[Prose, ...] = ()
    witness: Witness | None = None
    proofs: tuple[FindingProof, ...] = ()
    unproved: int = 0


def compose(
    group: GrantGroup,
    counted: Sequence[ScoreComponent],
    off: frozenset[str] = frozenset(),
    credentials: Sequence[CredentialChange] = (),
    within: Sequence[Fingerprint] = (),
) -> Finding:
    """The finding of a group, of whose cells `counted` count in it; rules that are `off` do not name it.

    Its words name the credentials that come with it. `within` are the bigger findings that it was a part of.
    """
    rules = rules_of(group, off)
    said = _said(group, rules, Modality.CERTAIN, credentials)
    points = sum(cell.points for cell in counted)
    judged = _Judged(group.worst.grade, points, arithmetic(counted), _proof(group), *proofs(group.gains))
    found = _finding(group, rules, said, judged)
    return found.known_as(found.identity.part_of(within))


def compose_lost(group: GrantGroup) -> Finding:
    """What a group's holders can no longer do: `before` is what they could, `after` the closest that is left."""
    said = _Said(lost_title(group), had_words(group), left_words(group))
    return _finding(group, rules_of(group), said, _Judged(group.worst.grade))


def compose_undecided(group: GrantGroup) -> Finding:
    """What a group's holders may have gained: never called worse than medium, worth no points."""
    rules = rules_of(group)
    said = _said(group, rules, Modality.POSSIBLE, ())
    return _finding(group, rules, said, _Judged(step_down(group.worst.grade, WORST_UNDECIDED)))


def _said(
    group: GrantGroup, rules: Sequence[Rule], modality: Modality, credentials: Sequence[CredentialChange]
) -> _Said:
    return _Said(
        title=title(_spoken(group, rules[0], modality, (*comes_with(credentials), replaced_words(*_replaced(group))))),
        before=held_words(group),
        after=new_words(group, dict.fromkeys(map(thing, credentials))),
        fix=NOTHING_SAID
        if group.worst.grant.by_call
        else advice_words(remedy_of(rules, group), _written_elsewhere(group.worst.grant, rules[0])),
    )


def _written_elsewhere(grant: GradedGrant, rule: Rule) -> Span | None:
    """Where a statement says on what it is, if that is another file than the cause: the text of a module that a call
    hands on, as a rule."""
    texts = (*grant.change.statement.resources, *grant.change.statement.actions)
    span = next((one.trail[0].span for one in texts if one.trail), None)
    return None if span is None or span.file == _cause(grant, rule).location.file else span


def _finding(group: GrantGroup, rules: Sequence[Rule], said: _Said, judged: _Judged) -> Finding:
    first, worst = rules[0], group.worst
    grant, grants = worst.grant, group.grants
    rows = group.rows
    told = [one for one in grants if grant.root_kind == "example" or one.root_kind != "example"]
    holders = list(dict.fromkeys(one.holder for one in told))
    showing = list(dict.fromkeys(one.holder for one in grants if one not in told))
    instances = dict(zip(holders, _instances(holders), strict=True))
    today = {instances[one.holder] for one in told if not one.is_latent}
    cause = _cause(grant, first)
    return Finding(
        fingerprint="",
        kind=first.kind or _kind(grant),
        rule=first.name,
        also=tuple(rule.name for rule in rules[1:]),
        grade=judged.grade,
        points=judged.points,
        title=said.title,
        principal=FindingPrincipal(_kind_of_holder(grant), holder_name(grant.holder), grant.holder.address),
        principals=_listed(holder.address for holder in holders),
        instances=_listed(instances.values()),
        repeated=any(one.repeated for one in grants),
        actions=_listed(action for row in rows for action in row.actions),
        except_actions=_listed(action for row in rows for action in row.except_actions),
        resources=_listed(resource for row in rows for resource in row.resources),
        except_resources=_listed(resource for row in rows for resource in row.except_resources),
        conditions=_conditions(grant),
        before=said.before,
        after=said.after,
        witness=_witness(judged.witness, grant.guards),
        path=grant.path or told_path(worst, holder_name(grant.holder)),
        location=cause.location,
        trail=cause.trail,
        suggestion=None,
        waiver=None,
        help=help_page(first.name),
        why=doubt_words(group),
        arithmetic=judged.arithmetic,
        fix=said.fix,
        who=who_words(group, MAX_LISTED),
        escalations=told_escalations(group.gains),
        proofs=judged.proofs,
        unproved=judged.unproved,
        grants=_grants(group),
        variants=_listed(variants_of(group)),
        may_block=not grant.is_hypothetical,
        in_example=grant.root_kind == "example",
        by_call=grant.by_call,
        examples=_listed(f"{one.root or '.'}: {one.address}" for one in showing),
        disabled_by_default=all(one.is_latent for one in grants),
        held_where=_held_where(group),
        not_today=_listed(one for one in instances.values() if one not in today) if not grant.is_latent else (),
        thread_keys=thread_keys(first, group),
    ).known_as(group_identity(first, group))


def _held_where(group: GrantGroup) -> Prose:
    """By what the row's worst is held and, where no caller chooses it, all else of it as well."""
    worst = group.worst.grant
    shared = frozenset(worst.guards).intersection(*(one.guards for one in group.grants))
    return held_where_words(worst.chosen_by if worst.is_hypothetical else (), shared)


def _instances(holders: Sequence[PolicySubject]) -> Iterator[str]:
    several_roots = len({one.root for one in holders}) > 1
    return (f"{one.root or '.'}: {one.address}" if several_roots else one.address for one in holders)


def _conditions(grant: GradedGrant) -> tuple[FindingCondition, ...]:
    written = () if grant.by_acl else grant.row.conditions
    return tuple(FindingCondition(one.operator, one.key, one.values) for one in written)


def _grants(group: GrantGroup) -> tuple[FindingGrant, ...]:
    """What it is made of, each once: equal grants of several holders on one line are one."""
    most = MAX_LISTED if group.worst.grant.by_call else MAX_GRANTS
    found: dict[tuple[Row, Location], FindingGrant] = {}
    for gain in group.gains:
        grant = gain.grant
        row, place = grant.row, grant.cause.location
        if (row, place) not in found and len(found) < most:
            found[row, place] = FindingGrant(
                grade=gain.grade,
                said=grant_words(grant),
                actions=_listed(row.actions),
                except_actions=_listed(row.except_actions),
                resources=_listed(row.resources),
                except_resources=_listed(row.except_resources),
                conditions=_conditions(grant),
                location=place,
                witness=_witness(grant.change.witness, grant.guards),
            )
    return tuple(found.values())


def _spoken(group: GrantGroup, first: Rule, modality: Modality, extras: tuple[str, ...]) -> Spoken:
    """What the title is made of: a rule that forbids heads it, and the next that applies says what is gained.

    Where the worst is a step of a way up that another grant completes, that way is what is gained.
    """
    if not first.forbids:
        told = _way_with_the_worst(group)
        return Spoken(told or group, _saying(told) if told else first, modality, extras=extras)
    breaking = next(gain for gain in group.gains if first.matches(gain))
    return Spoken(group, _saying(group), modality, first.says(breaking, SHOWN), extras)


def _saying(group: GrantGroup) -> Rule:
    """The first rule that says what the worst of it is."""
    worst = group.worst.worst_part
    return next(one for one in RULES if not one.forbids and one.matches(worst))


def _way_with_the_worst(group: GrantGroup) -> GrantGroup | None:
    """The group as it is told where the worst by itself is less than what it leads to with its other grants."""
    worst = group.worst.grant
    if group.worst.completed.escalations:
        return None
    own = (gain for gain in group.gains if gain.grant.holder == worst.holder and gain.weighed[0] is gain.completed.cell)
    telling = next((gain for gain in own if covered(worst.row, _first_steps(gain))), None)
    if telling is None:
        return None
    return replace(group, gains=(telling, *(gain for gain in group.gains if gain is not telling)))


def _first_steps(gain: AssessedGrant) -> frozenset[str]:
    """The actions (lower case) of the worst way up that it completes."""
    return frozenset(step.action.lower() for way in gain.completed.escalations[:1] for step in way.steps)


def _replaced(group: GrantGroup) -> tuple[list[Replacement], tuple[str, ...]]:
    """The names that stand for other things, and the environments in which they do where that is not all."""
    having = [grant for grant in group.grants if grant.replaced]
    names = environments(name for grant in having for name in grant.variants)
    return [one for grant in having for one in grant.replaced], names if len(having) < len(group.grants) else ()


def _cause(grant: GradedGrant, rule: Rule) -> Cause:
    """Where the author has to edit: at what the rule points at, if that is new with its statement."""
    return next((cause for element, cause in grant.elements if element is rule.element), grant.cause)


def _kind(grant: GradedGrant) -> FindingKind:
    if grant.path:
        return "reach"
    if grant.kind is PolicyKind.LIMIT:
        return "grant"
    match grant.holder:
        case RoleTrust():
            return "trust"
        case Resource():
            return "resource"
    return "grant"


def _proof(group: GrantGroup) -> Witness | None:
    """The request that proves the finding: for a guardrail, one inside it."""
    breaches = (breach for gain in group.gains for breach in gain.breaches)
    return next((breach.witness for breach in breaches), group.worst.grant.change.witness)


def _kind_of_holder(grant: GradedGrant) -> str:
    if grant.path:
        return "workload"
    return grant.holder.role.kind if isinstance(grant.holder, RoleTrust) else grant.holder.kind


def _listed(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))[:MAX_LISTED]


def _witness(witness: Witness | None, guards: tuple[Guard, ...]) -> FindingWitness | None:
    if witness is None:
        return None
    assumes = tuple(map(without_digests, (*witness.assumes, *all_words(guards))))
    return FindingWitness(witness.principal, witness.action, witness.resource, dict(witness.context), assumes)
