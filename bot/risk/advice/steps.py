"""The steps that an advice is made of: each narrows what is granted, or says that nothing narrower can be written."""

from __future__ import annotations

import enum
from collections.abc import Callable

from bot.frozen import dataclass
from bot.risk.advice.advice_table import Noun


class Limit(enum.Enum):
    """What kept access away, or lets it through."""

    BOUNDARY = "the permissions boundary"
    ENDPOINT = "the endpoint's policy"
    CONTROL_POLICY = "the control policy"
    SESSION = "the policy that limits the sessions"
    DENY = "the Deny"
    FACTOR = "the Deny of what is asked without MFA"
    PUBLIC_ACCESS_BLOCK = "the public access block"
    OTHER = "the limit"


@dataclass(frozen=True, slots=True)
class Fixed:
    """A sentence that is right whatever the grant is: of rules about one thing only. Without its full stop."""

    says: str


@dataclass(frozen=True, slots=True)
class OwnPolicy:
    """A policy of one's own in place of an AWS-managed one, which nobody can narrow.

    `of_service`: AWS made it for the role of a service, `service` if that is one, or of `pods` (their service account).
    `everything`: it is of all actions.
    `other` is the policy that AWS tells to attach in its place, "" for one of one's own; None: it tells nothing.
    """

    managed: str
    of_service: bool = False
    everything: bool = False
    service: str = ""
    pods: str = ""
    other: str | None = None


@dataclass(frozen=True, slots=True)
class ListActions:
    """The actions by name in place of patterns of them."""

    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameResources:
    """The resources that the actions `needs` act on, by name; `unscoped` are those beside them that know none.

    `instead` are the patterns in whose place they are named; none for `*` and whole types. `tag` if a tag does as well.
    """

    nouns: tuple[Noun, ...]
    use: str
    needs: tuple[str, ...]
    unscoped: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    tag: bool = False


@dataclass(frozen=True, slots=True)
class SplitByService:
    """A statement for each of many services, each with its own resources."""

    services: int


@dataclass(frozen=True, slots=True)
class Require:
    """A condition on `key`, which every one of `needs` knows; `says` completes "require ..."."""

    key: str
    says: str
    needs: tuple[str, ...]
    of_all: bool = True


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """Of actions on what is named already those that delete it or what is in it, beside others that do not.

    `ends` if they only end what runs.
    """

    actions: tuple[str, ...]
    ends: bool = False


@dataclass(frozen=True, slots=True)
class NameCallers:
    """The roles or accounts that need it in place of `whom`, in words; of what: a role, or a resource by its noun."""

    whom: str
    noun: str


@dataclass(frozen=True, slots=True)
class NameRoleOf:
    """The one role of an account in place of all of it; `outside` if nothing says that the account is one's own.

    `more` is of how many other accounts all are let in too.
    `external_id` if it should be asked for; `asked` if it is, in full: whose account it is then names no one role.
    """

    account: str
    outside: bool
    external_id: bool = False
    asked: bool = False
    more: int = 0


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """A role of another account is named: the account is one's own, and listed, or a third party's.

    `more` is of how many other accounts roles are named too.
    """

    account: str
    external_id: bool = False
    more: int = 0


@dataclass(frozen=True, slots=True)
class SayWho:
    """Who an expression stands for that only variables without a value make, as printed."""

    who: str
    external_id: bool = False


@dataclass(frozen=True, slots=True)
class SourceOf:
    """aws:SourceArn or aws:SourceAccount, of what a service acts for; `noun` is what that is, "" if it is not known.

    `of_account` if the account is asked for already.
    """

    service: str
    noun: str
    has_account: bool = True
    by_argument: bool = False
    of_account: bool = False


@dataclass(frozen=True, slots=True)
class WholeValue:
    """A condition's value with the account or organisation written in full, in place of a wildcard."""

    key: str


class Way(enum.Enum):
    """How somebody becomes more than they were."""

    TRUSTED = "a role that trusts them"
    PASSED = "a role that a service gets"
    RUNS = "a thing that runs as a role"
    REWRITTEN = "rights, a trust or a credential of somebody that they may change"


@dataclass(frozen=True, slots=True)
class BreakWay:
    """One of the actions of a way up away, or what it is used `on` no stronger than who has it.

    `on` is the first such thing, `among` others if the statement names more. `nouns` are what the first action acts on
    where it is not named; `who` has the way, if the one that gains has not. `service` gets a role that is passed,
    `bounded` are those, in words, whom a permissions boundary would keep from becoming more: "" if it could not.
    """

    way: Way
    actions: tuple[str, ...]
    on: str = ""
    nouns: tuple[Noun, ...] = ()
    use: str = ""
    who: str = ""
    service: str = ""
    bounded: str = ""
    among: bool = False


@dataclass(frozen=True, slots=True)
class LeaveTo:
    """Actions, on what is named already, by which one decides who may do what: whoever else could use them.

    `bounded` are those, in words, whose rights they change and whom a permissions boundary can hold, if any.
    """

    actions: tuple[str, ...]
    bounded: str = ""


class Subjects(enum.Enum):
    """What an identity provider's subjects are."""

    GITHUB = "github"
    GITLAB = "gitlab"
    SERVICE_ACCOUNT = "service account"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class NameSubject:
    """The one subject, in place of `instead` (none where the token's sub is not asked for)."""

    kind: Subjects
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NameAudience:
    """The audience of a token, which is not asked for."""


@dataclass(frozen=True, slots=True)
class WriteOut:
    """Who is let in, by name, in place of an expression without a value here; `external_id` if a trust asks none."""

    value: str
    external_id: bool = False


@dataclass(frozen=True, slots=True)
class PutBack:
    """A condition that is gone, with its values; `by` are keys that are asked for in its place."""

    key: str
    values: tuple[str, ...]
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewValues:
    """Values of a condition that were not there before; `was` are those in whose place they are."""

    key: str
    values: tuple[str, ...]
    was: tuple[str, ...] = ()
    wider: bool = False


@dataclass(frozen=True, slots=True)
class KeepLimit:
    """What kept the access away stays, but for what is needed of these actions on these things.

    `wider` if it is still there and lets them through, under a condition `by` some keys.
    """

    limit: Limit
    actions: tuple[str, ...]
    resources: tuple[str, ...] = ()
    wider: bool = False
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WriteLimit:
    """A policy that only limits lets through no more than what is needed: of `actions`, or of `everything`."""

    limit: Limit
    actions: tuple[str, ...]
    everything: bool


@dataclass(frozen=True, slots=True)
class AsNarrow:
    """Nothing narrower can be written, and why: `actions` on so many `things` of `nouns`, named already.

    Without nouns they know no resource. `unnamed`: a condition, one of `by`, stands for the name. `callers` are let in
    by the policy of one thing (`of`), each by name; without any, a condition says who is. `prefixes`: what is named is
    all under prefixes of buckets. `ahead`: they know resources, which nobody can name ahead.
    """

    actions: tuple[str, ...]
    nouns: tuple[Noun, ...] = ()
    things: int = 1
    unnamed: bool = False
    by: tuple[str, ...] = ()
    callers: tuple[str, ...] = ()
    of: str = ""
    prefixes: bool = False
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class OnlyDescribes:
    """Actions that list and read metadata of many types of things, which nobody names one by one."""


@dataclass(frozen=True, slots=True)
class PassesItself:
    """A role that may pass nothing but itself, which no service asks of it."""


@dataclass(frozen=True, slots=True)
class InUse:
    """An AWS-managed policy that AWS made for just such a role."""

    managed: str


@dataclass(frozen=True, slots=True)
class PrefixOf:
    """A prefix in place of all that is in one bucket."""

    resource: str
    use: str


@dataclass(frozen=True, slots=True)
class ValidateValue:
    """What may be set for a variable without a value, which names the resource."""

    value: str
    noun: Noun


@dataclass(frozen=True, slots=True)
class NameInTrust:
    """The other half of a role to be assumed: its own trust policy."""

    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhoPasses:
    """Who may give a service the role, which is what decides who can use it."""

    service: str


@dataclass(frozen=True, slots=True)
class BySecondFactor:
    """A second factor of a user who may become a role."""

    user: str


@dataclass(frozen=True, slots=True)
class ProtectSubject:
    """Who can get a token of one subject is decided where its tokens come from."""

    value: str


Step = (
    Fixed
    | OwnPolicy
    | ListActions
    | NameResources
    | SplitByService
    | Require
    | LeaveOut
    | NameCallers
    | NameRoleOf
    | KnownAccount
    | SayWho
    | SourceOf
    | WholeValue
    | BreakWay
    | LeaveTo
    | NameSubject
    | NameAudience
    | WriteOut
    | PutBack
    | NewValues
    | KeepLimit
    | WriteLimit
    | AsNarrow
    | OnlyDescribes
    | PassesItself
    | InUse
    | PrefixOf
    | ValidateValue
    | NameInTrust
    | WhoPasses
    | BySecondFactor
    | ProtectSubject
)

Advice = tuple[Step, ...]
"""One sentence or two; the first step leads."""


def always(says: str) -> Callable[[object], Advice]:
    """The advice of a rule that is about one thing only."""
    return lambda _: (Fixed(says),)
