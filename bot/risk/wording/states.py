"""What a finding's holders had before the change and have after it, one line each, and whom it lets in."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.access_diff.delta import ComparedRow, Row
from bot.access_diff.nearest import MAX_COMPARED
from bot.iam.arn import service_of
from bot.iam.pattern import meets
from bot.iam.policy_subject import PolicySubject, Resource, UnreadModule
from bot.iam.statement import PolicyKind
from bot.review.prose import Prose
from bot.risk.grading import GradedGrant
from bot.risk.grouping import GrantGroup
from bot.risk.wording.guard_words import all_where_words
from bot.risk.wording.people_let_in import asked_words, is_of_anyone, people_of
from bot.risk.wording.symbol_words import SYMBOL
from bot.risk.wording.titles import become_by, factor_words, is_new, managed_words
from bot.risk.wording.token_subjects import subjects_of
from bot.risk.wording.words import SHOWN, cut, few, holder_words, row_words

NOTHING_OF_THE_KIND = "nothing of the kind"
"""Where what was held cannot be compared with what is new."""

_SHOWN = (SHOWN, 2 * SHOWN, 8 * SHOWN)
"""So many of each list are named: more, where what was held looks like what is new."""


def held_words(group: GrantGroup) -> Prose:
    """The closest that they held, or why they did not: with `new_words` it says what they have now."""
    return Prose(_held_and_new(group)[0])


def new_words(group: GrantGroup, extras: Iterable[str] = ()) -> Prose:
    """The worst of what is new, who comes to it besides, and what they get with it."""
    worst = group.worst.grant
    new = f"{_held_and_new(group)[1]}{managed_words(worst)}{factor_words(worst)}{become_by(group, SHOWN)}"
    return Prose("; ".join((new, *extras)))


def _held_and_new(group: GrantGroup) -> tuple[str, str]:
    grant, compared = group.worst.grant, group.worst.grant.compared
    now = _new_first(grant.shown, None if compared is None else compared.row)
    held = _why_not(grant) or _for_nobody(compared)
    if not held and compared is not None and compared.where:
        return _on_other_conditions(grant, compared), row_words(now, with_people=not _lets_through(grant))
    if not held and compared is not None and _comparable(compared.row, now):
        return _side_by_side(compared, now, grant.holder)
    return held or _nothing(group), row_words(now, with_people=not _lets_through(grant))


def _side_by_side(compared: ComparedRow, now: Row, holder: PolicySubject) -> tuple[str, str]:
    """What was held and what is new, with so much of each list that they do not read alike."""
    left = "" if compared.stays else " (part of it gone now)" if compared.partly else f" ({_gone(compared, holder)})"
    before, now = told_apart(_like_first(compared.row, now), now)
    every = [(f"{row_words(before, n, with_people=True)}{left}", row_words(now, n, with_people=True)) for n in _SHOWN]
    return next((pair for pair in every if pair[0] != pair[1]), every[-1])


def _on_other_conditions(grant: GradedGrant, compared: ComparedRow) -> str:
    """What of it was held, and where alone."""
    known = grant.change.compared
    every = known is not None and known.row == grant.row
    several = "under other conditions" if len(compared.where) > 1 else "under another condition"
    held = "the same" if every else row_words(compared.row, with_people=True)
    return f"{held}, {all_where_words(compared.where) or several}"


def _gone(compared: ComparedRow, holder: PolicySubject) -> str:
    if compared.of is not None:
        elsewhere = compared.of.root not in (holder.root, compared.of.address)
        where = f" in {compared.of.root or 'the top folder'}" if elsewhere else ""
        return f"of {holder_words(compared.of)}{where}, gone now"
    return "gone now, by other values of the same variables" if compared.taken else "gone now"


def _like_first(before: Row, now: Row) -> Row:
    """What is like what is new leads each list: of the same service, on a thing of the same kind."""
    services = {service_of(action) for action in now.actions}
    ends = {one.rpartition("/")[2] for one in now.resources}
    return replace(
        before,
        actions=tuple(sorted(before.actions, key=lambda action: service_of(action) not in services)),
        resources=tuple(sorted(before.resources, key=lambda one: one.rpartition("/")[2] not in ends)),
    )


def _for_nobody(compared: ComparedRow | None) -> str:
    """That whom it was for is a variable's to say, whose default says nobody."""
    people = () if compared is None else compared.row.principals
    if not people or not all(one.unset for one in people):
        return ""
    return f"nobody by default ({few(tuple(one.name for one in people))})"


def _why_not(grant: GradedGrant) -> str:
    if grant.kind is PolicyKind.LIMIT:
        return "nothing: held back"
    if grant.limit_lost:
        kept = ", as it is still under another condition" if grant.limit_stays_otherwise else ""
        return f"nothing: held back by a permissions boundary{kept}"
    if grant.factor_lost:
        return "only with MFA"
    return "nothing: forbidden by a Deny" if grant.deny_lost else ""


def _nothing(group: GrantGroup) -> str:
    if group.worst.grant.change.unread:
        return "not known: it could not be read"
    holder = group.worst.grant.holder
    seen = " in view" if _is_made_elsewhere(holder) else ""
    if not group.new_principal:
        return _held_steps(group) or f"{NOTHING_OF_THE_KIND}{seen}"
    if is_new(group) or all(one.created for one in group.grants):
        return "nothing: did not exist"
    if isinstance(holder, Resource):
        return "no policy in view"  # AWS has a policy of its own for some
    return f"nothing{seen}"


def _is_made_elsewhere(holder: PolicySubject) -> bool:
    """Whether it is known by its name or by a module's call alone, so that other places may give it something."""
    return isinstance(holder, UnreadModule) or holder.address == holder.name


def _held_steps(group: GrantGroup) -> str:
    """What of the way up that the change completes was held; "" for none, or where it is another's."""
    ways = group.worst.completed.escalations[:1]
    steps = [step for way in ways if way.who is None for step in way.steps if not step.new]
    return " + ".join(f"{step.action} on {few(step.on)}" for step in steps)


def _comparable(before: Row, now: Row) -> bool:
    """Whether they are about a common service, and a common action or resource: else one says nothing of the other.

    What others were let do says something only where it is the same action.
    """
    services = [{service_of(action) for action in row.actions} for row in (before, now)]
    if services[0].isdisjoint(services[1]) and not any("*" in some for some in services):
        return False
    actions = ([action.lower() for action in row.actions] for row in (before, now))
    return _any_meet(*actions) or (not _for_others(before, now) and _any_meet(before.resources, now.resources))


def _for_others(before: Row, now: Row) -> bool:
    """Whether two rows let in nobody in common; a principal's own have nobody."""
    who = ([one.name for one in row.principals] for row in (before, now))
    return bool(before.principals and now.principals) and not _any_meet(*who)


def _any_meet(left: Sequence[str], right: Sequence[str]) -> bool:
    """Of long lists the beginnings."""
    return any(meets(one, other) for one in left[:MAX_COMPARED] for other in right[:MAX_COMPARED])


def _new_first(now: Row, before: Row | None) -> Row:
    """What was not there before leads each list."""
    if before is None:
        return now
    values = {(one.operator, one.key): one.values for one in before.conditions}
    conditions = tuple(
        replace(one, values=_fresh(one.values, values.get((one.operator, one.key), ()))) for one in now.conditions
    )
    return replace(
        now,
        actions=_fresh(now.actions, before.actions),
        resources=_fresh(now.resources, before.resources),
        conditions=conditions,
        principals=_fresh(now.principals, before.principals),
    )


Item = TypeVar("Item")


def _fresh(items: Sequence[Item], known: Collection[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: item in known))


def grant_words(grant: GradedGrant) -> Prose:
    """One grant in a line, with the AWS-managed policy that it comes from."""
    return Prose(f"{row_words(grant.shown, with_people=not _lets_through(grant))}{managed_words(grant)}")


def _lets_through(grant: GradedGrant) -> bool:
    """Whether it only no longer holds back: its row is for anyone, but gives nobody anything."""
    return grant.kind is PolicyKind.LIMIT and is_of_anyone(grant)


def had_words(group: GrantGroup) -> Prose:
    """The worst of what they lose."""
    return Prose(row_words(group.worst.grant.shown, with_people=True))


def left_words(group: GrantGroup) -> Prose:
    """The closest that is left of what they lose."""
    left = group.worst.grant.compared
    return Prose(row_words(left.row, with_people=True) if left else "not allowed")


def who_words(group: GrantGroup, most: int) -> tuple[Prose, ...]:
    """Who is let in by a resource or trust policy, or can become a new role; nobody where the holder itself gains."""
    worst = group.worst.grant
    gains = [one for one in group.grants if one.on_resource and (worst.on_resource or group.new_principal)]
    named = [(one, "" if worst.on_resource else asked_words(one)) for one in gains]  # of the worst its row says it
    names = dict.fromkeys(f"{name}{asked}" for one, asked in named for name in subjects_of(one) or people_of(one))
    return tuple(map(Prose, list(names)[:most]))


def doubt_words(group: GrantGroup) -> Prose:
    """Why it could not be settled whether it is new; nothing where it is proved."""
    return Prose(group.worst.grant.change.why)


_ROOM = 26
"""Characters of a name's part: with dots around, `cut` leaves it as it is."""


def told_apart(before: Row, now: Row) -> tuple[Row, Row]:
    """Both rows; only what would be printed alike is written otherwise."""
    words = distinct(itertools.chain(_symbols(before), _symbols(now)))
    return (_spelled(before, words), _spelled(now, words)) if words else (before, now)


def distinct(symbols: Iterable[str]) -> Mapping[str, str]:
    """Of unknowns (`${module.a.arn}`) that are cut alike each its own text; the others are left out."""
    alike: dict[str, list[str]] = {}
    for one in dict.fromkeys(symbols):
        alike.setdefault(cut(one), []).append(one)
    found: dict[str, str] = {}
    for some in (each for each in alike.values() if len(each) > 1):
        for number, one in enumerate(some, start=1):
            found[one] = _part(one, [other for other in some if other != one], number)
    return found


def _part(symbol: str, others: list[str], number: int) -> str:
    """The first name in it that no other has, by its end; a number where that is not enough."""
    names = symbol[2:-1].split(".")
    taken = {name[-_ROOM:] for other in others for name in other[2:-1].split(".")}
    own = next((name[-_ROOM:] for name in names if name[-_ROOM:] not in taken), "")
    return f"${{...{own}...}}" if own else f"${{...{names[-1][-_ROOM + 4 :]} ({number})}}"


def _symbols(row: Row) -> Iterable[str]:
    values = (value for one in row.conditions for value in one.values)
    return (match[0] for text in (*row.resources, *values) for match in SYMBOL.finditer(text))


def _spelled(row: Row, words: Mapping[str, str]) -> Row:
    def spelled(text: str) -> str:
        return SYMBOL.sub(lambda match: words.get(match[0], match[0]), text)

    conditions = tuple(dataclasses.replace(one, values=tuple(map(spelled, one.values))) for one in row.conditions)
    return dataclasses.replace(row, resources=tuple(map(spelled, row.resources)), conditions=conditions)
