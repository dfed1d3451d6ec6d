"""Reference policies: files of the base revision that say the most access a change may grant."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import from_json
from bot.evaluated.source_tree import SourceTree
from bot.frozen import dataclass
from bot.iam.policy import parse_policy
from bot.iam.statement import PolicyKind, Statement
from bot.review.model import Gap
from bot.review_config.settings import ReferencePolicy, ReviewConfig

_KIND = DiagnosticKind.UNREADABLE_GUARDRAIL


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference policy, read: the statements no change of these principals may exceed."""

    file: str
    kind: PolicyKind
    principals: tuple[str, ...]
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class ReferencePolicies:
    """The reference policies that could be read, and a gap for each that could not."""

    read: tuple[Reference, ...] = ()
    gaps: tuple[Gap, ...] = ()


NO_REFERENCES = ReferencePolicies()


def missing(rules: ReviewConfig, base: SourceTree) -> tuple[str, ...]:
    """The files of reference policies whose contents have to be fetched first."""
    return tuple(one.file for one in rules.guardrails.reference_policies if base.missing(one.file))


def references(rules: ReviewConfig, base: SourceTree) -> ReferencePolicies:
    """Read the reference policies of the rules from the base revision."""
    found = [_read(one, base) for one in rules.guardrails.reference_policies]
    return ReferencePolicies(
        tuple(one for one in found if isinstance(one, Reference)), tuple(one for one in found if isinstance(one, Gap))
    )


def _read(policy: ReferencePolicy, base: SourceTree) -> Reference | Gap:
    kind = PolicyKind(policy.kind)
    content = base.read(policy.file)
    if content is None:
        return _gap(policy.file, base.unread(policy.file) if base.has(policy.file) else "does not exist")
    try:
        document = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        return _gap(policy.file, f"is not JSON: {error}")
    read = parse_policy(from_json(document), kind)
    if not read.complete:
        return _gap(
            policy.file, f"is not a policy: {next(one.diagnostic.reason for one in read.problems if one.blind)}"
        )
    return Reference(policy.file, kind, policy.principals, read.statements)


def _gap(file: str, why: str) -> Gap:
    reason = f"the reference policy {file} {why}"
    return Gap(
        id=hashlib.sha256(f"{_KIND}\0{reason}".encode()).hexdigest()[:16],
        reason=reason,
        address="",
        file=file,
        line=1,
        side="base",
        changed=False,
        carries_policy=False,
        grade="none",
        kind=_KIND.value,
        remedy=_KIND.meaning.remedy,
    )


def unreadable(gaps: Iterable[Gap]) -> bool:
    """Whether some guardrail could not be read."""
    return any(gap.kind == _KIND for gap in gaps)
