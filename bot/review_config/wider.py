"""Whether a finding grants more than the one that was accepted, as far as a kept finding tells.

What is compared is what the JSON contract holds, word by word: docs/decisions/0008-identity.md says why that is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.review.model import Finding, FindingCondition

CUT = 200
"""Lists of a finding are no longer than this: what stands at the end of one that long is not known."""


def wider(found: Finding, accepted: Finding) -> str:
    """What `found` grants beyond `accepted`, as a sentence's second half; "" if nothing."""
    return next(_wider(found, accepted), "")


def _wider(found: Finding, accepted: Finding) -> Iterator[str]:
    if found.kind != accepted.kind:
        yield f"it was given for a finding of kind {accepted.kind}, not {found.kind}"
    for what, now, then in _lists(found, accepted):
        if now != then and len(now) >= CUT:
            yield f"there are too many {what} to compare them all"
        for one in _beyond(now, then):
            yield f"{one} is not among the {what} that were accepted"
    if not set(found.who) <= set(accepted.who):
        yield "others are let in than those that were accepted"
    for what, now, then in _exceptions(found, accepted):
        for one in _beyond(then, now):
            yield f"{one} is no exception of the {what} any more"
    yield from _conditions_gone(found, accepted)


def _conditions_gone(found: Finding, accepted: Finding) -> Iterator[str]:
    held = set(map(_same_condition, found.conditions))
    for condition in accepted.conditions:
        if _same_condition(condition) not in held:
            yield f"the condition on {condition.key} is not as it was"


Compared = tuple[str, tuple[str, ...], tuple[str, ...]]


def _lists(found: Finding, accepted: Finding) -> Iterator[Compared]:
    """What grants more the more is in it, now and then; what loosens was not kept in release 0.1.0."""
    yield "actions", _lower(found.actions), _lower(accepted.actions)
    yield "resources", found.resources, accepted.resources
    if accepted.full_fingerprint:
        yield "settings", found.loosens, accepted.loosens


def _exceptions(found: Finding, accepted: Finding) -> Iterator[Compared]:
    """What grants less the more is in it."""
    yield "actions", _lower(found.except_actions), _lower(accepted.except_actions)
    yield "resources", found.except_resources, accepted.except_resources


def _lower(actions: Iterable[str]) -> tuple[str, ...]:
    return tuple(action.lower() for action in actions)


def _beyond(these: tuple[str, ...], those: tuple[str, ...]) -> Iterator[str]:
    return (one for one in these if one not in those)


def _same_condition(condition: FindingCondition) -> tuple[str, str, frozenset[str]]:
    return condition.operator.lower(), condition.key.lower(), frozenset(condition.values)
