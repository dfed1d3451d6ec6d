"""Which finding a command is about: what was named, in the review that its author could have read."""

from __future__ import annotations

from bot.conversation.chat.command_context import CommandContext
from bot.forges.event import CommandGiven
from bot.frozen import dataclass
from bot.render.markdown import code, words
from bot.render.phrases import revision
from bot.review.model import Finding, Gap, Review

UNKNOWN = "The newest review has no such finding; its comments and its summary name those it has.\n"

UNDATED = "When that comment was written is not known, so neither is what its author had seen. Please write it again.\n"


@dataclass(frozen=True, slots=True)
class Meant:
    """One finding, or a gap, as the review of the commit `head` has it."""

    found: Finding | Gap
    head: str


def meant(start: str, review: Review | None) -> tuple[Finding, ...]:
    """The findings whose fingerprint begins so."""
    findings = () if review is None else (*review.gained, *review.undecided)
    return tuple(finding for finding in findings if finding.identity.begins(start))


def _named(start: str, review: Review | None) -> tuple[Finding | Gap, ...]:
    """What can be accepted and begins so: findings, and gaps, one for all that are accepted with it."""
    every = () if review is None else review.gaps
    gaps = {gap.same: gap for gap in every if gap.is_open and gap.id.startswith(start)}
    return (*meant(start, review), *gaps.values())


def seen(given: CommandGiven, start: str, context: CommandContext) -> Meant | str:
    """The finding that was named, if its author could have seen it; else why it cannot be decided about."""
    if given.written_at is None:
        return UNDATED
    review = context.before(given.written_at)
    found = _named(start, review)
    if len(found) > 1:
        return ambiguous(found)
    if found and review is not None:
        return Meant(found[0], review.head)
    newest = context.newest()
    if newest is not None and _named(start, newest):
        return (
            f"That finding, of commit {code(revision(newest.head))}, was published only after your comment was "
            f"written. Please read it, and write the command again if you still mean it.\n"
        )
    return UNKNOWN


def ambiguous(findings: tuple[Finding | Gap, ...]) -> str:
    """Findings that begin alike, and how to name one of them."""
    listed = "\n".join(map(_listed, findings))
    return (
        f"{len(findings)} findings begin with that ID, which does not happen by chance: look at each, and name the one "
        f"you mean by more of it.\n\n{listed}\n"
    )


def _listed(found: Finding | Gap) -> str:
    if isinstance(found, Gap):
        return f"- not looked at: {words(found.reason)}: {code(found.id)}"
    return f"- {found.grade}: {words(found.title)}: {code(str(found.identity.newest))}"
