"""Whether a review passes its rules, and its grade and score: what is accepted does not count."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import TypeVar

from bot.review.model import Block, Finding, Gap, Review
from bot.review_config.settings import ReviewConfig
from bot.review_config.thresholds import fails
from bot.risk.guardrails.reference_policies import unreadable
from bot.risk.score import score_of, worst

_Told = TypeVar("_Told", Finding, Gap)


def with_verdict(review: Review, rules: ReviewConfig) -> Review:
    """The review with verdict, reasons, grade and score as its findings, their waivers and its gaps now give them."""
    counted = _open(review.gained)
    grade = worst([finding.grade for finding in counted])
    blocked_by = tuple(_blocked_by(review, rules))
    return dataclasses.replace(
        review,
        verdict="fail" if blocked_by else "pass",
        blocked_by=blocked_by,
        grade=grade,
        score=score_of(grade, sum(finding.points for finding in counted)),
        fail_at=rules.fail_at,
        mode=rules.mode,
    )


def is_open(review: Review) -> bool:
    """Whether the review left anything that this change touches open, which no tick may stand before."""
    return bool(_open(review.undecided) or changed_gaps(review) or not review.complete)


def changed_gaps(review: Review) -> tuple[Gap, ...]:
    """What could not be looked at although the change touches it and access could be behind it."""
    return tuple(gap for gap in review.gaps if gap.is_open)


def unsettled(review: Review) -> tuple[Finding, ...]:
    """What is undecided and nobody has accepted: it blocks where rules fail closed, whichever way."""
    return tuple(_open(review.undecided))


def blind_spots(review: Review, rules: ReviewConfig) -> tuple[Gap, ...]:
    """The gaps that block because rules fail closed: of `changed` those that the change touches, of `all` every one."""
    if rules.fail_closed == "off":
        return ()
    open_ones = (gap for gap in _open(review.gaps) if gap.carries_policy)
    return tuple(gap for gap in open_ones if gap.changed or rules.fail_closed == "all")


def blocks_as_rules(finding: Finding, rules: ReviewConfig) -> bool:
    """Whether it is a change of the rules that lets more pass where rules enforce: whatever its grade, it waits."""
    return rules.mode == "enforce" and bool(finding.loosens)


def blocks(finding: Finding, rules: ReviewConfig) -> bool:
    """Whether a finding that nobody has accepted fails the check."""
    return fails(finding, rules) or _is_forbidden(finding) or blocks_as_rules(finding, rules)


def _is_forbidden(finding: Finding) -> bool:
    return finding.kind == "guardrail" and finding.may_block


def _open(found: Iterable[_Told]) -> list[_Told]:
    """What nobody has accepted."""
    return [one for one in found if one.waiver is None]


def _blocked_by(review: Review, rules: ReviewConfig) -> Iterator[Block]:
    counted = _open(review.gained)
    if any(fails(finding, rules) for finding in counted):
        yield "gained"
    if _breaks_a_guardrail(review, counted, rules):
        yield "guardrail"
    if review.rules_problems or any(blocks_as_rules(finding, rules) for finding in counted):
        yield "config"
    if review.on_error == "fail" and any(gap.ours for gap in _open(review.gaps)):
        yield "fault"
    if rules.fail_closed != "off" and (unsettled(review) or blind_spots(review, rules)):
        yield "gaps"


def _breaks_a_guardrail(review: Review, counted: Iterable[Finding], rules: ReviewConfig) -> bool:
    broken = rules.fail_closed != "off" and unreadable(review.gaps)
    return bool(broken) or any(map(_is_forbidden, counted))
