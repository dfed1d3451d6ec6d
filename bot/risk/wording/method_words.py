"""What is said of calls of an API that ask nobody who they are."""

from __future__ import annotations

from collections.abc import Sequence

from bot.evaluated.public_method import PublicMethod
from bot.review.prose import Prose
from bot.risk.wording.sentence import Modality, Predicate, Sentence, Verb, fitted
from bot.risk.wording.words import cut, few


def method_title(methods: Sequence[PublicMethod]) -> Prose:
    """Who can call what of which API."""
    first = methods[0]
    who = "whoever has an API key" if all(one.keyed for one in methods) else "anyone who reaches the API"
    every = tuple(dict.fromkeys(_call(one) for one in methods))
    of_api = f"API {first.name}" if first.name else cut(first.api)
    asked = ", which asked who it is before" if any(one.asked for one in methods) else ""

    def said(shown: int) -> Sentence:
        what = f"call {few(every, max(shown, 1))} of {of_api} without signing in{asked}"
        return Sentence(who, Modality.CERTAIN, Predicate(Verb.GAINS, what))

    return fitted(said)


def _call(one: PublicMethod) -> str:
    if one.path and one.call:
        return f"{one.call} {one.path}"
    if one.call.startswith("$") or " " in one.call:  # a route says where it is itself
        return one.call
    return f"{one.block} ({one.call})" if one.call else one.block


def before_method(methods: Sequence[PublicMethod]) -> Prose:
    """What was asked of a caller."""
    return Prose("the same call asked who it is" if any(one.asked for one in methods) else "no such call")


def after_method() -> Prose:
    """What is asked now."""
    return Prose("no authorization, but for what the API's own policy says if it has one")


def method_advice() -> Prose:
    """What to do about it."""
    return Prose("Set the authorization (AWS_IAM, or an authorizer), or make sure that what answers asks who calls.")
