"""The product on one page: what does this change newly grant?"""

from __future__ import annotations

from bot.risk.finding import Need, Review
from bot.risk.settings import Rules
from bot.terraform.source import SourceTree
from bot.touched import Touched


def review(base: SourceTree, head: SourceTree, touched: Touched, rules: Rules) -> Review | Need:
    """Judge the change from `base` to `head`; asks for listed files whose contents are not here yet."""
    raise NotImplementedError
