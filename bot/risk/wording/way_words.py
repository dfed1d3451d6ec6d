"""Advice against ways up, in words: what to name, to take away or to bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.risk.advice.steps import BreakWay, LeaveTo, Way
from bot.risk.wording.narrow_words import nouns_words
from bot.risk.wording.words import cut, few, thing_words

_FEW = 2
_SHORT = 60


def break_way(step: BreakWay) -> str:
    """What to do about a way by which somebody becomes more than they were."""
    of = f" from {step.who}" if step.who else ""
    away = f"take {' or '.join(step.actions[:_FEW])} away{of}"
    if step.nouns:
        return f"Name the {nouns_words(step.nouns)} that it {step.use}, none with more rights than its own, or {away}"
    return _BREAKS[step.way](step, away)


def _trusted(step: BreakWay, away: str) -> str:
    role = thing_words(step.on)
    if step.who:
        return _or_boundary(away, step.bounded)
    name = f"Name in the trust of {role} who may become it, and ask people for MFA there (aws:MultiFactorAuthPresent)"
    return _or_boundary(name, "it" if step.bounded == role else step.bounded)


def _passed(step: BreakWay, away: str) -> str:
    instead = f" in place of {thing_words(step.on)}" if step.on else ""
    return f"Let {step.who or 'it'} pass to {step.service} a role with only what is needed there{instead}, or {away}"


def _runs(step: BreakWay, away: str) -> str:
    return f"Give {thing_words(step.on)} a role with only what it needs, or {away}" if step.on else _first_up(away)


def _rewritten(step: BreakWay, away: str) -> str:
    if step.on and not step.who:
        action, thing = step.actions[0], cut(step.on, _SHORT)
        away = f"take {thing} out of the Resource list of {action}" if step.among else f"take {action} on {thing} away"
    return _or_boundary(away, step.bounded)


def _or_boundary(says: str, bounded: str) -> str:
    return _first_up(f"{says}, or put a permissions boundary on {bounded}" if bounded else says)


def _first_up(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


_BREAKS: Mapping[Way, Callable[[BreakWay, str], str]] = {
    Way.TRUSTED: _trusted,
    Way.PASSED: _passed,
    Way.RUNS: _runs,
    Way.REWRITTEN: _rewritten,
}


def leave_to(step: LeaveTo) -> str:
    """Who alone should use actions that decide who may do what."""
    few_people = f"leave {few(step.actions, _FEW)} to an administrator or to the role that applies reviewed changes"
    return _or_boundary(few_people, step.bounded)
