"""The waivers that a rules' file declares: which can count on a day, why others cannot, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bot.frozen import dataclass
from bot.review.identity import OF_COMMIT, SHOWN_DIGITS, WHOLE_DIGITS, read_accepted, read_fingerprint
from bot.review_config.approver_names import is_named
from bot.review_config.settings import RULES_FILE, DeclaredWaiver, ReviewConfig
from bot.review_config.waivers import Waiver


@dataclass(frozen=True, slots=True)
class WaiverFault:
    """Why a declared waiver counts for nothing, whatever is found, and what to do about it."""

    why: str
    remedy: str


def declared(rules: ReviewConfig, today: date) -> tuple[Waiver, ...]:
    """The waivers that the rules' file declares."""
    return tuple(_declared(waiver, rules, today) for waiver in rules.waivers)


def _declared(waiver: DeclaredWaiver, rules: ReviewConfig, today: date) -> Waiver:
    fault = next(_faults(waiver, rules, today), None)
    return Waiver(
        of=read_accepted(waiver.fingerprint, waiver.scope),
        until=_day(waiver.until) or date.min,
        reason=waiver.reason,
        approver=waiver.approver,
        source=RULES_FILE,
        scope=frozenset(waiver.scope) or None,
        void=fault.why if fault else "",
    )


def _faults(waiver: DeclaredWaiver, rules: ReviewConfig, today: date) -> Iterator[WaiverFault]:
    """What is wrong with it, but that its last day is over."""
    until = _day(waiver.until)
    latest = today + timedelta(days=rules.max_waiver_days)
    if until is None:
        yield WaiverFault(f"{waiver.until!r} is not a date such as 2026-12-31", "write its last day so")
    elif until > latest:
        why = f"it is for longer than the {rules.max_waiver_days} days that are allowed"
        yield WaiverFault(why, f"write {latest.isoformat()} or earlier")
    if read_fingerprint(waiver.fingerprint) is None and not _is_of_commit(waiver):
        why = f"{waiver.fingerprint!r} is no ID, which has {SHOWN_DIGITS} digits (0-9, a-f), or all {WHOLE_DIGITS}"
        yield WaiverFault(why, "copy the ID that the finding is told with")
    if waiver.approver and _knows_all_approvers(rules) and not is_named(waiver.approver, rules):
        remedy = f"name one of them ({', '.join(rules.approvers)}), or have them named there"
        yield WaiverFault(f"{waiver.approver} is none of the `approvers`", remedy)


def told_faults(rules: ReviewConfig, text: str, source: str, today: date) -> Iterator[str]:
    """A line for each waiver that cannot count as it is written: place, reason and remedy."""
    for place, waiver in _placed(rules, text, source):
        for fault in _faults(waiver, rules, today):
            yield f"{place} the waiver of {waiver.fingerprint} does not count: {fault.why}; {fault.remedy}"


def told_besides(rules: ReviewConfig, text: str, source: str, today: date) -> Iterator[str]:
    """A line for each waiver that is written well, but counts no more, or by a name that nobody compares here."""
    for place, waiver in _placed(rules, text, source):
        one = _declared(waiver, rules, today)
        if one.void:
            continue
        if objection := one.objection(today):
            yield f"{place} the waiver of {waiver.fingerprint} does not count: {objection}; take it out, or renew it"
        elif unchecked := unchecked_approver(waiver.approver, rules):
            yield f"{place} the waiver of {waiver.fingerprint} counts; {unchecked}"


def unchecked_approver(approver: str, rules: ReviewConfig) -> str:
    """What is taken for granted of who is named as having accepted something; "" if nothing is."""
    if not approver or is_named(approver, rules):
        return ""
    if not rules.approvers:
        return f"whether {approver} may accept it is not compared with anything: `approvers` names nobody"
    teams = ", ".join(name for name in rules.approvers if "/" in name)
    return f"whether {approver} is in {teams} is not looked at: the forge alone knows"


def _knows_all_approvers(rules: ReviewConfig) -> bool:
    """Whether the approvers are all known by name: who is in a team only the forge can say."""
    return bool(rules.approvers) and not any("/" in name for name in rules.approvers)


def _is_of_commit(waiver: DeclaredWaiver) -> bool:
    """Whether it accepts that something is not looked at, which another ID stands for."""
    return any(one.startswith(OF_COMMIT) for one in waiver.scope)


def _placed(rules: ReviewConfig, text: str, source: str) -> Iterator[tuple[str, DeclaredWaiver]]:
    if not rules.waivers:  # a text that cannot be read has none
        return
    from bot.review_config.settings_yaml import item_lines  # here, as most repositories have no such file

    lines = item_lines(text, "waivers")
    for index, waiver in enumerate(rules.waivers):
        yield f"{source}:{lines[index]}:" if index < len(lines) else f"{source}:", waiver


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
