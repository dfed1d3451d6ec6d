"""The product on one page: from the two sides of a change to the review that is read."""

from __future__ import annotations

import dataclasses

from bot.evaluated.fence import Clock, Trouble, fenced
from bot.review.acceptors import Acceptors
from bot.review.engine import Examined, ProposedChange, front_ends_of_reviews, review
from bot.review.excerpts import with_excerpts
from bot.review.model import Need, OnError, Review
from bot.review.owners import with_owners
from bot.review.redaction.hide import without_sensitive_values
from bot.review.seen import Kept
from bot.review.suggest import with_suggestions
from bot.review_config.in_force import ConfigInForce
from bot.review_config.settings import ReviewConfig
from bot.risk.verdict import with_verdict


def complete_review(
    change: ProposedChange,
    config: ConfigInForce,
    on_error: OnError,
    clock: Clock | None = None,
    kept: Kept | None = None,
) -> Examined | Need:
    """The change judged, with narrower text, source lines and owners, without what is secret, and with its verdict.

    `on_error` is what becomes of what we cannot review for a reason of ours, `kept` what earlier rounds left.
    """
    front_ends = front_ends_of_reviews()
    examined = review(change, config.rules, config.layers, clock, kept, front_ends)
    if isinstance(examined, Need):
        return examined
    suggested = fenced(
        "", "suggesting", lambda: with_suggestions(examined.review, change, config.rules, front_ends, clock)
    )
    troubles = (suggested,) if isinstance(suggested, Trouble) else ()
    found = with_excerpts(suggested if isinstance(suggested, Review) else examined.review, change.base, change.head)
    found = with_owners(found, change.base)
    found, rechecks = without_sensitive_values((found, examined.rechecks), change.base, change.head)
    found = dataclasses.replace(
        found,
        rules_problems=tuple(each.reason for each in config.problems),
        earlier_rules=config.earlier,
        on_error=on_error,
        acceptors=_acceptors(config.rules),
    )
    return Examined(with_verdict(found, config.rules), (*examined.troubles, *troubles), rechecks)


def _acceptors(rules: ReviewConfig) -> Acceptors:
    return Acceptors(rules.approvers, rules.accept_by_approval, rules.max_waiver_days)
