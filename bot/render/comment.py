"""Inline comments: one a finding, consequence first."""

from __future__ import annotations

from bot.evaluated.touched import Touched
from bot.forges.port import ReviewComment
from bot.render.accepting import acceptor_words
from bot.render.alike import each_kind_first
from bot.render.anchor import Anchor, anchor, diff_line
from bot.render.grant_list import further_lines
from bot.render.markdown import code, fence, visible, words
from bot.render.marker import Marker
from bot.render.phrases import GRADE_SIGNS, ended, help_link, place_words, request_words, state_names
from bot.render.proof_steps import ProofStep, proof_steps
from bot.render.speaker import Speaker
from bot.render.wildcards import covered_actions
from bot.review.identity import ThreadKey
from bot.review.model import Finding, Review
from bot.review.prose import and_more, first_few
from bot.review_config.settings import ReviewConfig
from bot.review_config.thresholds import worth_comment
from bot.risk.verdict import blocks_as_rules

MAX_BODY = 65_000
"""Forges take 65,536 characters; what is longer goes without its lists."""

MAX_ALSO = 3
"""So many further rules are named."""


def inline_comments(
    review: Review, touched: Touched, rules: ReviewConfig, speaker: Speaker = Speaker.BOT
) -> tuple[ReviewComment, ...]:
    """Comments for the worst findings at or above the rules' threshold, each at its anchor; of many that are alike one
    comes first.

    Accepted findings get none. Findings whose file is not in the diff are in the summary only.
    """
    comments: list[ReviewComment] = []
    for finding in each_kind_first(review.gained):
        where = anchor(finding.location, touched)
        forbidden = finding.kind == "guardrail" or blocks_as_rules(finding, rules)
        wanted = (forbidden or worth_comment(finding, rules)) and finding.waiver is None and not finding.by_call
        if where is not None and wanted and len(comments) < rules.max_comments:
            comments.append(_comment(finding, where, review.head, touched, speaker))
    return tuple(comments)


def accepted_comments(review: Review, touched: Touched, speaker: Speaker = Speaker.BOT) -> dict[ThreadKey, str]:
    """What an earlier comment on each accepted finding says from now on, by its thread."""
    return {
        finding.identity.newest.thread: accepted_comment(
            finding, review.head, anchor(finding.location, touched), speaker
        )
        for finding in (*review.gained, *review.undecided)
        if finding.waiver is not None
    }


def accepted_comment(finding: Finding, head: str, where: Anchor | None = None, speaker: Speaker = Speaker.BOT) -> str:
    """A comment on a finding that somebody has accepted: who, until when, why, and then the finding."""
    waiver = finding.waiver
    assert waiver is not None
    banner = f"**Accepted** by {acceptor_words(waiver)} until {code(waiver.until)}: {words(waiver.reason)}"
    marker = Marker(finding.identity.newest.thread, head, "accepted")
    return _fitting((str(marker), banner), _told(finding, where, speaker))


def _comment(finding: Finding, where: Anchor, head: str, touched: Touched, speaker: Speaker) -> ReviewComment:
    change = touched.by_head.get(where.path) or touched.by_base[where.path]
    return ReviewComment(
        path=where.path,
        line=where.line,
        side=where.side,
        body=comment_body(finding, head, where, speaker),
        thread=finding.identity.newest.thread,
        start_line=where.start_line,
        old_path=change.base,
        at=None if where.line is None else diff_line(change, where.side, where.line),
        start_at=None if where.start_line is None else diff_line(change, where.side, where.start_line),
    )


def comment_body(finding: Finding, head: str, where: Anchor | None = None, speaker: Speaker = Speaker.BOT) -> str:
    """One finding as a comment; away from its line (`where` has none) it names the line."""
    return _fitting((str(Marker(finding.identity.newest.thread, head)),), _told(finding, where, speaker))


def _told(finding: Finding, where: Anchor | None, speaker: Speaker) -> tuple[str, ...]:
    """Its paragraphs, the title first."""
    alone = where is None or where.line is None
    return (
        f"{GRADE_SIGNS[finding.grade]} **{finding.grade.capitalize()}**: {ended(words(finding.title))}",
        *([f"In {place_words(finding.location)}."] if alone else []),
        _change(finding),
        *_proof(finding),
        *_further(finding),
        *covered_actions(finding),
        *_way(finding),
        *_remedy(finding, where),
        f"<sub>{_footer(finding, speaker)}</sub>",
    )


def _fitting(above: tuple[str, ...], told: tuple[str, ...]) -> str:
    """All paragraphs, or those above with the first and the last."""
    body = "\n\n".join((*above, *told))
    return body if len(body) <= MAX_BODY else "\n\n".join((*above, told[0], told[-1]))[:MAX_BODY]


def _change(finding: Finding) -> str:
    was, now = state_names(finding)
    lines = [f"- {was}: {words(finding.before)}", f"- **{now}**: {words(finding.after)}"]
    others = len(finding.instances) - 1
    if others > 0:
        lines.append(f"- the same for {first_few(list(map(code, finding.instances[1:])), 5)}")
    if finding.repeated:
        lines.append("- for every instance: how many there are is not known here")
    return "\n".join(lines)


def _proof(finding: Finding) -> list[str]:
    steps = proof_steps(finding)
    if len(steps) < 2:
        return [f"For example, {one.verdict}: {request_words(one.witness)}{_assumes(one)}" for one in steps]
    listed = (f"{number}. {step.verdict}: {request_words(step.witness)}{_assumes(step)}"
              for number, step in enumerate(steps, start=1))  # fmt: skip
    return ["\n".join(("For example, by these requests:", "", *listed))]


def _assumes(step: ProofStep) -> str:
    assumed = step.witness.assumes
    return f" (assuming {'; '.join(map(words, assumed))})" if assumed else ""


def _further(finding: Finding) -> list[str]:
    lines = further_lines(finding)
    return ["\n".join(("New with it:", "", *lines))] if lines else []


def _way(finding: Finding) -> list[str]:
    """How the value came from the line to the policy, where that is not plain to see."""
    steps = [step for step in finding.trail if (step.file, step.line) != (finding.location.file, finding.location.line)]
    if not steps:
        return []
    shown = " → ".join(f"{words(step.what)} ({code(f'{step.file}:{step.line}')})" for step in steps[:4])
    return [f"It gets there through {shown}{and_more(len(steps) - 4)}"]


def _remedy(finding: Finding, where: Anchor | None) -> list[str]:
    remedy = [f"**Next step**: {words(finding.fix)}"] if finding.fix else []
    if finding.suggestion is not None and _replaces(finding, where):
        remedy += ["As it was before this change:"] if finding.restores else []
        remedy.append(fence(finding.suggestion, "suggestion" if finding.waiver is None else ""))
    elif finding.suggestion is not None and finding.location.side == "base":
        remedy += ["To put back what is gone:", fence(finding.suggestion)]
    return remedy


def _replaces(finding: Finding, where: Anchor | None) -> bool:
    """Whether the comment stands on exactly the line that the suggestion replaces, and shows it as it is."""
    text = finding.suggestion or ""
    on_line = (
        where is not None and where.side == "head" and (where.start_line, where.line) == (None, finding.location.line)
    )
    return on_line and "\n" not in text and text == "\t".join(map(visible, text.split("\t")))


def _footer(finding: Finding, speaker: Speaker) -> str:
    also = f"; also {first_few(list(map(code, finding.also)), MAX_ALSO)}" if finding.also else ""
    named = f"/iam explain {finding.fingerprint}" if speaker is Speaker.BOT else finding.fingerprint
    return f"{help_link(finding)}{also} · {code(named)}"
