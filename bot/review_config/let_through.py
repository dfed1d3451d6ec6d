"""What rules that enforce let through all the same: what could not be looked at, unless they say otherwise."""

from __future__ import annotations

from bot.review_config.settings import ReviewConfig

BLIND = (
    "mode: enforce without fail_closed: what could not be evaluated or decided is told, under a title that begins with "
    '"?", and does not stop a merge; fail_closed: changed stops it where the change touches it'
)


def let_through(rules: ReviewConfig) -> str:
    """What these rules do not stop though they enforce; "" if there is nothing to be said."""
    return BLIND if rules.mode == "enforce" and rules.fail_closed == "off" else ""
