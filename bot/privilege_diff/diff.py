"""Compares what two policy sets allow: gained, lost and undecided rows, each gained one proved."""

from __future__ import annotations

from bot.privilege_diff.delta import Delta, PolicySet


def compare(base: PolicySet, head: PolicySet, holder: str = "principal") -> Delta:
    """The access `head` allows and `base` does not, and the reverse.

    `holder` is the principal's or resource's printed name, used in witnesses. Never raises on
    policy content; what cannot be settled within budget is undecided.
    """
    raise NotImplementedError
