"""How a gained row stands in the world: what holds it, and what is known of its surroundings."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from bot.access_diff.delta import Row
from bot.evaluated.config import RootKind
from bot.evaluated.named_things import NamedThing
from bot.evaluated.thing import Replacement
from bot.frozen import dataclass
from bot.iam.policy_subject import PolicySubject, Role
from bot.risk.lifted_factor import SecondFactor
from bot.risk.subject_news import RepositoryOwner


class RoleWorth(enum.IntEnum):
    """What the role of a trust policy may do at head: what is handed to whom it lets in.

    Of a role that is UNSEEN no policy is in view; one that is BARE is made here, and nothing here gives it rights.
    They weigh like one that lists: a policy more never weighs less. Of one that is UNREAD there is something, and none
    of it could be read: it weighs like an ordinary one.
    So does one that is GIVEN rights by another root, or by what lets it in by its name: findings of their own.
    """

    BARE = 0
    UNSEEN = 1
    LISTS = 2
    UNREAD = 3
    ORDINARY = 4
    GIVEN = 5
    CRITICAL = 6
    ADMINISTERS = 7


@dataclass(frozen=True, slots=True)
class GrantContext:
    """How a row stands in the world: what holds it, and what the rules say of its surroundings.

    `on_resource`: a resource or trust policy, whose resources are the holder itself. `unattached`: attached
    to nothing this repository shows. `disabled_by_default`: kept out today by a variable's default.
    `new_principal`: the holder is new, so that its being usable is no news.
    `worth`: what the role of a trust policy may do; ORDINARY also where not all of it is known. `subjects` are those of
    an identity provider that a trust let in at base, `owners` whose repositories are no strangers'.
    `role_unread`: not all that the role of a trust may do could be read.
    `let_in_before`: only a Deny is lifted that says how a request has to come, of those who were let in.
    `source_lost`: a service had the access before for the sake of one that was named. `way_lost`: how alone who has it
    came by it before, "through a service". `network_lost`: nearly everything was forbidden from outside a network.
    `another_organization`: one is let in beside another, or in its place.
    `limits`: a policy that gives nothing by itself and only limits what others give. `execution`: the
    AWS-managed policy for execution roles that the row comes from (`bot.risk.execution`), of `only_pods` if not of
    services. `unseen_rights`: a limit is gone, and what its holder may do without it is not in view. `second_factor`:
    what was forbidden without one, before a Deny was lifted.
    `itself`: the role's own ARN, as a symbol and as a glob. `replaced` are addresses of its
    root that bear another thing than before, `variants` the names of the root's variants that it is said of.
    `root_kind` says whether its root is applied. `named` is what its root looks up by name.
    `foreign_accounts` are expressions that name accounts which are not known to be ours, `home` the accounts in one of
    which the holder is made, as far as its provider says it. `taken` is what the same change takes away for it.
    `entered`: it is come to by commands in what runs as the holder, which a policy besides has to allow.
    `guests`: whoever asks for it acts as the holder, without signing in.
    """

    on_resource: bool = False
    trust: bool = False
    unattached: bool = False
    disabled_by_default: bool = False
    new_principal: bool = False
    limits: bool = False
    worth: RoleWorth = RoleWorth.ORDINARY
    role_unread: bool = False
    subjects: tuple[str, ...] = ()
    owners: frozenset[RepositoryOwner] = frozenset()
    execution: str = ""
    only_pods: bool = False
    unseen_rights: bool = False
    second_factor: SecondFactor = SecondFactor.NONE
    let_in_before: bool = False
    source_lost: bool = False
    way_lost: str = ""
    network_lost: bool = False
    another_organization: bool = False
    holder: str = ""
    itself: tuple[str, ...] = ()
    own_accounts: frozenset[str] = frozenset()
    foreign_accounts: frozenset[str] = frozenset()
    home: frozenset[str] = frozenset()
    sensitive: tuple[str, ...] = ()
    replaced: tuple[Replacement, ...] = ()
    variants: tuple[str, ...] = ()
    named: tuple[NamedThing, ...] = ()
    root_kind: RootKind = "root"
    taken: Row | None = None
    entered: bool = False
    guests: bool = False


def own_arns(holder: PolicySubject | None) -> tuple[str, ...]:
    """A role's own ARN, as a symbol and as a glob; none of anything else."""
    if not isinstance(holder, Role):
        return ()
    named = (f"arn:*:iam::*:role/{holder.name}",) if holder.name else ()
    return (f"${{{holder.address}.arn}}", *named)


def passes_itself(actions: Iterable[str], resources: Iterable[str], itself: Sequence[str]) -> bool:
    """Whether a role may pass nothing but itself, of which `itself` are the ARNs: what runs as it has its rights."""
    own = all(one in itself or any(fnmatchcase(one, glob) for glob in itself[1:]) for one in resources)
    return bool(itself) and own and {action.lower() for action in actions} == {"iam:passrole"}
