"""Composes one finding from a group of gains: its rule, words, points and lists."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from bot.access_diff.delta import Witness
from bot.evaluated.guard import Guard
from bot.iam.grant import PolicySubjectKind
from bot.iam.statement import PolicyKind
from bot.review.model import Finding, FindingCondition, FindingKind, FindingPrincipal, FindingWitness, GradeName
from bot.risk.cause import Cause
from bot.risk.escalation.present import climbers_words, told_escalations, told_path
from bot.risk.exposure import people
from bot.risk.fingerprint import SHOWN_DIGITS, fingerprint
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
from bot.risk.wording.guards import guard_words
from bot.risk.wording.people_let_in import outsiders_words, people_of
from bot.risk.wording.words import (
    LONGEST_TITLE,
    SHOWN,
    clipped,
    condition_words,
    counted,
    few,
    holder_name,
    holder_words,
    row_words,
)

WORST_UNDECIDED: GradeName = "medium"
"""What could not be settled is never called worse than this."""

MAX_LISTED = 200
"""A finding lists so many actions, resources or instances at most."""

_KINDS: dict[PolicySubjectKind, FindingKind] = {
    PolicySubjectKind.TRUST: "trust",
    PolicySubjectKind.RESOURCE: "resource",
}


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


def compose(group: GrantGroup, counted: Sequence[ScoreComponent], off: frozenset[str] = frozenset()) -> Finding:
    """The finding of a group, of whose cells `counted` count in it; rules that are `off` do not name it."""
    gain = group.worst
    first, *others = rules_of(group, off)
    rows = tuple(dict.fromkeys(one.row for one in group.gains))
    points, arithmetic = _points(counted)
    holders = list(dict.fromkeys(one.holder for one in group.gains))
    cause = _cause(gain, first)
    several_roots = len({holder.root for holder in holders}) > 1
    whole = fingerprint(first.name, (one.old_holder or one.holder for one in group.gains), rows)
    proved, unproved = proofs(group.gains)
    return Finding(
        fingerprint=whole[:SHOWN_DIGITS],
        kind=first.kind or _kind(gain),
        rule=first.name,
        also=tuple(rule.name for rule in others),
        grade=gain.grade,
        points=points,
        title=_title(group, first),
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
        before=_before(group),
        after=_after(group),
        witness=_witness(_proof(group), gain.guards),
        path=gain.path or told_path(gain, holder_name(gain.holder)),
        location=cause.location,
        trail=cause.trail,
        suggestion=None,
        waiver=None,
        help=help_page(first.name),
        why=gain.change.why,
        arithmetic=arithmetic,
        fix=first.fix,
        who=_who(group),
        escalations=told_escalations(group.gains),
        full_fingerprint=whole,
        proofs=proved,
        unproved=unproved,
    )


def _cause(gain: GradedGrant, rule: Rule) -> Cause:
    """Where the author has to edit: at what the rule points at, if that is new with its statement."""
    return next((cause for element, cause in gain.elements if element is rule.element), gain.cause)


def _who(group: GrantGroup) -> tuple[str, ...]:
    """Who is let in by a resource or trust policy, in words; nobody where the holder itself gains."""
    gains = [one for one in group.gains if one.on_resource == group.worst.on_resource]
    return _listed(name for one in gains if one.on_resource for name in people_of(one))


def compose_lost(group: GrantGroup) -> Finding:
    """What a group's holders can no longer do: `before` is what they could, `after` the closest that is left."""
    gain = group.worst
    left = gain.change.before
    more = f", and {counted(len(group.gains) - 1, 'more grant')}" if len(group.gains) > 1 else ""
    titles = [f"{_loser(group, n)} can no longer {_lost_access(gain, n)}{more}" for n in range(SHOWN, -1, -1)]
    return dataclasses.replace(
        compose(group, ()),
        title=next((title for title in titles if len(title) <= LONGEST_TITLE), clipped(titles[-1], LONGEST_TITLE)),
        before=row_words(gain.shown, with_people=True),
        after=row_words(left, with_people=True) if left else "not allowed",
        witness=None,
        points=0,
        arithmetic=(),
        fix="",
        proofs=(),
        unproved=0,
    )


def compose_undecided(group: GrantGroup) -> Finding:
    """What a group's holders may have gained: never called worse than medium, worth no points."""
    finding = compose(group, ())
    return dataclasses.replace(
        finding,
        title=finding.title.replace(" can now ", " might now ", 1),
        grade=step_down(finding.grade, WORST_UNDECIDED),
        witness=None,
        points=0,
        arithmetic=(),
        proofs=(),
        unproved=0,
    )


def _loser(group: GrantGroup, shown: int) -> str:
    gain = group.worst
    if gain.on_resource:
        return few(people(gain.shown.principals), shown) or "others"
    return f"{holder_words(gain.holder)}{_others(group)}"


def _lost_access(gain: GradedGrant, shown: int) -> str:
    if gain.holder.kind is PolicySubjectKind.TRUST:
        return f"become {holder_words(gain.holder)}{condition_words(gain.shown.conditions, shown)}"
    return f"use {row_words(gain.shown, shown)}"


def _others(group: GrantGroup) -> str:
    count = len({(one.holder.root, one.holder.address) for one in group.gains})
    return f" and {count - 1} more" if count > 1 else ""


def _kind(gain: GradedGrant) -> FindingKind:
    if gain.path:
        return "reach"
    return "grant" if gain.kind is PolicyKind.CAP else _KINDS.get(gain.holder.kind, "grant")


def _title(group: GrantGroup, rule: Rule) -> str:
    """The finding in one sentence; where it is long, lists name fewer."""
    rule, before = _told(group, rule)
    titles = [f"{before}{_title_of(group, rule, shown)}" for shown in range(SHOWN, -1, -1)]
    return next((title for title in titles if len(title) <= LONGEST_TITLE), clipped(titles[-1], LONGEST_TITLE))


def _told(group: GrantGroup, rule: Rule) -> tuple[Rule, str]:
    """The rule that says what is gained, and what stands before it: that it is forbidden."""
    if not rule.forbids:
        return rule, ""
    breaking = next(gain for gain in group.gains if rule.matches(gain))
    worst = group.worst.worst_part
    said = next(one for one in RULES if not one.forbids and one.matches(worst))
    return said, f"{rule.says(breaking, SHOWN)}: "


def _proof(group: GrantGroup) -> Witness | None:
    """The request that proves the finding: for a guardrail, one inside it."""
    breaches = (breach for gain in group.gains for breach in gain.breaches)
    return next((breach.witness for breach in breaches), group.worst.change.witness)


def _title_of(group: GrantGroup, rule: Rule, shown: int) -> str:
    gain = group.worst
    managed = f" ({gain.managed})" if gain.managed and shown else ""
    told = len({one.row for one in group.gains if one.holder == gain.holder})
    more = f", and {counted(told - 1, 'more grant')}" if told > 1 else ""
    if gain.kind is PolicyKind.CAP:
        return (
            f"{holder_words(gain.holder)} no longer holds back {rule.says(gain, shown)}{_where_deny_ended(gain)}{more}"
        )
    if not gain.on_resource:
        by = _usable_by(group, shown) + _become_by(group, min(shown, 1))
        return f"{_subject(group)} {rule.says(gain, shown)}{managed}{more}{by}"
    if group.fresh and gain.holder.kind is PolicySubjectKind.TRUST:
        return f"{outsiders_words(gain, shown)} can use new {holder_words(gain.holder)}{_which_can(group, shown)}"
    others = len({(one.holder.root, one.holder.address) for one in group.gains}) - 1
    thing = "more role" if gain.holder.kind is PolicySubjectKind.TRUST else "more resource"
    alike = f", and {counted(others, thing)}" if others else more
    return f"{rule.who(gain, shown)} can now {rule.says(gain, shown)}{alike}"


def _where_deny_ended(gain: GradedGrant) -> str:
    """One request that a Deny with conditions let through only now; the row itself says nothing of them."""
    witness = gain.change.witness
    if not gain.deny_lost or gain.row.conditions or witness is None:
        return ""
    told = [f"{key} is {few(values, 1)}" for key, values in witness.context if values]
    return f", as where {' and '.join(told[:2])}" if told else ""


def _subject(group: GrantGroup) -> str:
    gain = group.worst
    also = _others(group)
    if gain.path:
        return f"{_runner(gain.holder.address)}{also} can now"
    if gain.holder.kind is PolicySubjectKind.POLICY:
        return f"whoever gets {holder_words(gain.holder)}{also} can"
    if group.fresh and _is_new(group):
        return f"new {holder_words(gain.holder)}{also} can"
    return f"{holder_words(gain.holder)}{also} can now"


def _runner(source: str) -> str:
    """Who acts at the beginning of a path: whoever runs code on a resource, or the people or pods that are named."""
    if source.startswith("service account "):
        return f"who runs code as {source}"
    return f"who runs code on {source}" if "." in source.partition(" ")[0] else source


def _usable_by(group: GrantGroup, shown: int) -> str:
    """Who can use a new role, said with the role."""
    trusted = [one.row.principals for one in group.gains if one.holder.kind is PolicySubjectKind.TRUST]
    names = people(tuple(dict.fromkeys(name for names in trusted for name in names)))
    return f"; it can be used by {few(names, shown)}" if names and shown else ""


def _before(group: GrantGroup) -> str:
    gain = group.worst
    if gain.kind is PolicyKind.CAP:
        return "held back"
    if gain.cap_lost:
        return "held back by a permissions boundary"
    if gain.deny_lost:
        return "forbidden by a Deny"
    if gain.change.before is not None:
        return row_words(gain.change.before, with_people=True)
    if group.fresh:
        return "did not exist" if _is_new(group) else "no access"
    return "not allowed"


def _after(group: GrantGroup) -> str:
    return f"{row_words(group.worst.shown, with_people=True)}{_become_by(group, SHOWN)}"


def _become_by(group: GrantGroup, shown: int) -> str:
    """Who, as before, can become the one that gains, and so gains as well."""
    others = climbers_words(group.gains, shown)
    return f"; {others}" if others else ""


def _is_new(group: GrantGroup) -> bool:
    """Whether the principal itself is new, as far as the differences tell: its trust is."""
    return any(gain.holder.kind is PolicySubjectKind.TRUST for gain in group.gains)


def _which_can(group: GrantGroup, shown: int) -> str:
    """What a new role may do, said after who can use it."""
    own = list(dict.fromkeys(gain.shown for gain in group.gains if not gain.on_resource))
    more = f", and {counted(len(own) - 1, 'more grant')}" if len(own) > 1 else ""
    return f", which can use {row_words(own[0], shown)}{more}" if own else "; no permissions of it were found"


def _kind_of_holder(gain: GradedGrant) -> str:
    if gain.path:
        return "workload"
    return "role" if gain.holder.kind is PolicySubjectKind.TRUST else gain.holder.kind.value


def _points(counted: Sequence[ScoreComponent]) -> tuple[int, tuple[str, ...]]:
    alike: dict[str, list[ScoreComponent]] = {}
    for cell in sorted(counted, key=lambda cell: (-cell.points, cell.service)):
        alike.setdefault(str(cell), []).append(cell)
    lines = []
    for words, cells in alike.items():
        times = f", for {len(cells)} principals" if len(cells) > 1 else ""
        points = sum(cell.points for cell in cells)
        lines.append(f"{words}{times}, {points} {'point' if points == 1 else 'points'}")
    return sum(cell.points for cell in counted), tuple(lines) or ("counted with another finding",)


def _listed(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))[:MAX_LISTED]


def _witness(witness: Witness | None, guards: tuple[Guard, ...]) -> FindingWitness | None:
    if witness is None:
        return None
    assumes = (*witness.assumes, *map(guard_words, guards))
    return FindingWitness(witness.principal, witness.action, witness.resource, dict(witness.context), assumes)
