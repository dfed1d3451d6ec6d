"""New long-term credentials: nobody's access grows, but one more secret opens it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from bot.privilege_diff.delta import CredentialChange
from bot.risk.cause import Cause, cause_at
from bot.risk.finding import Finding, FindingPrincipal, GradeName
from bot.risk.fingerprint import SCHEMA, root_directory
from bot.risk.grouping import block
from bot.risk.rules.page import help_page
from bot.risk.score import POINTS
from bot.risk.words import holder_name, holder_words
from bot.touched import Touched

RULE = "credential-created"
FIX = "Let it assume a role; where a key is unavoidable, rotate it and keep it out of the Terraform state."

_THINGS = {"access-key": "an access key", "console-password": "a console password"}


def credential_findings(changes: Iterable[CredentialChange], touched: Touched) -> tuple[Finding, ...]:
    """One finding for each block that creates credentials."""
    groups: dict[tuple[object, ...], list[tuple[CredentialChange, Cause]]] = {}
    for change in changes:
        cause = cause_at(change.credential.trail, touched)
        key = (cause.edit, block(change.credential.address), change.replaces)
        groups.setdefault(key, []).append((change, cause))
    return tuple(map(_finding, groups.values()))


def _finding(group: list[tuple[CredentialChange, Cause]]) -> Finding:
    change, cause = group[0]
    owner = change.credential.owner
    owners = tuple(dict.fromkeys(one.credential.owner.address for one, _ in group))
    thing = _THINGS.get(change.credential.kind, change.credential.kind)
    grade: GradeName = "low" if change.replaces else "medium"
    points = POINTS[grade] * len(group)
    more = f" and {len(owners) - 1} more" if len(owners) > 1 else ""
    return Finding(
        fingerprint=_fingerprint(group),
        kind="exposure",
        rule=RULE,
        also=(),
        grade=grade,
        points=points,
        title=f"{holder_words(owner)}{more} gets {thing}" + (" in place of another" if change.replaces else ""),
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
        arithmetic=(f"{thing}{', a rotation' if change.replaces else ''}: {grade}, {points} points",),
        fix=FIX,
    )


def _fingerprint(group: list[tuple[CredentialChange, Cause]]) -> str:
    what = sorted(f"{root_directory(one.credential.owner.root)}\0{one.credential.address}" for one, _ in group)
    return hashlib.sha256("\0".join((str(SCHEMA), RULE, *what)).encode()).hexdigest()[:16]
