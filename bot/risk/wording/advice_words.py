"""The steps of an advice in words: one sentence, at most two, in plain English."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from bot.evaluated.diagnostic import Span
from bot.late_pattern import late_pattern
from bot.review.prose import Prose
from bot.risk.advice.steps import (
    Advice,
    AsNarrow,
    BreakWay,
    BySecondFactor,
    Fixed,
    InUse,
    KeepLimit,
    KnownAccount,
    LeaveOut,
    LeaveTo,
    Limit,
    ListActions,
    NameAudience,
    NameCallers,
    NameInTrust,
    NameResources,
    NameRoleOf,
    NameSubject,
    NewValues,
    OnlyDescribes,
    OwnPolicy,
    PassesItself,
    PrefixOf,
    ProtectSubject,
    PutBack,
    Require,
    SayWho,
    SourceOf,
    SplitByService,
    Step,
    Subjects,
    ValidateValue,
    WholeValue,
    WhoPasses,
    WriteLimit,
    WriteOut,
)
from bot.risk.exposure import ALEXA
from bot.risk.wording.narrow_words import as_narrow_words, nouns_words
from bot.risk.wording.way_words import break_way, leave_to
from bot.risk.wording.words import cut, few

_FEW = 2
_SHORT = 60
_listed = partial(few, shown=_FEW)


def advice_words(advice: Advice, written_at: Span | None = None) -> Prose:
    """The advice; its second sentence is a second step that stands alone.

    `written_at` is where the text is that it speaks of, if that is another file than the finding stands in.
    """
    said = sentences(advice)
    if written_at is not None and isinstance(advice[0], _OF_TEXT):
        said[0] += f" ({written_at.file}:{written_at.line})"
    return Prose(_joined(said))


def text_of(advice: Advice) -> str:
    """The same as text."""
    return _joined(sentences(advice))


def _joined(said: Sequence[str]) -> str:
    return " ".join(f"{sentence}." for sentence in said)


def sentences(advice: Advice) -> list[str]:
    """Its sentences, without their ends."""
    said: list[str] = []
    before: Step | None = None
    for step in advice:
        clause = _SAID[type(step)](step)
        if isinstance(before, OwnPolicy) and not isinstance(step, NameSubject):
            clause = f"In it, {clause[:1].lower()}{clause[1:]}"
        if before is not None and isinstance(step, _JOINED) and not isinstance(before, _ALONE) and "; " not in said[-1]:
            said[-1] += f", and {clause[:1].lower()}{clause[1:]}"
        else:
            said.append(clause)
        before = step
    return said


_JOINED = (ListActions, NameResources, Require, NameAudience, SplitByService)
"""Steps that go on with the sentence before them."""

_OF_TEXT = (LeaveOut, ListActions, NameResources, SplitByService)
"""Steps that say how to write what a statement says."""

_ALONE = (OwnPolicy, BreakWay, Fixed)
"""Steps that are a sentence of their own."""


def _own_policy(step: OwnPolicy) -> str:
    if step.everything:
        return f"Attach a policy of your own in place of {step.managed}, with the actions and resources that are needed"
    if step.other is not None:
        other = step.other or "a policy of the role's own"
        return f"AWS tells to replace {step.managed}: attach {other} in its place"
    made = f"AWS made {step.managed} for the role of"
    if step.pods:
        return f"{made} service account {step.pods}: attach it to that one alone"
    if step.of_service:
        return f"{made} {step.service or 'a service'}: give this role a policy of its own"
    return f"AWS's policy {step.managed} cannot be narrowed: attach one of your own in its place"


def _list_actions(step: ListActions) -> str:
    return f"List the actions that are used in place of {_listed(step.patterns)}"


def _name_resources(step: NameResources) -> str:
    how = {noun.named_by for noun in step.nouns}
    by = f", {how.pop() if len(how) == 1 else 'by ARN'}"
    instead = f" in place of {cut(step.instead[0], _SHORT)}" if step.instead else by
    tag = ", or require a tag of theirs (aws:ResourceTag)" if step.tag else ""
    unscoped = f"; only {_listed(step.unscoped)} {_needs(step.unscoped)} *" if step.unscoped else ""
    return f"Name the {nouns_words(step.nouns)} that it {step.use}{instead}{tag}{unscoped}"


def _needs(actions: Sequence[str]) -> str:
    return "needs" if len(actions) == 1 else "need"


def _split(step: SplitByService) -> str:
    return f"Write a statement for each of the {step.services} services, with the ARNs that it needs there"


def _require(step: Require) -> str:
    return f"Require {step.says}" if step.of_all else f"For {_listed(step.needs)} require {step.says}"


def _leave_out(step: LeaveOut) -> str:
    return (
        f"Leave {_listed(step.actions)} out unless it has to {'end what runs' if step.ends else 'delete what is'} there"
    )


def _name_callers(step: NameCallers) -> str:
    return f"Name the roles or accounts that need the {step.noun} in place of {step.whom}"


def _name_role_of(step: NameRoleOf) -> str:
    external, account = _or_external(step.external_id), cut(step.account, _SHORT)
    if step.more:
        listed = "; list those accounts that are yours under accounts in the rules" if step.outside else ""
        if step.asked:
            return f"Of {account} and {step.more} more, list those that are yours under accounts in the rules"
        every = f"all of {account} and of {step.more} more"
        return f"Name the roles or users that need it in place of {every}{external}{listed}"
    known = "; if the account is yours, list it under accounts in the rules" if step.outside else ""
    if step.asked:
        return f"If {account} is yours, list it under accounts in the rules"
    return f"Name the one role or user that needs it in place of all of {account}{external}{known}"


def _or_external(asks: bool) -> str:
    return ", and require sts:ExternalId if it is a third party's" if asks else ""


def _known_account(step: KnownAccount) -> str:
    third = "a third party's are let in" if step.more else "it is a third party's"
    other = f"; if {third}, require sts:ExternalId" if step.external_id else ""
    if step.more:
        known = f"Of account {step.account} and {step.more} more, list those that are yours under accounts in the rules"
        return f"{known}{other}"
    return f"If account {step.account} is yours, list it under accounts in the rules{other}"


def _say_who(step: SayWho) -> str:
    external = "; if that is a third party's, require sts:ExternalId, too" if step.external_id else ""
    return f"Write down who {step.who} is: a value, or a validation that asks for the ARN's account{external}"


def _source_of(step: SourceOf) -> str:
    what = f"the {step.noun}'s ARN" if step.noun else "the ARN of what it acts for"
    if step.of_account:
        return f"For {step.service} require aws:SourceArn, too ({what}): the account alone lets in all that it has"
    if step.service in ALEXA:
        return "Set event_source_token of the Lambda permission to the skill's ID"
    if step.by_argument:
        return f"Set source_arn of the Lambda permission to {what}"
    both = "or" if step.has_account else "and, as such an ARN has no account,"
    return f"For {step.service} require aws:SourceArn ({what}) {both} aws:SourceAccount (your account's id)"


def _whole_value(step: WholeValue) -> str:
    return f"Write the account or organisation in {step.key} in full: a wildcard there lets in everybody's"


_ONE_SUBJECT: Mapping[Subjects, tuple[str, str]] = {
    Subjects.GITHUB: (
        "the one repository and branch or environment",
        "repo:OWNER/REPOSITORY:ref:refs/heads/BRANCH or :environment:NAME",
    ),
    Subjects.GITLAB: ("the one project and branch", "project_path:GROUP/PROJECT:ref_type:branch:ref:BRANCH"),
    Subjects.SERVICE_ACCOUNT: ("the one service account", "system:serviceaccount:NAMESPACE:NAME"),
    Subjects.OTHER: ("the one subject that needs the role", ""),
}


def _name_subject(step: NameSubject) -> str:
    what, form = _ONE_SUBJECT[step.kind]
    like = f" ({form})" if form else ""
    instead = f" in place of {cut(step.instead[0], _SHORT)}" if step.instead else ""
    return f"Require the token's sub to be {what}{like}{instead}"


def _name_audience(step: NameAudience) -> str:
    return "Require the token's aud to be its audience"


def _write_out(step: WriteOut) -> str:
    external = _or_external(step.external_id)
    return f"Write the account and role that {cut(step.value, _SHORT)} stands for where a review can see them{external}"


def _put_back(step: PutBack) -> str:
    if not step.key:
        return "Put the condition back, or one that is as narrow"
    condition = f"the condition on {cut(step.key, _SHORT)} ({few(step.values, 1)})"
    if step.by:
        return f"Put {condition} back, unless {cut(step.by[0], _SHORT)} is as narrow"
    return f"Put {condition} back"


def _new_values(step: NewValues) -> str:
    new, key = few(tuple(cut(value, _SHORT) for value in step.values), _FEW), cut(step.key, _SHORT)
    if step.wider:
        old = f"as {cut(step.was[0], _SHORT)} again" if step.was else "without a wildcard"
        return f"Write {key} {old}, in place of {new}"
    if step.was:
        old = few(tuple(cut(value, _SHORT) for value in step.was), _FEW)
        return f"Confirm that {key} is meant to be {new} in place of {old}"
    return f"Leave {new} out of {key} unless it is needed there"


def _keep_limit(step: KeepLimit) -> str:
    actions = _listed(step.actions)
    if step.limit is Limit.PUBLIC_ACCESS_BLOCK:
        return "Keep the public access block, and name the roles or accounts that need the bucket in its policy or ACL"
    if step.limit is Limit.FACTOR:
        return f"Keep {step.limit.value}, and except from it only what sets up one's own device (iam:EnableMFADevice)"
    if step.limit is Limit.DENY:
        return f"Keep the Deny, and except from it only what is needed of {actions}"
    if step.by:
        return f"Nothing to narrow: {step.limit.value} lets {actions} through only under the condition on {step.by[0]}"
    if step.wider:
        return f"Name in {step.limit.value} what {actions} {_needs(step.actions)} to act on, in place of more"
    return f"Keep {step.limit.value}, and let it allow only what is needed of {actions}"


def _write_limit(step: WriteLimit) -> str:
    if step.limit is Limit.ENDPOINT:
        what = (
            "List the actions and resources" if step.everything else f"Limit {_listed(step.actions)} to the resources"
        )
        return f"{what} that are reached through the endpoint in its policy, or require aws:PrincipalOrgID there"
    if step.limit is Limit.CONTROL_POLICY:
        return f"Keep the control policy's limit, and except from it only the roles that need {_listed(step.actions)}"
    return f"Let through only what is needed of {_listed(step.actions)}, for those who need it"


def _prefix_of(step: PrefixOf) -> str:
    where = cut(step.resource, _SHORT)
    return f"Limit {where} to a prefix, unless {_USES.get(step.use, 'it needs')} objects all over the bucket"


_USES: Mapping[str, str] = {"reads": "it reads", "changes": "it writes"}


def _validate(step: ValidateValue) -> str:
    value = cut(step.value, _SHORT)
    return f"Give {value} a validation that takes the ARN of one {step.noun.one} only: what it is set to is not here"


def _name_in_trust(step: NameInTrust) -> str:
    roles = few(tuple(cut(one, _SHORT) for one in step.roles), 1)
    return f"Let the trust policy of {roles} name who assumes it, where it names a whole account"


def _who_passes(step: WhoPasses) -> str:
    return f"Grant iam:PassRole on this role only to who sets up what {step.service} runs with it"


def _by_second_factor(step: BySecondFactor) -> str:
    return f"Require aws:MultiFactorAuthPresent to be true if {step.user} is a person"


_PROTECTED = tuple(
    (late_pattern(form.replace("NAME", r"(?P<name>[^:*?]+/[^:*?]+)")), says)
    for form, says in (
        (
            r"repo:NAME:ref:refs/heads/(?P<of>[^*?]+)",
            "Protect branch {of} of {name} on GitHub: whoever can push to it gets the role",
        ),
        (
            r"repo:NAME:environment:(?P<of>[^*?:]+)",
            "Let only reviewed branches deploy to environment {of} of {name} on GitHub: a job there gets the role",
        ),
        (
            r"repo:NAME:pull_request",
            "Name a branch or environment of {name} in place of pull_request: those workflows run before a review",
        ),
        (
            r"project_path:NAME:ref_type:branch:ref:(?P<of>[^*?]+)",
            "Protect branch {of} of {name} on GitLab: whoever can push to it gets the role",
        ),
        (
            r"system:serviceaccount:(?P<of>[^:*?]+):(?P<name>[^:*?]+)",
            "Limit who may create pods in namespace {of} of the cluster: each can run as {name}, which has the role",
        ),
    )
)
"""Forms of subjects, and who decides about their tokens."""


def _protect(step: ProtectSubject) -> str:
    found = ((form.fullmatch(step.value), says) for form, says in _PROTECTED)
    said = next((says.format_map(_parts(match)) for match, says in found if match), "")
    return said or f"Nothing to narrow: the one subject {cut(step.value, _SHORT)} is named"


def _parts(match: re.Match[str]) -> dict[str, str]:
    return {key: cut(text, _SHORT) for key, text in match.groupdict().items()}


_SAID: Mapping[type[Step], Callable[[Any], str]] = {
    Fixed: lambda step: str(step.says),
    OwnPolicy: _own_policy,
    ListActions: _list_actions,
    NameResources: _name_resources,
    SplitByService: _split,
    Require: _require,
    LeaveOut: _leave_out,
    NameCallers: _name_callers,
    NameRoleOf: _name_role_of,
    KnownAccount: _known_account,
    SayWho: _say_who,
    SourceOf: _source_of,
    WholeValue: _whole_value,
    BreakWay: break_way,
    LeaveTo: leave_to,
    NameSubject: _name_subject,
    NameAudience: _name_audience,
    WriteOut: _write_out,
    PutBack: _put_back,
    NewValues: _new_values,
    KeepLimit: _keep_limit,
    WriteLimit: _write_limit,
    AsNarrow: as_narrow_words,
    OnlyDescribes: lambda step: "Nothing to narrow: it lists and describes, and reads no data",
    PassesItself: lambda step: (
        "Take iam:PassRole out: the role may pass nothing but itself, and what runs as it needs no such right"
    ),
    InUse: lambda step: f"Nothing to narrow: AWS made {step.managed} for a role like this one",
    PrefixOf: _prefix_of,
    ValidateValue: _validate,
    NameInTrust: _name_in_trust,
    WhoPasses: _who_passes,
    BySecondFactor: _by_second_factor,
    ProtectSubject: _protect,
}
