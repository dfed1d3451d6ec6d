"""What to do about a way up: its target named and no stronger than who has it, or one of its actions away."""

from __future__ import annotations

from bot.iam.arn import is_everything, service_of
from bot.iam.policy_subject import Group, Role, RoleTrust, UnattachedPolicy, User
from bot.risk.advice.action_facts import asks_for, knows, nouns_of, use_of
from bot.risk.advice.advice_table import advice_words
from bot.risk.advice.by_holder import advise
from bot.risk.advice.steps import Advice, BreakWay, OwnPolicy, Require, Way
from bot.risk.assessed_grant import AssessedGrant
from bot.risk.escalation.model import Escalation
from bot.risk.escalation.paths import EscalationPath
from bot.risk.resource_scope import ResourceScope, width_of
from bot.risk.wording.words import bounded_words, holder_words


def break_way(gain: AssessedGrant) -> Advice:
    """The advice about the worst way that a gain completes; of an AWS-managed policy no action can be taken away."""
    ways = gain.completed.escalations or gain.ways.used_by
    advised = advise(gain.grant) if not ways or gain.grant.managed else ()
    if advised or not ways:
        return advised
    first, *_ = ways
    actions = tuple(dict.fromkeys(step.action for step in first.steps))
    way = _way(first, gain)
    if gain.grant.managed:
        return (OwnPolicy(gain.grant.managed), way)
    if first.who is not None or actions[0].lower() not in (action.lower() for action in gain.grant.shown.actions):
        return (way,)
    return (way, *_conditions(actions[0], gain))


def _way(first: Escalation, gain: AssessedGrant) -> BreakWay:
    actions = tuple(dict.fromkeys(step.action for step in first.steps))
    new_first = sorted(actions, key={step.action for step in first.steps if not step.new}.__contains__)
    on = first.steps[0].on
    wide = any(is_everything(one) or width_of(one, actions[0]) >= ResourceScope.PREFIX for one in on)
    who = holder_words(first.who) if first.who is not None else ""
    return BreakWay(
        _kind(first.path),
        tuple(new_first),
        "" if wide else next(iter(on), ""),
        nouns_of(actions[:1]) if wide and not who else (),
        use_of(actions[:1]),
        who,
        first.path.service,
        _bounded(first, gain, wide),
        len(gain.grant.shown.resources) > 1,
    )


def _kind(path: EscalationPath) -> Way:
    if path.trusting:
        return Way.TRUSTED
    if path.service:
        return Way.PASSED
    return Way.RUNS if path.gives == "thing" else Way.REWRITTEN


def _bounded(first: Escalation, gain: AssessedGrant, wide: bool) -> str:
    """Who comes to no more by it within a permissions boundary: whose rights are changed, or who is become."""
    lifts = any("PermissionsBoundary" in step.action for step in first.steps)
    if lifts or any(service_of(step.action) not in _IAM for step in first.steps):
        return ""
    if first.path.needs[0].on in _ONESELF or first.who is not None or wide:
        holder = first.who if first.who is not None and first.path.needs[0].on in _ONESELF else gain.grant.holder
        return _BOUNDED[type(holder)].format(holder_words(holder)) if type(holder) in _BOUNDED else ""
    return bounded_words(next(iter(first.steps[0].on), ""))


_IAM = ("iam", "sts")
_ONESELF = ("itself", "its policy", "its group")
_BOUNDED = {
    Role: "{}",
    RoleTrust: "{}",
    User: "{}",
    Group: "the users of {}",
    UnattachedPolicy: "whoever gets {}",
}


def _conditions(action: str, gain: AssessedGrant) -> Advice:
    for one in advice_words().keys:
        if one.named and one.speaks_of(action) and knows(action, one.key):
            asked = asks_for(gain.grant.row.conditions, one.key)
            return () if asked else (Require(one.key, one.says, (action,), of_all=False),)
    return ()
