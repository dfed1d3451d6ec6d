"""What to do about a way up: its target named and no stronger than who has it, or one of its actions away."""

from __future__ import annotations

from bot.iam.arn import is_everything
from bot.risk.advice.action_facts import asks_for, knows, nouns_of, use_of
from bot.risk.advice.advice_table import advice_words
from bot.risk.advice.by_holder import advise
from bot.risk.advice.steps import Advice, BreakWay, OwnPolicy, Require
from bot.risk.assessed_grant import AssessedGrant
from bot.risk.resource_scope import ResourceScope, width_of
from bot.risk.wording.words import holder_words


def break_way(gain: AssessedGrant) -> Advice:
    """The advice about the worst way that a gain completes; of an AWS-managed policy no action can be taken away."""
    ways = gain.completed.escalations or gain.ways.used_by
    advised = advise(gain.grant) if not ways or gain.grant.managed else ()
    if advised or not ways:
        return advised
    first, *_ = ways
    actions = tuple(dict.fromkeys(step.action for step in first.steps))
    new_first = sorted(actions, key={step.action for step in first.steps if not step.new}.__contains__)
    on = first.steps[0].on
    wide = any(is_everything(one) or width_of(one, actions[0]) >= ResourceScope.PREFIX for one in on)
    who = holder_words(first.who) if first.who is not None else ""
    nouns = nouns_of(actions[:1]) if wide and not who else ()
    way = BreakWay(tuple(new_first), on, nouns, use_of(actions[:1]), who)
    if gain.grant.managed:
        return (OwnPolicy(gain.grant.managed), way)
    if who or actions[0].lower() not in (action.lower() for action in gain.grant.shown.actions):
        return (way,)
    return (way, *_conditions(actions[0], gain))


def _conditions(action: str, gain: AssessedGrant) -> Advice:
    for one in advice_words().keys:
        if one.named and one.speaks_of(action) and knows(action, one.key):
            asked = asks_for(gain.grant.row.conditions, one.key)
            return () if asked else (Require(one.key, one.says, (action,), of_all=False),)
    return ()
