"""What is left to do where nothing narrower can be written: who else decides about the access, or that nothing does.

A reviewer is owed a step, or the reason why there is none: a finding that says neither looks unfinished.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.access_diff.delta import PrincipalPattern
from bot.iam.arn import Arn
from bot.iam.policy_subject import RoleTrust
from bot.risk.advice.action_facts import (
    ActionFacts,
    action_facts,
    asks_for,
    by_prefix,
    is_unknown_ahead,
    knows,
    nouns_of,
    one_bucket,
    only_describes,
    use_of,
)
from bot.risk.advice.letting_in import new_people, new_subjects, noun_of
from bot.risk.advice.steps import (
    Advice,
    AsNarrow,
    BySecondFactor,
    InUse,
    NameInTrust,
    OnlyDescribes,
    PrefixOf,
    ProtectSubject,
    Require,
    Step,
    ValidateValue,
    WhoPasses,
)
from bot.risk.exposure import PrincipalExposure, in_words, is_service, without_sessions
from bot.risk.grading import GradedGrant
from bot.risk.limiting_conditions import limits

_LIST = "s3:ListBucket"
_PREFIX = "s3:prefix"
_PREFIX_SAYS = "s3:prefix to be the prefixes that it lists, where it does not list the whole bucket"
_FACTOR = "aws:MultiFactorAuthPresent"
_SUBJECTS = frozenset((PrincipalExposure.SUBJECT, PrincipalExposure.SUBJECT_PATTERN))
_ASSUMES = frozenset(("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"))


def as_narrow(grant: GradedGrant) -> Advice:
    """The advice about a grant that nothing else is to be advised of: nothing of what AWS wrote for another role."""
    facts = action_facts(grant)
    if isinstance(grant.holder, RoleTrust):
        return (_trust(grant),)
    if grant.managed and not grant.in_its_place:
        return ()
    return (_of_resource(grant, facts) if grant.on_resource else _own(grant, facts),)


def _own(grant: GradedGrant, facts: ActionFacts) -> Step:
    if grant.in_its_place:
        return InUse(grant.managed)
    scoped = (*facts.unnamed, *facts.patterned, *facts.named)
    nouns = nouns_of(scoped)
    if value := _of_no_value(grant.shown.resources):
        return ValidateValue(value, nouns[0])
    if (known := _of_some(grant, facts, scoped)) is not None:
        return known
    if facts.unnamed and only_describes(scoped):
        return OnlyDescribes()
    if not scoped or len(facts.unscoped) > len(scoped) > len(facts.named):
        return AsNarrow(facts.unscoped, by=_limiting(grant), ahead=any(map(is_unknown_ahead, facts.unscoped)))
    things = grant.shown.resources
    prefixes = all(map(by_prefix, things))
    return AsNarrow(facts.every, nouns, len(things), bool(facts.unnamed), _limiting(grant), prefixes=prefixes)


def _of_some(grant: GradedGrant, facts: ActionFacts, scoped: Sequence[str]) -> Step | None:
    """What is to be done about objects of one bucket, lists of one, and roles that are assumed."""
    if facts.wide and all(map(one_bucket, facts.wide)):
        return PrefixOf(facts.wide[0], use_of(scoped))
    every = set(facts.every)
    if every == {_LIST} and knows(_LIST, _PREFIX) and not _asks(grant, _PREFIX):
        return Require(_PREFIX, _PREFIX_SAYS, facts.every)
    return NameInTrust(grant.shown.resources) if every and every <= _ASSUMES else None


def _of_resource(grant: GradedGrant, facts: ActionFacts) -> Step:
    callers = new_people(grant)
    named = () if any(one.everyone for one in callers) else tuple(map(in_words, callers))
    return AsNarrow(facts.every, by=_limiting(grant), callers=named, of=noun_of(grant, facts))


def _trust(grant: GradedGrant) -> Step:
    values = new_subjects(grant)
    if values and not _SUBJECTS.isdisjoint(grant.outsiders):
        return ProtectSubject(values[0])
    services = [one.name for one in without_sessions(grant.shown.principals) if is_service(one)]
    if services and set(grant.outsiders) <= {PrincipalExposure.SERVICE}:
        return WhoPasses(services[0])
    return _people(grant, new_people(grant))


def _people(grant: GradedGrant, callers: Sequence[PrincipalPattern]) -> Step:
    users = [one for one in callers if _is_user(one)]
    if users and not _asks(grant, _FACTOR):
        return BySecondFactor(in_words(users[0]))
    return AsNarrow((), by=_limiting(grant), callers=tuple(map(in_words, callers)), of="role")


def _is_user(one: PrincipalPattern) -> bool:
    arn = Arn.parse(one.name)
    return "aws_iam_user." in one.name if arn is None else arn.is_named("user")


def _asks(grant: GradedGrant, key: str) -> bool:
    return asks_for(grant.row.conditions, key)


def _limiting(grant: GradedGrant) -> tuple[str, ...]:
    """The keys of the conditions that limit it, each once; of all if none is known to."""
    conditions = grant.row.conditions
    return tuple(dict.fromkeys(one.key for one in [one for one in conditions if limits(one)] or conditions))


def _of_no_value(resources: Sequence[str]) -> str:
    """The first resource that is nothing but a variable without a value: what it may be set to is nowhere here."""
    return next((one for one in resources if one.startswith("${var.") and one.find("}") == len(one) - 1), "")
