"""Why one kind of access weighs a grade more or less than its kind and width say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from bot.access_diff.delta import ConditionView, Row
from bot.frozen import dataclass
from bot.iam.arn import Arn, whole_account
from bot.iam.second_factor import FACTOR_KEYS
from bot.late_pattern import late_pattern
from bot.review.model import GRADES
from bot.review_config.accounts import is_for_own_people
from bot.risk.administering_roles import assumes_administrator, passes_administrator, whose_account
from bot.risk.execution import is_service_work
from bot.risk.exposure import ExternalPrincipal, PrincipalExposure
from bot.risk.grant_context import GrantContext, RoleWorth, passes_itself
from bot.risk.kubernetes import is_master
from bot.risk.lifted_factor import SWITCHES_OFF, SecondFactor
from bot.risk.limiting_conditions import (
    ACCOUNT_KEYS,
    NAMING_KEYS,
    is_of_most_people,
    limits,
    limits_holder,
    says_for_whom,
)
from bot.risk.resource_scope import ResourceScope, is_under_own_path
from bot.risk.score_table import TableRow
from bot.risk.subject_news import lets_in_stranger, opens_repository, subject_news

_LOW, _MEDIUM, _HIGH, _CRITICAL = (GRADES.index(name) for name in ("low", "medium", "high", "critical"))

_FROM_OUTSIDE = (PrincipalExposure.EXTERNAL, PrincipalExposure.ORGANIZATION, PrincipalExposure.SUBJECT_PATTERN)
_BY_NAME = (PrincipalExposure.SUBJECT, PrincipalExposure.NARROWED, PrincipalExposure.INSIDE)
"""Somebody in particular: what the role may do is what is given away."""

_LIMITED = (
    PrincipalExposure.HOLDER,
    PrincipalExposure.SERVICE,
    PrincipalExposure.INSIDE,
    PrincipalExposure.EXTERNAL,
)
"""Whom a condition narrows; who else is let in is made of the conditions."""

_SECRETS = frozenset(
    (
        "secretsmanager:getsecretvalue",
        "secretsmanager:batchgetsecretvalue",
        "ssm:getparameter",
        "ssm:getparameters",
        "ssm:getparametersbypath",
        "ssm:getparameterhistory",
        "kms:decrypt",
    )
)
"""What they answer is a secret, whatever it is called: a pattern of them is more than a pattern of objects."""

_VALUES = frozenset(name for name in _SECRETS if name.startswith("secretsmanager:"))

_SHARES_SECRETS = "secretsmanager:putresourcepolicy"
"""Lets anyone read a secret, of other accounts too: of a pattern of them it is as much as reading them."""

_STATE = late_pattern(
    r"(?:terraform|tofu|(?<![a-z])tf)[-_.]?(?:remote[-_.]?)?states?(?![a-z])|[-_.](?:terraform|tf)(?=/|$)",
    re.IGNORECASE,
)
"""How buckets for Terraform's state are called."""

_STATE_HOLDS = "Terraform's state, with the secrets of what it describes"

_READ_FROM_STATE = late_pattern(r"data\.terraform_remote_state\.[\w-]+(?:\[[^\]]*\])?\.outputs(?=[.\[])")
"""The beginning of an expression for what another root hands on: how that one is looked up names no bucket."""

_WORTH_WORDS = {
    RoleWorth.BARE: "nothing here gives the role rights",
    RoleWorth.UNSEEN: "what the role may do is not in view",
    RoleWorth.LISTS: "the role can list at most, as far as is seen",
    RoleWorth.CRITICAL: "what the role may do is critical by itself",
    RoleWorth.ADMINISTERS: "the role administers the account",
}

_NO_STEP = (RoleWorth.UNREAD, RoleWorth.ORDINARY, RoleWorth.GIVEN)

Step = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Weighed:
    """One kind of access on one resource pattern, as the table has it: what its steps depend on."""

    rank: int
    kind: TableRow
    width: ResourceScope
    actions: Sequence[str]
    row: Row
    resource: str = ""


def after_steps(weighed: Weighed, setting: GrantContext, one: ExternalPrincipal) -> tuple[int, tuple[str, ...]]:
    """The rank for `one` of those let in, from low to critical, and the steps that lead to it in words."""
    if weighed.kind is TableRow.ADMINISTER and is_master(weighed.row.conditions):
        return _CRITICAL, ("nothing in the cluster limits system:masters",)
    rank, words = weighed.rank, []
    if one.who in (PrincipalExposure.ANYONE, PrincipalExposure.PROVIDER):
        rank = _CRITICAL
        steps = [*_for_anyone(weighed), *((-1, why) for why in not_applied(setting))]
    else:
        steps = [
            *_by_who(weighed, setting, one),
            *_by_signature(weighed, one),
            *_by_own_policies(weighed),
            *_by_content(weighed, setting, one),
            *_by_factor(weighed, setting),
            *_by_way(weighed, setting),
        ]
        steps += [*_by_limits(weighed, setting, one), *_by_place(weighed, setting)]
        steps += [(-1, "the same change takes it away for it")] if _is_taken(weighed, setting.taken) else []
    steps += _of_much(rank + sum(change for change, _ in steps), weighed, setting)
    for change, why in steps:
        rank += change
        words.append(f"{change:+} {'step' if abs(change) == 1 else 'steps'}, {why}")
    return min(max(rank, _LOW), _CRITICAL), tuple(words)


def _of_much(rank: int, weighed: Weighed, setting: GrantContext) -> Iterator[Step]:
    """Why what would weigh much weighs less: medium at most, of a service's own work low but for what it hands on."""
    least = _MEDIUM if weighed.kind >= TableRow.PERMISSIONS else _LOW
    if rank > _MEDIUM and setting.entered:
        yield _MEDIUM - rank, "a policy has to allow commands in containers besides"
    elif rank > least and is_service_work(setting.execution):
        yield least - rank, "the service works with it and nobody's code"


def _is_taken(weighed: Weighed, taken: Row | None) -> bool:
    """Whether what is taken away has all of its actions: one action more weighs with all of its kind."""
    if taken is None:
        return False
    has, without = ([one.lower() for one in some] for some in (taken.actions, taken.except_actions))
    names = [name.lower() for name in weighed.actions]
    if without and "*" in names:
        return False
    return all(_matches(name, has) and not _matches(name, without) for name in names)


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _by_place(weighed: Weighed, setting: GrantContext) -> Iterable[Step]:
    if setting.execution:
        users = "the pods that it is made for" if setting.only_pods else "AWS services"
        yield -1, f"{setting.execution} on a role that only {users} can use"
    yield from ((-1, why) for why in not_in_use(setting))
    if passes_itself(weighed.actions, (weighed.resource,), setting.itself):
        yield -1, "the role may pass nothing but itself"
    if setting.unseen_rights:
        yield -1, "a limit is gone, and what its holder may do without it is not in view"
    if setting.limits and not _is_lifted_for_most(setting, weighed.row.conditions):
        yield -1, "it gives nothing by itself and only limits what other policies give"


def not_in_use(setting: GrantContext) -> Iterator[str]:
    """Why nobody may have it as things stand, each of which makes it weigh a step less."""
    if setting.unattached:
        yield "attached to nothing this repository shows"
    unapplied = tuple(not_applied(setting))
    if setting.disabled_by_default and not unapplied:
        yield "nothing today: a variable's default keeps it out"
    yield from unapplied


def not_applied(setting: GrantContext) -> Iterator[str]:
    """Why it is nobody's infrastructure by itself, where its root is a module or an example."""
    if setting.root_kind == "interface" or (setting.disabled_by_default and setting.root_kind == "module"):
        yield "only callers of the module who choose it get it"
    if setting.root_kind == "example":
        yield "only in an example or test"


def _for_anyone(weighed: Weighed) -> Iterable[Step]:
    reads = weighed.kind in (TableRow.LIST, TableRow.READ)
    if reads and not any("*" in resource for resource in weighed.row.resources):
        yield -1, "it only reads one named thing"


def _by_who(weighed: Weighed, setting: GrantContext, one: ExternalPrincipal) -> Iterable[Step]:
    if _is_external_access(weighed, setting, one):
        another = one.who is PrincipalExposure.ORGANIZATION
        why = "another organisation than was let in" if another else f"{one.words}, which no condition ties"
        yield max(_HIGH - weighed.rank, 1), why
    elif one.who in _FROM_OUTSIDE:
        yield 1, one.words
    elif _hands_over(weighed, setting, one):
        yield 1, f"account {one.account} as a whole, which is not the resource's and says who else comes in"
    if setting.trust:
        yield from _by_trust(weighed, setting, one)
    elif one.who is PrincipalExposure.SERVICE:
        yield from _by_source(weighed.row, setting)


def _by_trust(weighed: Weighed, setting: GrantContext, one: ExternalPrincipal) -> Iterable[Step]:
    yield from _by_worth(weighed, setting, one, outside=one.who in _FROM_OUTSIDE)
    if one.who in _BY_NAME:
        yield from ((1, words) for words in subject_news(weighed.row, setting.subjects, setting.owners))
    if _makes_usable(weighed, setting, one):
        yield -1, _USABLE if setting.new_principal else "only AWS itself can use it"


def _by_signature(weighed: Weighed, one: ExternalPrincipal) -> Iterable[Step]:
    """Whom only the network keeps out, where whoever is in it may call without any credentials."""
    if one.who is PrincipalExposure.NARROWED and any(name.lower() in _UNSIGNED for name in weighed.actions):
        yield 1, "nobody there has to sign in"


def _by_own_policies(weighed: Weighed) -> Iterable[Step]:
    """Where the lake leaves it to IAM whom it lets in: what is new there asks nobody else."""
    if any(one.name == _ALL_OF_IAM for one in weighed.row.principals):
        yield 1, "everybody of the account whose own policies allow it"


_ALL_OF_IAM = "IAM_ALLOWED_PRINCIPALS"
_UNSIGNED = frozenset(("vpc-lattice-svcs:invoke",))


def _is_external_access(weighed: Weighed, setting: GrantContext, one: ExternalPrincipal) -> bool:
    """Whether a resource gives another account more than metadata, and no condition says more of who or for whom.

    IAM User Guide, "What is IAM Access Analyzer?": what it reports as external access to resources.
    """
    if setting.trust or weighed.kind is TableRow.LIST:
        return False
    if one.who is PrincipalExposure.ORGANIZATION:
        return setting.another_organization and not all(map(is_for_own_people, weighed.actions))
    if one.who is not PrincipalExposure.EXTERNAL:
        return False
    if setting.let_in_before or all(map(is_for_own_people, weighed.actions)):
        return False
    return not any(_limiting(weighed, one))


def _hands_over(weighed: Weighed, setting: GrantContext, one: ExternalPrincipal) -> bool:
    """Whether all of another account of one's own may write the policy of a resource, and so let in whom it likes."""
    if one.who is not PrincipalExposure.INSIDE or weighed.kind is not TableRow.PERMISSIONS or setting.let_in_before:
        return False
    whole = any(whole_account(it.name) == one.account for it in weighed.row.principals)
    away = _is_another(one.account, setting.home) and not setting.trust
    return away and whole and any(map(_WRITES_POLICY.search, weighed.actions))


def _is_another(account: str, home: frozenset[str]) -> bool:
    """Whether a number is of none of the accounts in one of which something is, if all of them are known."""
    return account.isdigit() and bool(home) and all(one.isdigit() and one != account for one in home)


_WRITES_POLICY = late_pattern(
    r"\b(?:(?:put|set|add|create|update)\w*(?:policy|permission)|set(?:queue|topic)attributes|putbucketacl)",
    re.IGNORECASE,
)


def _by_worth(weighed: Weighed, setting: GrantContext, one: ExternalPrincipal, *, outside: bool) -> Iterable[Step]:
    """What the role may do: all that a role gains can only raise it. Strangers under a condition stay strangers."""
    if not (outside or one.who in _BY_NAME) or setting.worth in _NO_STEP:
        return
    restrained = one.who is PrincipalExposure.EXTERNAL and any(_limiting(weighed, one))
    if setting.worth > RoleWorth.GIVEN or not restrained:
        yield 1 if setting.worth > RoleWorth.GIVEN else -1, _WORTH_WORDS[setting.worth]


_USABLE = "this is what makes the role usable at all"


def _by_source(row: Row, setting: GrantContext) -> Iterable[Step]:
    if not setting.on_resource or says_for_whom(row.conditions):
        return
    yield 1, "the service may act for anyone (no aws:SourceArn or aws:SourceAccount)"
    if setting.source_lost:
        yield 1, "it was said before for whom it acts"


def _makes_usable(weighed: Weighed, setting: GrantContext, one: ExternalPrincipal) -> bool:
    """Whether it is no more than what a role needs to be one; any branch or pull request of a repository is more."""
    own = one.who in (PrincipalExposure.INSIDE, PrincipalExposure.SUBJECT) and not setting.role_unread
    open_or_strange = opens_repository(weighed.row) or lets_in_stranger(weighed.row, setting.owners)
    one_place = one.who is not PrincipalExposure.SUBJECT or not open_or_strange
    return one.who is PrincipalExposure.SERVICE or (setting.new_principal and own and one_place)


def _by_content(weighed: Weighed, setting: GrantContext, one: ExternalPrincipal) -> Iterable[Step]:
    if weighed.kind > TableRow.LIST and _sensitive(weighed.row, setting):
        yield 1, "a sensitive resource"
    several = weighed.width in (ResourceScope.PREFIX, ResourceScope.TYPE) and not is_under_own_path(weighed.resource)
    if several and weighed.kind is TableRow.READ and any(name.lower() in _SECRETS for name in weighed.actions):
        yield 1, "secrets, and whatever else is called so"
    elif _is_told_secret(weighed, setting, one):
        yield 1, "a secret's value, which nobody takes back"
    elif weighed.width is ResourceScope.PREFIX and any(name.lower() == _SHARES_SECRETS for name in weighed.actions):
        yield 1, "who may read secrets, and whatever else is called so"
    named = weighed.width is ResourceScope.NAMED and assumes_administrator(weighed.actions, weighed.resource)
    few = weighed.width <= ResourceScope.PREFIX and passes_administrator(weighed.actions, weighed.resource)
    if named or few:
        yield 1, f"it administers {whose_account(weighed.resource)} by AWS's own set-up"
    if weighed.kind in (TableRow.READ, TableRow.WRITE, TableRow.PERMISSIONS) and _is_state(weighed, setting):
        decides = weighed.kind is TableRow.WRITE and _is_whole_bucket(weighed.resource)
        yield (2, "all of Terraform's state, which decides what the next run makes") if decides else (1, _STATE_HOLDS)


def _is_told_secret(weighed: Weighed, setting: GrantContext, one: ExternalPrincipal) -> bool:
    """Whether it is a secret's value for somebody from outside, of whom no more was said already."""
    outside = one.who in _FROM_OUTSIDE and not _is_external_access(weighed, setting, one)
    return outside and any(name.lower() in _VALUES for name in weighed.actions)


def _by_factor(weighed: Weighed, setting: GrantContext) -> Iterable[Step]:
    """What nobody could do without a second factor, and whoever has a stolen key now can."""
    if setting.second_factor is SecondFactor.NONE:
        return
    if weighed.rank < _HIGH and any(name.lower() in SWITCHES_OFF for name in weighed.actions):
        yield _HIGH - weighed.rank, "it replaces the second factor, and asks for none"
    elif setting.second_factor is SecondFactor.ALL and weighed.rank == _MEDIUM:
        yield 1, "a second factor was asked for, as for nearly everything"


def _by_way(weighed: Weighed, setting: GrantContext) -> Iterable[Step]:
    """What was possible by one way only, and is without it: through a service, or from within a network.

    Who was kept within a network with nearly everything can be stolen the credentials of, from now on.
    """
    secrets = any(name.lower() in _SECRETS for name in weighed.actions)
    if setting.network_lost and weighed.rank < _HIGH and (secrets or weighed.rank == _MEDIUM):
        yield _HIGH - weighed.rank, "it was possible from within a network only, as nearly everything"
    elif setting.way_lost and weighed.rank < _MEDIUM and secrets:
        yield _MEDIUM - weighed.rank, f"it was possible {setting.way_lost} only"


def _is_state(weighed: Weighed, setting: GrantContext) -> bool:
    name = setting.holder if setting.on_resource else weighed.resource
    in_s3 = any(action == "*" or action.lower().startswith("s3:") for action in weighed.actions)
    return in_s3 and _STATE.search(_READ_FROM_STATE.sub("", name)) is not None


def _is_whole_bucket(resource: str) -> bool:
    arn = Arn.parse(resource)
    return arn is None or arn.resource.partition("/")[2] == "*"


def _is_lifted_for_most(setting: GrantContext, conditions: Sequence[ConditionView]) -> bool:
    """Whether a resource's Deny no longer stops most of those whom it stopped, however they come."""
    if not setting.limits or not setting.on_resource or setting.let_in_before:
        return False
    return not conditions or any(map(is_of_most_people, conditions))


def _by_limits(weighed: Weighed, setting: GrantContext, one: ExternalPrincipal) -> Iterable[Step]:
    if one.who in _LIMITED and not _is_lifted_for_most(setting, weighed.row.conditions):
        own = setting.itself if one.who is PrincipalExposure.HOLDER and not setting.limits else None
        besides = FACTOR_KEYS if setting.trust and setting.worth > RoleWorth.GIVEN else frozenset[str]()
        yield from ((-1, f"limited by {key}") for key in _limiting(weighed, one, own, besides))


def _limiting(
    weighed: Weighed,
    one: ExternalPrincipal,
    own: tuple[str, ...] | None = None,
    besides: frozenset[str] = frozenset(),
) -> Iterable[str]:
    """The first condition that limits it, by its key; who of another account is let in is no limit of what it is.

    `own` are the ARNs of the holder of an identity policy, of whom no condition says anything new. `besides` are keys
    that do not count: whoever is let in to what weighs most has a second factor, and may do as much with it.
    """
    known = NAMING_KEYS if one.who is PrincipalExposure.EXTERNAL else frozenset()
    if one.who is PrincipalExposure.INSIDE:
        known = ACCOUNT_KEYS
    found = (it for it in weighed.row.conditions if (limits(it) if own is None else limits_holder(it, own)))
    return tuple(it.key for it in found if it.key.lower() not in known | besides)[:1]


def _sensitive(row: Row, setting: GrantContext) -> bool:
    names = (setting.holder,) if setting.on_resource else row.resources
    return any(fnmatchcase(name, glob) or fnmatchcase(glob, name) for name in names for glob in setting.sensitive)
