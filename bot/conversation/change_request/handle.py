"""The road of one change request from its reference to its published review; talks to ports only."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from datetime import UTC, date, datetime
from typing import Literal

import structlog

from bot.contents.port import Contents, Revisions
from bot.contents.selection import can_matter
from bot.conversation.change_request.active_waivers import WaiverPlaces, active_waivers, day_after
from bot.conversation.change_request.approvals import ApprovalPlaces, Before, no_review, settle_approvals
from bot.conversation.change_request.earlier_findings import KnownFindings, fixed, known_findings
from bot.conversation.change_request.other_base import with_base_note
from bot.conversation.change_request.publish import DRAFT, REVIEWING, ReviewToPublish, could_not_review, publish
from bot.conversation.change_request.supersede import conclude_superseded
from bot.evaluated.fence import Trouble
from bot.evaluated.touched import Touched, parse_diff
from bot.forges.port import ChangeRef, ChangeRequest, Forge
from bot.frozen import dataclass
from bot.late_pattern import late_pattern
from bot.render import sarif
from bot.review.identity import ThreadKey
from bot.review.model import SCHEMA, Finding, OnError, Review, Stats
from bot.review_config.settings import ReviewConfig
from bot.review_config.waivers import waive
from bot.review_process.protocol import ConfigRead
from bot.review_process.rounds import Options, ReviewedChange, Reviewer, read_config, review_contents
from bot.risk.rules.help_page import PAGES, help_page
from bot.store.ledger import Ledger, NoLedger

_log = structlog.get_logger(__name__)


Drafts = Literal["review", "quiet", "skip"]


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def no_report(ref: ChangeRef, head: str) -> str:
    """Where nothing serves pages."""
    return ""


def none_kept(ref: ChangeRef) -> Iterable[bytes]:
    """Where no reviews are kept."""
    return ()


@dataclass(frozen=True, slots=True)
class Ports:
    """The outside world of one job. `contents` delivers both sides of a change request; `now` is UTC.

    `kept` gives the change request's earlier reviews as JSON, the newest first, `before` what had been published when a
    moment began. `drafts` are reviewed as others are, or
    `quiet`, without comments, or skipped: their check stays pending until they are ready, or somebody asks.

    `sarif` says that the forge is to be given the review as a SARIF log too; `report` gives the address of the page
    of a head's review, or "". `rules` is the address under which the rules' pages are read, or "".
    """

    forge: Forge
    contents: Callable[[ChangeRequest], Contents]
    reviewer: Reviewer
    options: Options = Options()
    clock: Callable[[], float] = time.monotonic
    ledger: Ledger = field(default_factory=NoLedger)
    now: Callable[[], datetime] = utc_now
    sarif: bool = False
    rules: str = ""
    report: Callable[[ChangeRef, str], str] = no_report
    kept: Callable[[ChangeRef], Iterable[bytes]] = none_kept
    drafts: Drafts = "review"
    before: Before = no_review


@dataclass(frozen=True, slots=True)
class ReviewOutcome:
    """What became of it. `review` is set if `kind` is "reviewed"; its seconds are those of the whole road.

    `troubles` are what kept roots from being reviewed, for a log. `fixed` are the threads of earlier findings that the
    head was shown to grant nothing of.
    """

    kind: Literal["reviewed", "closed", "superseded", "draft"]
    change: ChangeRequest
    review: Review | None = None
    troubles: tuple[Trouble, ...] = ()
    fixed: frozenset[ThreadKey] = frozenset()


def review_change_request(
    ref: ChangeRef, ports: Ports, superseded: Callable[[], bool], again: bool = False
) -> ReviewOutcome:
    """Review the change request as it is now and publish the review; `again` if somebody asked for it.

    `superseded` is asked between the stages; once it says yes nothing more is done or published.
    Raises ForgeError, ContentsError, RevisionError or ReviewFailed; nothing is half done that doing
    it again would not complete.
    """
    started = ports.clock()
    change = ports.forge.change_request(ref)
    conclude_superseded(change, ports.forge, ports.ledger)
    if change.state != "open":
        return ReviewOutcome("closed", change)
    if superseded():
        return ReviewOutcome("superseded", change)
    ports.ledger.begin(ref, change.head)
    if change.draft and ports.drafts == "skip" and not again:
        ports.forge.set_check(change, DRAFT)
        return ReviewOutcome("draft", change)
    ports.forge.set_check(change, dataclasses.replace(REVIEWING, again=again))
    contents = ports.contents(change)
    revisions = contents.revisions()
    touched = parse_diff(revisions.diff)
    if superseded():
        return ReviewOutcome("superseded", change)
    known = _known(change, ports)
    reviewed = _reviewed(_Listed(revisions, contents), touched, known, ports)
    reviewed, until = _waived(change, reviewed, ports)
    noted = with_base_note(with_rule_links(reviewed.review, ports.rules), change, ports.kept(ref))
    reviewed = dataclasses.replace(reviewed, review=noted)
    if superseded():
        return ReviewOutcome("superseded", change)
    ports.ledger.revisit(ref, None if until is None else day_after(until))
    quiet = ports.ledger.paused(ref) or (change.draft and ports.drafts == "quiet")
    report = ports.report(ref, change.head)
    told = ReviewToPublish(change, reviewed, touched, sarif=_sarif(reviewed, ports), report=report, known=known)
    publish(ports.forge, told, quiet=quiet)
    conclude_superseded(change, ports.forge, ports.ledger)
    stats = dataclasses.replace(reviewed.review.stats, seconds=round(ports.clock() - started, 3))
    mended = fixed(known, reviewed.rechecks, reviewed.review)
    review = dataclasses.replace(reviewed.review, stats=stats)
    return ReviewOutcome("reviewed", change, review, reviewed.troubles, mended)


def _known(change: ChangeRequest, ports: Ports) -> KnownFindings:
    """What earlier reviews found. The forge is not asked which of it has a comment: what it says now is old when the
    review is done, and asking about a finding too many costs less than a request."""
    return {} if change.ref.group else known_findings(ports.kept(change.ref))


def _reviewed(contents: _Listed, touched: Touched, known: KnownFindings, ports: Ports) -> ReviewedChange:
    options = dataclasses.replace(ports.options, earlier=tuple(one.asked for one in known.values()))
    if can_reach_terraform(contents.listed, touched):
        return review_contents(contents, ports.reviewer, options)
    # The rules are not read for this. Whatever they say, earlier comments are out of date now.
    nothing = ReviewedChange(nothing_to_review(contents.listed), ReviewConfig(mode="enforce"), contents.listed)
    if not any(one.proofs for one in options.earlier):
        return nothing
    return dataclasses.replace(nothing, rechecks=review_contents(contents, ports.reviewer, options).rechecks)


def _sarif(reviewed: ReviewedChange, ports: Ports) -> str:
    return sarif.write(reviewed.review) if ports.sarif else ""


def base_rules(change: ChangeRequest, ports: Ports) -> ConfigRead:
    """The rules of the base branch as it is now. Raises ContentsError, RevisionError or ReviewFailed."""
    return read_config(ports.contents(change), ports.reviewer, ports.options)


def _waived(change: ChangeRequest, reviewed: ReviewedChange, ports: Ports) -> tuple[ReviewedChange, date | None]:
    """The review with what was accepted, and the last day on which that is so."""
    now = ports.now()
    today = now.date()
    review = reviewed.review
    if not change.ref.group:
        approvals = ApprovalPlaces(ports.forge, ports.ledger, ports.before)
        notes = settle_approvals(change, review, reviewed.rules, approvals, now)
        review = dataclasses.replace(review, notes=(*review.notes, *notes))
    places = WaiverPlaces(ports.forge, ports.ledger, ports.kept)
    accepted = active_waivers(change, review, reviewed.rules, places, today)
    done = waive(review, accepted.every, reviewed.rules, today)
    for bound in done.bound:
        accepted.bind(bound, ports.ledger)
        _log.info(
            "a waiver was bound anew",
            given_for=str(bound.waiver.of),
            to=str(bound.to),
            by=bound.waiver.approver,
            source=bound.waiver.source,
        )
    return dataclasses.replace(reviewed, review=done.review), done.until


def report_failure(ref: ChangeRef, forge: Forge, reason: str, on_error: OnError, again: bool) -> None:
    """Give a change request that could not be reviewed its conclusion. Raises ForgeError."""
    change = forge.change_request(ref)
    if change.state == "open":
        forge.set_check(change, could_not_review(reason, on_error, again))


def nothing_to_review(revisions: Revisions) -> Review:
    """The review of a change that cannot reach Terraform."""
    return Review(
        schema=SCHEMA,
        base=revisions.base,
        head=revisions.head,
        verdict="pass",
        blocked_by=(),
        complete=True,
        grade="none",
        score=0,
        gained=(),
        undecided=(),
        lost=(),
        gaps=(),
        lint=(),
        stats=Stats(),
    )


@dataclass(frozen=True, slots=True)
class _Listed:
    """Contents that have been listed and compared already."""

    listed: Revisions
    contents: Contents

    def revisions(self) -> Revisions:
        return self.listed

    def read(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        return self.contents.read(blobs)


_READS_FILES = late_pattern(
    rb"\bfile[a-z0-9]*\s*\(|\btemplatefile\s*\(|\blocal_(?:sensitive_)?file\b|\bexternal\b|\bprovisioner\b"
)


def can_reach_terraform(revisions: Revisions, touched: Touched) -> bool:
    """False only if the change touches no Terraform and nothing that Terraform could read.

    A changed link or submodule is in no listing and could lead anywhere.
    """
    base, head = revisions.base_listing, revisions.head_listing
    changed = {path for path in base.keys() | head.keys() if base.get(path) != head.get(path)}
    if any(map(can_matter, changed)):
        return True
    if touched.paths - base.keys() - head.keys():
        return True
    return bool(changed) and any(map(_READS_FILES.search, revisions.blobs.values()))


def with_rule_links(review: Review, pages: str) -> Review:
    """The review whose findings link to `pages` (https://…/rules), where the rules name no address of their own."""
    if not pages:
        return review
    gained, undecided = (tuple(_linked(one, pages) for one in found) for found in (review.gained, review.undecided))
    return dataclasses.replace(review, gained=gained, undecided=undecided)


def _linked(finding: Finding, pages: str) -> Finding:
    if not finding.help.startswith(PAGES):
        return finding
    return dataclasses.replace(finding, help=help_page(finding.rule, pages))
