"""Accepts a finding for a while, or takes that back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from bot.conversation.change_request.approvers import has_a_hand
from bot.conversation.chat.command_context import CommandContext, is_approver
from bot.conversation.chat.command_grammar import Command
from bot.conversation.chat.lookup import Meant, seen
from bot.forges.event import CommandGiven
from bot.forges.port import ChangeRequest
from bot.frozen import dataclass
from bot.render.accepting import approvers_words
from bot.render.markdown import code, words
from bot.render.phrases import revision
from bot.render.plain import plain
from bot.review.codec import encode
from bot.review.identity import SHOWN_DIGITS, Accepted, Fingerprint, GapId
from bot.review.model import Gap
from bot.review_config.approver_names import same_login as same
from bot.review_config.settings import RULES_FILE, ReviewConfig
from bot.review_config.waivers import of_commit, subjects
from bot.store.ledger import GivenWaiver


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of it: `allowed` is False for somebody who may not, `done` False where it was not possible."""

    allowed: bool
    done: bool
    reply: str


def decide(given: CommandGiven, command: Command, context: CommandContext) -> Decided:
    """Carry out `accept` or `revoke`. Raises ForgeError, ContentsError or ReviewFailed; again adds nothing."""
    change = context.forge.change_request(given.ref)
    loaded = context.rules(change)
    if loaded.problems:
        return Decided(False, False, _unreadable(loaded.problems))
    rules = loaded.rules
    if not is_approver(given, change, rules, context):
        return Decided(False, False, _nobody(rules))
    if command.name == "revoke":
        return _revoke(given, command, context)
    if has_a_hand(given.author, change, context.ledger.pushers(given.ref)):
        who = approvers_words(rules)
        reason = "Who opened, wrote or pushed part of a change cannot accept what it grants"
        return Decided(False, False, f"{reason}; somebody else of its approvers can: {who}.\n")
    chosen = seen(given, command.finding, context)
    objection = chosen if isinstance(chosen, str) else _objection(command, chosen, change, rules, context)
    if isinstance(chosen, str) or objection:
        return Decided(True, False, objection)
    earlier = () if isinstance(chosen.found, Gap) else chosen.found.identity.earlier
    context.ledger.accept(_waiver(given, command, chosen, context), earlier)
    return Decided(True, True, _accepted(command, chosen))


def _accepted(command: Command, chosen: Meant) -> str:
    """What was accepted, in words that show a mistake to who made it."""
    assert command.until is not None
    finding = chosen.found
    if isinstance(finding, Gap):
        return (
            f"Accepted until {code(command.until.isoformat())}, for commit {code(revision(chosen.head))} alone: "
            f"{_unseen(finding)} ({code(finding.id)}). "
            f"What it grants was not judged. The next commit is reviewed anew. To take it back: "
            f"{code(f'/iam revoke {finding.id}')}\n"
        )
    return (
        f"Accepted until {code(command.until.isoformat())}: **{finding.grade}**, {words(finding.title)} "
        f"({code(finding.fingerprint)}), as found at commit {code(revision(chosen.head))}. "
        f"It counts again after that day, and if the change grants more than now. To take it back: "
        f"{code(f'/iam revoke {finding.fingerprint}')}\n"
    )


def _unseen(gap: Gap) -> str:
    """What was not looked at, behind "accepted:"."""
    if gap.ours:
        return f"{', '.join(map(code, gap.roots)) or 'a root'} not being reviewed whole"
    return f"that {code(f'{gap.file}:{gap.line}')} was not analysed: {words(gap.reason.rstrip('.'))}"


def _unreadable(problems: tuple[str, ...]) -> str:
    listed = "\n".join(f"- {words(problem)}" for problem in problems)
    return f"The base branch's rules cannot be read, so nobody is known to be an approver:\n\n{listed}\n"


def _nobody(rules: ReviewConfig) -> str:
    if rules.approvers:
        who = approvers_words(rules)
        return f"Only the approvers named in the base branch's {code(RULES_FILE)} can do that: {who}.\n"
    return f"Nobody can accept anything here yet: the base branch's {code(RULES_FILE)} names no approvers.\n"


def _objection(
    command: Command, chosen: Meant, change: ChangeRequest, rules: ReviewConfig, context: CommandContext
) -> str:
    """Why it cannot be accepted so; "" if it can."""
    today = context.now().date()
    latest = today + timedelta(days=rules.max_waiver_days)
    assert command.until is not None
    if command.until < today:
        return f"That day is over: today is {code(today.isoformat())} (UTC).\n"
    if command.until > latest:
        return f"At most {rules.max_waiver_days} days are allowed here: until {code(latest.isoformat())}.\n"
    if isinstance(chosen.found, Gap):
        newer = chosen.head != change.head
        return "There is a newer commit, whose review is another: what it says can be accepted.\n" if newer else ""
    if chosen.found.kind == "guardrail":
        return f"A guardrail cannot be accepted in a comment: only the base branch's {code(RULES_FILE)} can do that.\n"
    return ""


def _waiver(given: CommandGiven, command: Command, chosen: Meant, context: CommandContext) -> GivenWaiver:
    assert command.until is not None
    found = chosen.found
    return GivenWaiver(
        ref=given.ref,
        of=GapId(found.id) if isinstance(found, Gap) else found.identity.newest,
        scope=(of_commit(chosen.head),) if isinstance(found, Gap) else tuple(sorted(subjects(found))),
        grade=found.grade,
        title=found.reason if isinstance(found, Gap) else plain(found.title),
        reason=command.reason,
        approver=given.author,
        until=command.until,
        comment=given.comment,
        given_at=context.now(),
        finding=b"" if isinstance(found, Gap) else encode(found),
    )


def _revoke(given: CommandGiven, command: Command, context: CommandContext) -> Decided:
    mine = _waivers_here(given, command, context)
    standing = {one.of for one in mine if one.revoked_at is None}
    # One that they have taken back already is found as well: this may be the same comment, looked at again.
    found = standing or {one.of for one in mine if same(one.revoked_by, given.author)}
    different = _different(found)
    if len(different) > 1:
        listed = "\n".join(f"- {code(each)}" for each in different)
        reply = f"{len(different)} accepted findings begin with that ID: give more of it.\n\n{listed}\n"
        return Decided(True, False, reply)
    for of in found:
        context.ledger.revoke(given.ref, of, given.author, context.now())
    return Decided(True, True, "") if found else Decided(True, False, "Nothing with that ID is accepted here.\n")


def _waivers_here(given: CommandGiven, command: Command, context: CommandContext) -> list[GivenWaiver]:
    waivers = context.ledger.all_waivers(given.ref.repository)
    return [one for one in waivers if one.ref.number == given.ref.number and _names(command.finding, one)]


def _different(found: Collection[Accepted]) -> list[str]:
    """What was kept short is the same as the whole one that begins so."""
    return sorted(str(one) for one in found if not any(_is_short_for(one, other) for other in found))


def _is_short_for(one: Accepted, other: Accepted) -> bool:
    return one != other and isinstance(one, Fingerprint) and isinstance(other, Fingerprint) and one.names(other)


def _names(start: str, kept: GivenWaiver) -> bool:
    """Whether that is the beginning of what was kept, or of what it was given for before it was bound anew."""
    return any(_begins(start, of) for of in (kept.of, kept.given_for) if of is not None)


def _begins(start: str, of: Accepted) -> bool:
    """Of waivers of release 0.1.0 there is only what is shown."""
    if isinstance(of, GapId):
        return of.text.startswith(start)
    return of.digest.startswith(start if of.whole else start[:SHOWN_DIGITS])
