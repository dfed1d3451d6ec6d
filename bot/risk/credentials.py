"""New long-term credentials: nobody's access grows, but one more secret opens it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from bot.access_diff.delta import CredentialChange
from bot.evaluated.guard import disabled_by_default, ordered
from bot.evaluated.touched import Touched
from bot.review.model import GRADES, Finding, FindingPrincipal, GradeName
from bot.risk.cause import Cause, cause_at
from bot.risk.fingerprint import SCHEMA, SHOWN_DIGITS, digest, identity, root_directory
from bot.risk.grouping import block
from bot.risk.rules.help_page import help_page
from bot.risk.score import POINTS
from bot.risk.wording.guards import guard_words
from bot.risk.wording.sentence import Modality, Predicate, Sentence, Verb, fitted
from bot.risk.wording.words import holder_name, holder_words

RULE = "credential-created"
FIX = "Let it assume a role; where a key is unavoidable, rotate it and keep it out of the Terraform state."

NEW: GradeName = "medium"
"""The grade of a credential that replaces none."""

_THINGS = {
    "access-key": "an access key",
    "console-password": "a console password",
    "service-password": "a password for one AWS service",
    "signing-certificate": "a signing certificate",
    "ssh-key": "an SSH key",
    "trust-anchor": "certificates that open roles",
}


def credential_findings(changes: Iterable[CredentialChange], touched: Touched) -> tuple[Finding, ...]:
    """One finding for each block that creates credentials."""
    groups: dict[tuple[object, ...], list[tuple[CredentialChange, Cause]]] = {}
    for change in changes:
        cause = cause_at(change.credential.trail, touched)
        key = (cause.edit, block(change.credential.address), change.replaces, change.credential.guards)
        groups.setdefault(key, []).append((change, cause))
    return tuple(map(_finding, groups.values()))


def comes_with(changes: Sequence[CredentialChange]) -> tuple[str, ...]:
    """What ends the title of a finding that such credentials come with."""
    return tuple(f"; with {_thing(change)}" for change in changes[:1])


def joined(finding: Finding, changes: Iterable[CredentialChange]) -> Finding:
    """The finding of a user that is new, with the credentials that come with it; the same without any."""
    for change in changes:
        finding = _joined(finding, change)
    return finding


def _joined(finding: Finding, change: CredentialChange) -> Finding:
    thing = _thing(change)
    heavier = GRADES.index(finding.grade) < GRADES.index(NEW)
    short, whole = (digest(f"{of}\0{change.credential.address}") for of in (finding.fingerprint, identity(finding)))
    short = short[:SHOWN_DIGITS]
    return dataclasses.replace(
        finding,
        fingerprint=short,
        full_fingerprint=short + whole[SHOWN_DIGITS:],
        rule=RULE if heavier else finding.rule,
        also=tuple(dict.fromkeys((*finding.also, finding.rule if heavier else RULE))),
        grade=NEW if heavier else finding.grade,
        points=finding.points + POINTS[NEW],
        after=f"{finding.after}; {thing}",
        help=help_page(RULE) if heavier else finding.help,
        arithmetic=(*finding.arithmetic, f"{thing}: {NEW}, {POINTS[NEW]} points"),
        fix=FIX if heavier else finding.fix,
        unproved=finding.unproved + 1,
    )


def _thing(change: CredentialChange) -> str:
    return _THINGS.get(change.credential.kind, change.credential.kind)


def _finding(group: list[tuple[CredentialChange, Cause]]) -> Finding:
    change, cause = group[0]
    owner = change.credential.owner
    owners = tuple(dict.fromkeys(one.credential.owner.address for one, _ in group))
    thing = _thing(change)
    later = next(map(guard_words, ordered(disabled_by_default(change.credential.guards))), "")
    grade: GradeName = "low" if change.replaces or later else NEW
    points = POINTS[grade] * len(group)
    more = f" and {len(owners) - 1} more" if len(owners) > 1 else ""
    whole = _fingerprint(group)
    return Finding(
        fingerprint=whole[:SHOWN_DIGITS],
        kind="exposure",
        rule=RULE,
        also=(),
        grade=grade,
        points=points,
        title=fitted(lambda _: _sentence(change, more, later)),
        principal=FindingPrincipal(owner.kind.value, holder_name(owner), owner.address),
        principals=owners,
        instances=tuple(one.credential.address for one, _ in group),
        repeated=False,
        actions=(),
        except_actions=(),
        resources=(),
        except_resources=(),
        conditions=(),
        before=f"{thing} that is replaced" if change.replaces else f"no such {change.credential.kind}",
        after=f"{thing}: all that {holder_words(owner)} may do, for whoever has it",
        witness=None,
        path=(),
        location=cause.location,
        trail=cause.trail,
        suggestion=None,
        waiver=None,
        help=help_page(RULE),
        arithmetic=(f"{thing}{_said(change, later)}: {grade}, {points} points",),
        fix=FIX,
        full_fingerprint=whole,
        unproved=len(group),
    )


def _sentence(change: CredentialChange, more: str, later: str) -> Sentence:
    extras = (" in place of another" if change.replaces else "", f" ({later})" if later else "")
    subject = f"{holder_words(change.credential.owner)}{more}"
    return Sentence(subject, Modality.CERTAIN, Predicate(Verb.IS_GIVEN, _thing(change)), extras)


def _fingerprint(group: list[tuple[CredentialChange, Cause]]) -> str:
    what = sorted(f"{root_directory(one.credential.owner.root)}\0{one.credential.address}" for one, _ in group)
    return digest("\0".join((str(SCHEMA), RULE, *what)))


def _said(change: CredentialChange, later: str) -> str:
    if change.replaces:
        return ", a rotation"
    return ", nothing today" if later else ""
