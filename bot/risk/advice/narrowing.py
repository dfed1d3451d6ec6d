"""What to do in place of a principal's own access: fewer actions, named resources, a condition that they know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.access_diff.delta import ConditionView
from bot.iam.acting import acts_on
from bot.iam.arn import is_everything, split_action
from bot.risk.advice.action_facts import (
    REQUEST_TAG,
    TAG,
    ActionFacts,
    action_facts,
    asks_for,
    by_prefix,
    changes,
    decides,
    goes_by_tag,
    is_all,
    knows,
    makes,
    named_but_for_place,
    nouns_of,
    one_bucket,
    only_describes,
    services_of,
    swept,
    use_of,
)
from bot.risk.advice.advice_table import ANYTHING, advice_words
from bot.risk.advice.steps import (
    Advice,
    Fixed,
    LeaveOut,
    LeaveTo,
    ListActions,
    NameResources,
    OwnPolicy,
    PassesItself,
    Require,
    SplitByService,
    Step,
)
from bot.risk.execution import is_of_service, pods_made_for, replaced_by, service_made_for
from bot.risk.grading import GradedGrant
from bot.risk.grant_context import own_arns, passes_itself
from bot.risk.limiting_conditions import limits
from bot.risk.wording.words import bounded_words, few

EVERYTHING = Fixed("List the actions that it needs, and name the resources that it needs them on")

_AUDITS = ("SecurityAudit", "ViewOnlyAccess")
_AUDITS_SAY = "{} is the narrowest of AWS's policies for looking at an account: keep it for audits, else write your own"

_FEW = 3
"""So few actions that weigh most are narrowed by themselves, whatever else stands beside them."""

_SERVICES = 2
"""Of more services the resources are not listed: each gets a statement of its own."""

_STEPS = 2

SECOND_FACTOR = "aws:MultiFactorAuthPresent"


def narrower(grant: GradedGrant, about: str = "") -> Advice:
    """The advice about what a principal may do itself; what a rule is `about`, a condition key, is never left out."""
    everything = is_all(grant.shown)
    if grant.managed in _AUDITS:
        return (Fixed(_AUDITS_SAY.format(grant.managed)),)
    if not everything and grant.in_its_place:
        return (OwnPolicy(grant.managed),) if _may_block(grant) else ()
    if not everything and _is_its_own(grant):
        return ()
    own: Advice = (own_policy(grant.managed, everything),) if grant.managed else ()
    if everything or is_of_service(grant.managed):
        return own or (EVERYTHING,)
    facts = action_facts(grant)
    if passes_itself(facts.every, grant.shown.resources, own_arns(grant.holder)):
        return (PassesItself(),)
    found = tuple(_steps(facts, grant, about))
    if not found and not own:
        of_acls = {action.lower() for action in facts.every} & _OF_OBJECT_ACLS
        return (NO_OBJECT_ACLS,) if of_acls else _least(facts, grant)
    return (*own, *_first(found, _STEPS - bool(own), about))


def _may_block(grant: GradedGrant) -> bool:
    """Whether it weighs so much that nobody is told that there is nothing to do."""
    return any(cell.grade in ("high", "critical") for cell in grant.cells)


def _is_its_own(grant: GradedGrant) -> bool:
    """Whether it may be the service's own role, to be given what AWS made for it and tells nobody to replace."""
    return is_of_service(grant.managed) and grant.may_be_its and replaced_by(grant.managed) is None


def own_policy(managed: str, everything: bool) -> OwnPolicy:
    """What stands in place of an AWS-managed policy, by its name."""
    made_for, pods = service_made_for(managed), pods_made_for(managed)
    return OwnPolicy(managed, is_of_service(managed), everything, made_for, pods, replaced_by(managed))


def _first(steps: Sequence[Step], most: int, about: str) -> Sequence[Step]:
    """So many steps, the last of them what the rule is about if it came later."""
    later = [step for step in steps[most:] if isinstance(step, Require) and step.key == about]
    return (*steps[: most - 1], *later) if later else steps[:most]


def _steps(facts: ActionFacts, grant: GradedGrant, about: str) -> Iterator[Step]:
    resources = tuple(_resources(facts, grant))
    unnamed = any(isinstance(step, NameResources) and step.nouns == (ANYTHING,) for step in resources)
    lead = unnamed or any(action.endswith(":*") for action in facts.patterns)
    listed = (ListActions(facts.patterns),) if facts.patterns else ()
    yield from (*listed, *resources) if lead else (*resources, *listed)
    yield from _conditions(facts, grant, about)


def _resources(facts: ActionFacts, grant: GradedGrant) -> Iterator[Step]:
    wide = tuple(action for action in _to_be_named(facts) if not makes(action))
    if not wide or _goes_without_a_name(wide, grant.row.conditions) or _is_by_the_way(facts, grant):
        return
    if nouns_of(wide) == (ANYTHING,) and only_describes(wide):
        return
    few = 0 < len(facts.unnamed) <= _FEW and not grant.on_resource
    services = len(list(services_of(facts.unnamed if few else facts.all_unnamed)))
    if not facts.unnamed:
        yield from _in_place_of_patterns(facts, grant, wide)
    elif services > _SERVICES:
        yield SplitByService(services)
    else:
        by_tag = goes_by_tag(wide, grant.row.conditions)
        ended = () if by_tag else swept(wide, grant.shown)
        if ended:
            yield Require(TAG, _TAG_SAYS, ended, of_all=False)
            return
        yield NameResources(nouns_of(wide), use_of(wide), wide, facts.beside, tag=by_tag)


_TAG_SAYS = "aws:ResourceTag, so that it ends only what is tagged for it"


def _in_place_of_patterns(facts: ActionFacts, grant: GradedGrant, wide: tuple[str, ...]) -> Iterator[Step]:
    """Names, but where nobody would stop it not of what shares a prefix, or is named but for its place."""
    of_one = bool(facts.wide) and all(map(one_bucket, facts.wide))
    written = {action.lower() for action in grant.shown.actions}
    if of_one and not _OF_OBJECT_ACLS.isdisjoint(written):
        yield NO_OBJECT_ACLS
    elif not (of_one or _is_enough(facts.wide)) or any(cell.grade not in ("none", "low") for cell in grant.cells):
        yield NameResources(nouns_of(wide), use_of(wide), wide, instead=facts.wide)


def _is_enough(wide: Sequence[str]) -> bool:
    return bool(wide) and all(by_prefix(one) or named_but_for_place(one) for one in wide)


NO_OBJECT_ACLS = Fixed(
    "Leave s3:PutObjectAcl out: where the bucket owns its objects (object_ownership BucketOwnerEnforced) it is not used"
)
_OF_OBJECT_ACLS = frozenset(("s3:putobjectacl", "s3:putobjectversionacl"))


def _to_be_named(facts: ActionFacts) -> tuple[str, ...]:
    """The actions whose resources could be named narrower: of a service as a whole all that do more than list."""
    if facts.unnamed:
        whole = any(action.endswith(":*") for action in facts.patterns)
        return (facts.all_unnamed if whole else ()) or facts.unnamed
    return facts.patterned or (facts.named if facts.wide else ())


def _goes_without_a_name(actions: Sequence[str], conditions: Sequence[ConditionView]) -> bool:
    """Whether a condition stands for the name, and always does where nobody has a word for what is acted on.

    Nor is anything to be named for a pattern most of whose actions know no resource.
    """
    if nouns_of(actions) == (ANYTHING,) and any(all(map(key.speaks_of, actions)) for key in advice_words().keys):
        return True
    return bool(_named_by(actions, conditions))


def _is_by_the_way(facts: ActionFacts, grant: GradedGrant) -> bool:
    """Whether only patterns have actions that could be named, and most of what they have could not."""
    written = {action.lower() for action in grant.shown.actions}
    by_name = any(name.lower() in written for name in facts.unnamed)
    return bool(facts.unnamed) and not by_name and len(facts.unscoped) > len(facts.unnamed)


def _conditions(facts: ActionFacts, grant: GradedGrant, about: str) -> Iterator[Step]:
    conditions, loose = grant.row.conditions, (*facts.unnamed, *facts.unscoped)
    made = tuple(action for action in facts.unnamed if makes(action))
    if made and not asks_for(conditions, REQUEST_TAG):
        says = "a tag of its own on what it makes (aws:RequestTag)"
        yield Require(REQUEST_TAG, says, made, of_all=set(made) == set(facts.every))
    for one in sorted(advice_words().keys, key=lambda one: one.key != about):
        of = facts.every if one.named else loose
        needs = tuple(action for action in of if one.speaks_of(action) and knows(action, one.key))
        if needs and not asks_for(conditions, one.key):
            yield Require(one.key, one.says, needs, of_all=set(needs) == set(facts.every))
            return


def _deletes(action: str) -> bool:
    return (split_action(action) or ("", ""))[1].startswith(_DELETES)


_RECEIVE = "sqs:ReceiveMessage"
_TAKING = ("sqs:DeleteMessage", "sqs:DeleteMessageBatch")
"""Who receives from a queue deletes what it received."""

_DELETES = ("BatchDelete", "Delete", "Purge", "Remove", "Terminate")


def _least(facts: ActionFacts, grant: GradedGrant) -> Advice:
    """Nothing narrower can be written: those out that delete beside others that write; else there is nothing to advise.

    Beside what only reads they are what it was written for. What decides who may do what is for few people to use.
    """
    if deciding := tuple(action for action in facts.every if decides(action) and not _is_held(action, grant)):
        return (_left_to_few(deciding, grant),)
    takes = _RECEIVE in facts.named
    deleting = tuple(action for action in facts.named if _deletes(action) and not (takes and action in _TAKING))
    ends = all("Terminate" in action for action in deleting)
    makes_too = any(changes(action) for action in facts.named if action not in deleting)
    return (LeaveOut(deleting, ends),) if deleting and makes_too else ()


def _is_held(action: str, grant: GradedGrant) -> bool:
    """Whether a condition holds what it decides: one of the keys that narrow it, or a second factor."""
    keys = (key.key for key in advice_words().keys if key.speaks_of(action))
    return any(asks_for(grant.shown.conditions, key) for key in (*keys, SECOND_FACTOR))


def _left_to_few(actions: tuple[str, ...], grant: GradedGrant) -> Step:
    """Of one's own user a second factor, as AWS's guides ask for there; else who uses them, or a boundary."""
    named = tuple(one for one in grant.shown.resources if any(acts_on(action, one) for action in actions))
    if named and all("${aws:user" in one for one in named):
        return Require(SECOND_FACTOR, f"{SECOND_FACTOR} to be true", actions, of_all=False)
    lifts = any("PermissionsBoundary" in action for action in actions)
    held = () if lifts else tuple(filter(None, map(bounded_words, named)))
    return LeaveTo(actions, few(held, 1) if held else "")


def _named_by(actions: Sequence[str], conditions: Sequence[ConditionView]) -> str:
    """The condition key that names the resource, by a tag or otherwise, which all of the actions know."""
    names = advice_words().names
    for one in conditions:
        key, _, tag = one.key.partition("/")
        of_tag = bool(tag) and key.lower().endswith("resourcetag") and limits(one)
        if of_tag and all(knows(action, f"{key}/${{TagKey}}") for action in actions):
            return one.key
        if one.key.lower() in names and _says_which(one) and all(knows(action, one.key) for action in actions):
            return one.key
    return ""


def _says_which(condition: ConditionView) -> bool:
    operator = condition.operator.lower()
    return not ("not" in operator or operator == "null" or any(map(is_everything, condition.values)))
