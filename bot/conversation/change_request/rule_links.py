"""Where the rules of a review's findings are explained by this server."""

from __future__ import annotations

import dataclasses

from bot.review.model import Finding, Review
from bot.risk.rules.help_page import PAGES, help_page


def with_rule_links(review: Review, pages: str) -> Review:
    """The review whose findings link to `pages` (https://…/rules), where the rules name no address of their own."""
    if not pages:
        return review
    gained, undecided = (tuple(_linked(one, pages) for one in found) for found in (review.gained, review.undecided))
    return dataclasses.replace(review, gained=gained, undecided=undecided)


def _linked(finding: Finding, pages: str) -> Finding:
    if not finding.help.startswith(PAGES):
        return finding
    return dataclasses.replace(finding, help=help_page(finding.rule, pages))
