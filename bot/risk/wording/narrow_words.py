"""What is said where nothing narrower can be written, and what the things are called that could be named."""

from __future__ import annotations

from collections.abc import Sequence

from bot.risk.advice.advice_table import Noun
from bot.risk.advice.steps import AsNarrow
from bot.risk.wording.words import cut, few

_FEW = 2
_SHORT = 60


def nouns_words(nouns: Sequence[Noun]) -> str:
    """Several things as they are called together: "roles, users and groups"."""
    several = [noun.several for noun in nouns]
    return several[0] if len(several) == 1 else f"{', '.join(several[:-1])} and {several[-1]}"


def as_narrow_words(step: AsNarrow) -> str:
    """That there is nothing to narrow, and why."""
    key = cut(step.by[0], _SHORT) if step.by else "its condition"
    by = f", under the condition on {key}" if step.by else ""
    if step.callers:
        return f"Nothing to narrow: {_names_callers(step)}{by}"
    if step.of:
        return f"Nothing to narrow: {key} says who is let in"
    if step.ahead:
        acts = "acts" if len(step.actions) == 1 else "act"
        return f"Nothing to narrow: nobody can name ahead what {few(step.actions, _FEW)} {acts} on{by}"
    if not step.nouns:
        return f"Nothing to narrow: there is no resource to name for {few(step.actions, _FEW)}{by}"
    if step.unnamed:
        which = f"{nouns_words(step.nouns)} {few(step.actions, _FEW)} {_is_for(step.actions)}"
        return f"Nothing to narrow: {key} says which {which}"
    return f"Nothing to narrow: {few(step.actions, _FEW)} on {_named(step)}{by}"


def _names_callers(step: AsNarrow) -> str:
    whose = "the trust" if step.of == "role" else f"the {step.of}'s policy"
    if len(step.callers) == 1:
        return f"{whose} names {step.callers[0]} alone"
    return f"{whose} names {few(step.callers, _FEW)}, each by name"


def _named(step: AsNarrow) -> str:
    one = step.things == 1 and len(step.nouns) == 1
    if step.prefixes:
        return f"{nouns_words(step.nouns)} under {'one prefix' if one else 'prefixes'}"
    return f"one named {step.nouns[0].one}" if one else f"named {nouns_words(step.nouns)}"


def _is_for(actions: Sequence[str]) -> str:
    return "is for" if len(actions) == 1 else "are for"
