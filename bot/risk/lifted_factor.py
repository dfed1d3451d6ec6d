"""How much a Deny covered that asked for a second factor (MFA), where it no longer stops a gain."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from bot.iam.grant import Grant
from bot.iam.second_factor import asks_for_factor, covers_most

SWITCHES_OFF = frozenset(("iam:deactivatemfadevice", "iam:enablemfadevice", "iam:resyncmfadevice"))
"""Whoever may do one of these to a user without its second factor has that factor from then on, or it has none."""


class SecondFactor(enum.IntEnum):
    """What was forbidden without one."""

    NONE = 0
    SOME = 1
    ALL = 2


def lifted_factor(lifted: Iterable[Grant]) -> SecondFactor:
    """The widest among those of the base's grants that no longer stop something."""
    asking = [one.statement for one in lifted if asks_for_factor(one.statement)]
    if any(map(covers_most, asking)):
        return SecondFactor.ALL
    return SecondFactor.SOME if asking else SecondFactor.NONE
