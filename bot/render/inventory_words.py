"""Why somebody only perhaps can, and what could not be read, in words for a terminal, a page and an assistant."""

from __future__ import annotations

from collections.abc import Mapping

from bot.review.inventory.access_query import AccessDoubt, DoubtKind
from bot.review.prose import and_more

SHOWN = 3
"""So many of what a reason is about are named."""

_WORDS: Mapping[DoubtKind, str] = {
    "condition": "only if {}",
    "undecided": "only when {}",
    "unknown resource": "only if it is {}, which is not known whole here",
    "limit": "within the limits of {}, which may leave it out",
    "deny": "{} denies some of it, or under conditions",
    "resource policy": "the policy of {} refuses it to somebody",
    "account policies": "{} leaves it to the policies of its account: to whomever these allow it",
    "no such request": "AWS documents no such request",
}


def doubt_words(doubt: AccessDoubt) -> str:
    """One reason, in words that stand after "perhaps"."""
    more = and_more(len(doubt.about) - SHOWN)
    joined = " and " if doubt.kind in ("deny", "limit", "resource policy") else " or "
    return _WORDS[doubt.kind].format(f"{joined.join(doubt.about[:SHOWN])}{more}")
