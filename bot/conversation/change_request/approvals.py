"""What approvals of a change request accept: what the review of that very commit said that was published before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
    objections = _objections(change, rules, places, now) if asked else {}
    standing = [*_standing(objections, change.ref, rules, places, now)]
    if recorded or standing:
        places.ledger.settle_approvals(change.ref, standing, now)
    return tuple(f"the approval of {one.by} accepts nothing: {why}" for one, why in objections.items() if why)


def _standing(
    objections: Mapping[Approval, str], ref: ChangeRef, rules: ReviewConfig, places: ApprovalPlaces, now: datetime
) -> Iterator[GivenWaiver]:
    for approval, objection in objections.items():
        if not objection:
            yield from _accepted(approval, ref, rules, places, now)


def _objections(
    change: ChangeRequest, rules: ReviewConfig, places: ApprovalPlaces, now: datetime
) -> dict[Approval, str]:
    """The approvals of approvers, and why each accepts nothing."""
    given = places.forge.approvals(change.ref)
    approvers = (one for one in given if approves(one.by, change.ref.place, rules, places.forge))
    return {one: _objection(one, change, places, now) for one in approvers}


def _objection(approval: Approval, change: ChangeRequest, places: ApprovalPlaces, now: datetime) -> str:
    """Why an approver's approval accepts nothing; "" if it does."""
    if has_a_hand(approval.by, change, places.ledger.pushers(change.ref)):
        return f"{approval.by} has a hand in the change"
    if approval.commit != change.head:
        return "it was given to another commit"
    read = places.before(change.ref, min(approval.at, now))
    if read is None or read.head != approval.commit:
        return "it was given before the review of this commit was published"
    return ""


def _accepted(
    approval: Approval, ref: ChangeRef, rules: ReviewConfig, places: ApprovalPlaces, now: datetime
) -> Iterator[GivenWaiver]:
    """The findings that its author could have read of; a guardrail, or a gap, is accepted by no approval."""
    read = places.before(ref, min(approval.at, now))
    for review in readable([] if read is None else [read.review], KeptFindings):
        for finding in (*review.gained, *review.undecided):
            if finding.kind != "guardrail":
                yield _waiver(finding, approval, ref, rules)


def _waiver(finding: Finding, approval: Approval, ref: ChangeRef, rules: ReviewConfig) -> GivenWaiver:
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
