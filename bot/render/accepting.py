"""Who may accept what a review found, and how, in words."""

from __future__ import annotations

from collections.abc import Iterator

from bot.render.markdown import code
from bot.review.identity import read_fingerprint
from bot.review.model import AppliedWaiver, Finding, Review
from bot.review.prose import counted
from bot.review_config.settings import RULES_FILE, DeclaredWaiver, ReviewConfig
from bot.risk.verdict import blocks

EXAMPLE = '/iam accept ID until=YYYY-MM-DD reason="…"'
"""What to write: no date, which would be past one day."""
MAX_NAMED = 10


def approvers_words(rules: ReviewConfig) -> str:
    """Logins and teams, as code: nobody is called by it."""
    named = ", ".join(map(code, rules.approvers[:MAX_NAMED]))
    more = len(rules.approvers) - MAX_NAMED
    return f"{named} and {more} more" if more > 0 else named


def accepting_words(rules: ReviewConfig) -> str:
    """Who may accept a finding by a comment, and how; or why nobody can."""
    if not rules.approvers:
        return f"Nobody can accept this yet: the base branch's {code(RULES_FILE)} names no `approvers`."
    who = f"{approvers_words(rules)} can accept a finding, unless they wrote or pushed part of the change"
    approving = ", or all that this commit was found to grant by approving it" if rules.accept_by_approval else ""
    return f"{who}: {code(EXAMPLE)}{approving}"


def acceptable(review: Review, rules: ReviewConfig) -> Finding | None:
    """The first finding that blocks by its grade, where a waiver can let it through: none holds against a guardrail."""
    if "gained" not in review.blocked_by or "guardrail" in review.blocked_by:
        return None
    open_ones = (one for one in review.gained if one.waiver is None and one.kind != "config")
    return next((one for one in open_ones if blocks(one, rules)), None)


def declaration(name: str, scope: str = "") -> str:
    """A waiver as the rules' file declares it; its last day is for whoever writes it."""
    within = f', scope: ["{scope}"]' if scope else ""
    return f'{{fingerprint: "{name}", until: "…", reason: "…"{within}}}'


def declaring_lines(review: Review, rules: ReviewConfig) -> tuple[str, ...]:
    """How the first finding that blocks is accepted, as plain lines for who has no bot to ask; none if none blocks."""
    first = acceptable(review, rules)
    if first is None:
        return ()
    return (
        f"To accept a finding, by its ID and for {rules.max_waiver_days} days at most, in the base's {RULES_FILE}:",
        f"  waivers: [{declaration(first.fingerprint)}]",
        *_waivers_there(review, rules),
    )


def _waivers_there(review: Review, rules: ReviewConfig) -> Iterator[str]:
    """What the declared waivers are of: of what is open here, though they do not count, or of something else."""
    accepted = [one for one in review.gained if one.waiver is not None]
    waiting = [one for one in review.gained if one.waiver is None]
    lame = [one for one in rules.waivers if any(_is_of(one, finding) for finding in waiting)]
    others = [one for one in rules.waivers if one not in lame and not any(_is_of(one, each) for each in accepted)]
    if lame:
        why = "why it does" if len(lame) == 1 else "why they do"
        named = f"{counted(len(lame), 'waiver')} there of what is open here"
        yield f"{named}: {why} not count stands above; mend that before adding one"
    if others:
        known = counted(len(others), "waiver" if not lame else "other waiver")
        yield f"{known} there, none for what is open here as it is now: what grants more has another ID"


def _is_of(waiver: DeclaredWaiver, finding: Finding) -> bool:
    """Whether it names the finding, by whatever it may be called, whether or not it counts."""
    fingerprint = read_fingerprint(waiver.fingerprint)
    return fingerprint is not None and finding.identity.named_by(fingerprint) is not None


def declaring_words(waiver: str) -> str:
    """Where nobody answers comments: which waiver goes where, and what to do then."""
    return f"by {code(waiver)} under `waivers` in the base branch's {code(RULES_FILE)}; then run this again."


def acceptor_words(waiver: AppliedWaiver) -> str:
    """Who accepted it, behind "by"."""
    return f"the approval of {code(waiver.approver)}" if waiver.approved else code(waiver.approver or waiver.source)
