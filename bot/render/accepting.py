"""Who may accept what a review found, and how, in words."""

from __future__ import annotations

from bot.render.markdown import code
from bot.render.phrases import counted
from bot.review.model import AppliedWaiver, Finding, Review
from bot.review_config.settings import RULES_FILE, ReviewConfig
from bot.risk.verdict import blocks

EXAMPLE = '/iam accept ID until=2027-01-31 reason="…"'
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
    known = counted(len(rules.waivers), "waiver")
    others = f"{known} there, none for what is open here as it is now: what grants more has another ID"
    return (
        f"To accept a finding, by its ID and for {rules.max_waiver_days} days at most, in the base's {RULES_FILE}:",
        f"  waivers: [{declaration(first.fingerprint)}]",
        *([others] if rules.waivers else ()),
    )


def declaring_words(waiver: str) -> str:
    """Where nobody answers comments: which waiver goes where, and what to do then."""
    return f"by {code(waiver)} under `waivers` in the base branch's {code(RULES_FILE)}; then run this again."


def acceptor_words(waiver: AppliedWaiver) -> str:
    """Who accepted it, behind "by"."""
    return f"the approval of {code(waiver.approver)}" if waiver.approved else code(waiver.approver or waiver.source)
