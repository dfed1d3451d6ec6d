"""Where the review could not look: which gaps the change touched, each said once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from bot.diagnostics import Span
from bot.extract.extracted import ExtractionGap
from bot.risk.finding import Gap, GradeName, Side
from bot.terraform.config import EvaluationGap
from bot.touched import Touched

STRUCTURAL = frozenset(
    {"parse-error", "over-budget", "not-evaluated", "module-missing", "missing-file", "refused-file"}
)
"""Kinds of evaluation gaps behind which whole policies can hide. Other unknown values matter only where
they reach a policy, and are extraction gaps there; so are modules that are not in the repository, of which extraction
knows what it understood."""


UNREADABLE = frozenset({"parse-error", "over-budget", "module-missing", "refused-file"})
"""Kinds that hide what a file or module says: access found on the other side only may have been there."""


@dataclass(frozen=True, slots=True)
class SideGaps:
    """The gaps of one side, from evaluation (roots and files) and from extraction (policies)."""

    side: Side
    evaluation: tuple[EvaluationGap, ...]
    extraction: tuple[ExtractionGap, ...]


def gaps(base: SideGaps, head: SideGaps, touched: Touched) -> tuple[Gap, ...]:
    """All gaps, changed ones first: the head's, and those only the base has where they can hide a policy.

    A gap of the base matters because access that only seems new may have been behind it.
    """
    found: dict[tuple[str, str, str], Gap] = {}
    for gap in (*_side(head, touched), *(gap for gap in _side(base, touched) if gap.carries_policy)):
        key = (gap.kind, gap.address, gap.reason)
        known = found.get(key)
        if known is None or (gap.changed and not known.changed):
            found[key] = gap
    return tuple(sorted(found.values(), key=lambda gap: (not gap.changed, not gap.carries_policy, gap.file, gap.line)))


def _side(side: SideGaps, touched: Touched) -> Iterable[Gap]:
    for gap in side.evaluation:
        if gap.kind in STRUCTURAL:
            yield _gap(gap, True, side.side, touched)
    for found in side.extraction:
        yield _gap(found, found.carries_policy, side.side, touched)


def _gap(gap: EvaluationGap | ExtractionGap, carries_policy: bool, side: Side, touched: Touched) -> Gap:
    changed = any(touched.touches(span, side) for span in (gap.span, *gap.inputs))
    return Gap(
        id=_identity(gap.kind, gap.address, gap.reason),
        reason=gap.reason,
        address=gap.address,
        file=gap.span.file,
        line=gap.span.line,
        side=side,
        changed=changed,
        carries_policy=carries_policy,
        grade=_worst(changed, carries_policy),
        kind=gap.kind,
        remedy=gap.remedy,
    )


def _worst(changed: bool, carries_policy: bool) -> GradeName:
    """The worst grade that could be behind a gap: undecided is medium at most."""
    if not carries_policy:
        return "none"
    return "medium" if changed else "low"


def _identity(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def file_gap(kind: str, reason: str, remedy: str, path: str) -> EvaluationGap:
    """A gap that is a whole file."""
    return EvaluationGap(kind, reason, remedy, "", Span(path, 1, 1, 1, 1))
