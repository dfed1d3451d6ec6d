"""Puts a review on a change request: twice is the same as once, and the check comes last."""

from __future__ import annotations

import dataclasses
from dataclasses import field

from bot.conversation.change_request.earlier_findings import KnownFindings, became, unknown
from bot.conversation.change_request.publication import WantedComments, plan, plan_summary
from bot.errors import IamReviewError
from bot.evaluated.touched import Touched
from bot.forges.port import ChangeRequest, Check, Forge
from bot.frozen import dataclass
from bot.render.comment import accepted_comments, inline_comments
from bot.render.markdown import words
from bot.render.speaker import Speaker
from bot.render.summary import check, summary
from bot.review.identity import same_thread
from bot.review.model import OnError
from bot.review_process.rounds import ReviewedChange

DRAFT = Check(
    None,
    "A draft: it is reviewed when it is ready",
    "Nothing about this commit was judged yet. To have it reviewed now, write `/iam review` in a comment.",
)

REVIEWING = Check(None, "Reviewing what this change newly grants", "The conclusion follows in a moment.")


@dataclass(frozen=True, slots=True)
class ReviewToPublish:
    """A review of a change, and by whom it is told.

    `report` is the address of its page and `sarif` its findings for code scanning, "" where there is none; `known` are
    findings of earlier reviews.
    """

    change: ChangeRequest
    reviewed: ReviewedChange
    touched: Touched
    speaker: Speaker = Speaker.BOT
    sarif: str = ""
    report: str = ""
    known: KnownFindings = field(default_factory=dict)


def publish(forge: Forge, told: ReviewToPublish, *, quiet: bool = False) -> None:
    """Comments, then the summary, then the check, so that a finished check means that all was said.

    A job is the check itself, and sets none. There are no comments if `quiet`, if the rules only observe, and on a
    merge group. Raises ForgeUnavailable or ForgeRefused; doing it again completes what was left out.
    """
    if not (quiet or told.reviewed.rules.mode == "observe" or told.change.ref.group):
        _converse(forge, told)
    if told.speaker is Speaker.BOT:
        finished = check(told.reviewed.review, told.reviewed.rules, told.touched)
        forge.set_check(told.change, dataclasses.replace(finished, sarif=told.sarif, details_url=told.report))


def _converse(forge: Forge, told: ReviewToPublish) -> None:
    change, touched, speaker = told.change, told.touched, told.speaker
    review, rules = told.reviewed.review, told.reviewed.rules
    found = (*review.gained, *review.undecided)
    known_as = [finding.identity for finding in found]
    wanted = WantedComments(
        head=change.head,
        comments=inline_comments(review, touched, rules, speaker),
        present=frozenset(one.newest.thread for one in known_as),
        summary=summary(review, rules, told.report, speaker),
        accepted=accepted_comments(review, touched, speaker),
        gone=became(told.known, told.reviewed.rechecks, review),
        otherwise=unknown(review),
        base=review.base,
        same=same_thread(known_as),
        causes={finding.identity.newest.thread: finding.thread_keys for finding in found},
    )
    conversation = forge.conversation(change.ref)
    steps = plan(conversation, wanted)
    refused = forge.post_review(change, steps.post) if steps.post else ()
    for edit in steps.edits:
        forge.write_comment(change.ref, edit.body, edit.comment, resolve=edit.resolve)
    sticky = plan_summary(conversation, wanted, refused)
    if sticky is not None:
        forge.write_comment(change.ref, sticky.body, sticky.comment)


def could_not_review(reason: str, on_error: OnError, again: bool) -> Check:
    """The check of a change that could not be judged; `again`: it will be tried again without being asked."""
    retry = "It is tried again by itself in a while. " if again else ""
    return Check(
        conclusion="failure" if on_error == "fail" else "neutral",
        title="Could not review this change",
        summary=(
            f"{words(f'{reason[:1].upper()}{reason[1:]}.')}\n\nNothing was judged: this says neither that the change "
            f"grants new access nor that it does not.\n\n{retry}To try again now, write `/iam review` in a comment."
        ),
    )


def reason_of(error: Exception) -> str:
    """What may be said about a failure in public: our own errors by their text, others by their type."""
    if isinstance(error, IamReviewError):
        return str(error)
    return f"the bot stopped on an internal error ({type(error).__name__})"
