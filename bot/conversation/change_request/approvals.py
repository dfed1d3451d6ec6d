"""What approvals of a change request accept: what the review of that very commit said that was published before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from bot.conversation.change_request.approvers import approves, has_a_hand
from bot.conversation.change_request.kept_reviews import KeptFindings, readable
from bot.forges.port import Approval, ChangeRef, ChangeRequest, Forge
from bot.frozen import dataclass
from bot.render.phrases import revision
from bot.render.plain import plain
from bot.review.codec import encode
from bot.review.model import Finding, Review
from bot.review_config.settings import ReviewConfig
from bot.review_config.waivers import subjects
from bot.store.ledger import GivenWaiver, Ledger
from bot.store.port import StoredReview

Before = Callable[[ChangeRef, datetime], StoredReview | None]
"""The review of a change request that had been published last when a moment began."""


@dataclass(frozen=True, slots=True)
class ApprovalPlaces:
    """Where approvals are, where what they accept is kept, and what their authors could have read."""

    forge: Forge
    ledger: Ledger
    before: Before


def no_review(ref: ChangeRef, moment: datetime) -> StoredReview | None:
    """Where no reviews are kept."""
    return None


def settle_approvals(
    change: ChangeRequest, review: Review, rules: ReviewConfig, places: ApprovalPlaces, now: datetime
) -> tuple[str, ...]:
    """Record what approvals accept now, and end what those accepted that are withdrawn or of another commit.

    Returns why approvals of approvers accept nothing of `review`. Who may is decided as for `/iam accept`. The forge is
    asked only where there is something to accept, or something was accepted so before. Raises ForgeError.
    """
    recorded = any(one.approved for one in places.ledger.waivers(change.ref))
    asked = rules.accept_by_approval and (recorded or review.gained or review.undecided)
    judged = list(_judged(change, rules, places, now)) if asked else []
    standing = [_waiver(finding, one.approval, change.ref, rules) for one in judged for finding in one.accepts]
    ended = places.ledger.settle_approvals(change.ref, standing, now) if recorded or standing else frozenset()
    told = ((one.approval, _ENDED if one.approval.id in ended else one.objection) for one in judged)
    return tuple(f"the approval of {approval.by} accepts nothing: {why}" for approval, why in told if why)


_ENDED = "it ended before (by a push, /iam revoke or the rules): approve again"


@dataclass(frozen=True, slots=True)
class _JudgedApproval:
    """An approver's approval: what it accepts, or why nothing."""

    approval: Approval
    accepts: tuple[Finding, ...] = ()
    objection: str = ""


def _judged(
    change: ChangeRequest, rules: ReviewConfig, places: ApprovalPlaces, now: datetime
) -> Iterator[_JudgedApproval]:
    pushers = places.ledger.pushers(change.ref)
    for one in places.forge.approvals(change.ref):
        if not approves(one.by, change.ref.place, rules, places.forge):
            continue
        if has_a_hand(one.by, change, pushers):
            yield _JudgedApproval(one, objection=f"{one.by} has a hand in the change")
        else:
            yield _of_commit(one, change, places.before, now)


def _of_commit(approval: Approval, change: ChangeRequest, before: Before, now: datetime) -> _JudgedApproval:
    """It accepts the findings that its author could have read of; a guardrail, or a gap, is accepted by no approval."""
    if approval.at is None:
        return _JudgedApproval(
            approval, objection="the forge does not say when it was given, as its older releases do not"
        )
    if approval.commit != change.head:
        return _JudgedApproval(approval, objection="it was given to another commit")
    read = before(change.ref, min(approval.at, now))
    if read is None or read.head != approval.commit:
        return _JudgedApproval(approval, objection="it was given before the review of this commit was published")
    found = (one for review in readable([read.review], KeptFindings) for one in (*review.gained, *review.undecided))
    return _JudgedApproval(approval, tuple(one for one in found if one.kind != "guardrail"))


def _waiver(finding: Finding, approval: Approval, ref: ChangeRef, rules: ReviewConfig) -> GivenWaiver:
    assert approval.at is not None, "otherwise it accepts nothing"
    return GivenWaiver(
        ref=ref,
        of=finding.identity.newest,
        scope=tuple(sorted(subjects(finding))),
        grade=finding.grade,
        title=plain(finding.title),
        reason=f"approved at commit {revision(approval.commit)}",
        approver=approval.by,
        until=approval.at.date() + timedelta(days=rules.max_waiver_days),
        comment=approval.id,
        given_at=approval.at,
        finding=encode(finding),
        approved=approval.commit,
    )
