"""Who comes to what a principal gains by becoming that principal, in words."""

from __future__ import annotations

from collections.abc import Iterable

from bot.risk.assessed_grant import AssessedGrant
from bot.risk.wording.words import holder_words


def climbers_words(gains: Iterable[AssessedGrant], shown: int) -> str:
    """ "user ana can become it"; "" if nobody does."""
    who = {one.who: one for gain in gains for one in gain.ways.used_by if one.who is not None}
    if not who or not shown:
        return ""
    names = [holder_words(one) for one in who]
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return f"{', '.join(names[:shown])}{more} can become it"
