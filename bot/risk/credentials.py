"""New long-term credentials: nobody's access grows, but one more secret opens it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from bot.access_diff.delta import CredentialChange
from bot.access_diff.over_variants import Variants
from bot.evaluated.config import RootKind
from bot.evaluated.guard import disabled_by_default, ordered
from bot.evaluated.touched import Touched
from bot.review.identity import Identity, ListedFacts, identify, identify_with
from bot.review.model import GRADES, Finding, FindingPrincipal, GradeName
from bot.risk.advice.long_term import long_term
from bot.risk.cause import Cause, cause_at
from bot.risk.fingerprint import root_directory
from bot.risk.grouping import block
from bot.risk.rules.help_page import help_page
from bot.risk.score import POINTS
from bot.risk.ungranted import ungranted
from bot.risk.wording.advice_words import advice_words
from bot.risk.wording.credential_words import after_credential, before_credential, credential_points, credential_title
from bot.risk.wording.guard_words import guard_words, held_where_words
from bot.risk.wording.words import holder_name

RULE = "credential-created"

NEW: GradeName = "medium"
"""The grade of a credential that replaces none."""

OUTSIDE: GradeName = "high"
"""The grade of a provider of identities whose people others decide: it opens the account to whoever is trusted next."""

_BY_WEIGHT: tuple[RootKind, ...] = ("root", "module", "example")


def credential_findings(
    changes: Iterable[CredentialChange],
    touched: Touched,
    variants: Variants | None = None,
    kinds: Mapping[str, RootKind] | None = None,
) -> tuple[Finding, ...]:
    """One finding for each block that creates credentials, with the variants of roots that it does so in."""
    groups: dict[tuple[object, ...], list[tuple[CredentialChange, Cause]]] = {}
    for change in changes:
        cause = cause_at(change.credential.trail, touched)
        key = (cause.edit, block(change.credential.address), change.replaces, change.credential.guards)
        groups.setdefault(key, []).append((change, cause))
    return tuple(
        _finding(group, _told_in(group, variants or {}), _applied_as(group, kinds or {})) for group in groups.values()
    )


def _applied_as(group: list[tuple[CredentialChange, Cause]], kinds: Mapping[str, RootKind]) -> RootKind:
    """What the roots are that have them: the most that any of them is."""
    found = {kinds.get(one.credential.owner.root, "root") for one, _ in group}
    return next(kind for kind in _BY_WEIGHT if kind in found)


def _told_in(group: list[tuple[CredentialChange, Cause]], variants: Variants) -> tuple[str, ...]:
    known = (variants.get(one.credential.owner.root) for one, _ in group)
    return tuple(dict.fromkeys(name for one in known if one is not None for name in one.told))


def joined(finding: Finding, changes: Iterable[CredentialChange]) -> Finding:
    """The finding of a user that is new with the credentials that its words name; the same without any."""
    for change in changes:
        finding = _joined(finding, change)
    return finding


def _joined(finding: Finding, change: CredentialChange) -> Finding:
    heavier = GRADES.index(finding.grade) < GRADES.index(NEW)
    return dataclasses.replace(
        finding.known_as(identify_with(finding.identity, change.credential.address)),
        rule=RULE if heavier else finding.rule,
        also=tuple(dict.fromkeys((*finding.also, finding.rule if heavier else RULE))),
        grade=NEW if heavier else finding.grade,
        points=finding.points + POINTS[NEW],
        help=help_page(RULE) if heavier else finding.help,
        arithmetic=(*finding.arithmetic, credential_points(change, NEW, POINTS[NEW])),
        fix=advice_words(long_term(change)) if heavier else finding.fix,
        unproved=finding.unproved + 1,
    )


def _finding(group: list[tuple[CredentialChange, Cause]], variants: tuple[str, ...], kind: RootKind) -> Finding:
    change, cause = group[0]
    owner = change.credential.owner
    owners = tuple(dict.fromkeys(one.credential.owner.address for one, _ in group))
    off = ordered(disabled_by_default(change.credential.guards))
    later = next(map(guard_words, off), "")
    grade: GradeName = "low" if later or kind == "example" else _weight(change)
    points = POINTS[grade] * len(group)
    title = credential_title(change, len(owners), later, variants)
    said = before_credential(change), after_credential(change)
    finding = dataclasses.replace(
        ungranted(RULE, grade, points, title, said, cause.location),
        principal=FindingPrincipal(owner.kind, holder_name(owner), owner.address),
        principals=owners,
        instances=tuple(one.credential.address for one, _ in group),
        trail=cause.trail,
        arithmetic=(credential_points(change, grade, points, later=bool(later)),),
        fix=advice_words(long_term(change)),
        unproved=len(group),
        variants=variants,
        may_block=kind == "root" or (kind == "module" and not later),
        in_example=kind == "example",
        disabled_by_default=bool(later),
        held_where=held_where_words((), off),
    )
    return finding.known_as(_identity(group))


def _weight(change: CredentialChange) -> GradeName:
    """Low where it takes another's place, or is a cluster's provider that no role here trusted before."""
    if change.replaces:
        return "low"
    if change.credential.outside:
        return OUTSIDE
    return "low" if change.credential.says is not None and not change.opens else NEW


def _identity(group: list[tuple[CredentialChange, Cause]]) -> Identity:
    what = (f"{root_directory(one.credential.owner.root)}\0{one.credential.address}" for one, _ in group)
    return identify(ListedFacts(RULE, tuple(sorted(what))))
