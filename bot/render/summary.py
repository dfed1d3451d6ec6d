"""The sticky summary comment and the check of a review, as Markdown."""

from __future__ import annotations

from bot.forge.port import Check
from bot.risk.finding import Review
from bot.risk.settings import Rules
from bot.touched import Touched


def summary(review: Review, rules: Rules) -> str | None:
    """The sticky comment's body, marker included; None when there is nothing a reader needs to know."""
    raise NotImplementedError


def check(review: Review, rules: Rules, touched: Touched) -> Check:
    """The finished check: its title says it all."""
    raise NotImplementedError
