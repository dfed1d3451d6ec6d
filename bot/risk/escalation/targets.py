"""What the lines of a path are about for one principal, as requirements: itself, somebody else, a thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.evaluated.document import Symbol, Text, text
from bot.frozen import dataclass
from bot.iam.policy_subject import Group, PermissionSet, PolicySubject, Role, UnattachedPolicy, UnreadModule, User
from bot.iam.statement import Condition
from bot.risk.escalation.code_places import KINDS
from bot.risk.escalation.effective_permissions import (
    EffectivePermissions,
    NeededRequests,
    allows_everything,
    joined,
    text_of,
)
from bot.risk.escalation.iam_graph import WORKLOADS, RootGraph
from bot.risk.escalation.paths import EscalationPath
from bot.risk.escalation.paths import Requirement as Need

_SET = "arn:*:sso:::permissionSet/"
_ARN = {
    "user": "arn:*:iam::*:user/",
    "role": "arn:*:iam::*:role/",
    "group": "arn:*:iam::*:group/",
    "permission_set": _SET,
}
_POLICY = "arn:*:iam::*:policy/"
_AWS_POLICIES = (text("arn:*:iam::aws:policy/*"),)
_STRONG_POLICIES = tuple(
    text(f"arn:aws:iam::aws:policy/{name}") for name in ("AdministratorAccess", "IAMFullAccess", "PowerUserAccess")
)
_ATTACHING = ("iam:attachuserpolicy", "iam:attachrolepolicy", "iam:attachgrouppolicy")
_UNBOUNDED = ("iam:attachuserpolicy", "iam:attachrolepolicy", "iam:putuserpolicy", "iam:putrolepolicy")
_BOUNDING = ("iam:putrolepermissionsboundary", "iam:putuserpermissionsboundary")
_CREATING = ("iam:createrole", "iam:createuser")
_VARIABLE = "${aws:username}"


@dataclass(frozen=True, slots=True)
class Subject:
    """The principal whose ways up are looked for; `accounts` are those known to be ours."""

    holder: PolicySubject
    root: RootGraph
    whole: EffectivePermissions
    accounts: frozenset[str]

    @property
    def kind(self) -> str:
        """The kind of principal as the table calls it; a policy or module may be anybody's."""
        match self.holder:
            case UnattachedPolicy():
                return ""
            case UnreadModule():
                return Role.kind
        return self.holder.kind

    def requirement(self, action: str, need: Need, path: EscalationPath) -> NeededRequests:
        """What an action of a line must be allowed on; lines that say "same" are not asked here."""
        resources, outside = self._what(need.on)
        conditions = tuple(self.conditions(action, path))
        return NeededRequests(action, tuple(resources), tuple(outside), conditions, tuple(self._in_view(need.on)))

    def conditions(self, action: str, path: EscalationPath) -> Iterator[Condition]:
        """What is true of the request that the path needs."""
        lowered = action.lower()
        if lowered == "iam:passrole" and path.service:
            yield Condition("StringEquals", "iam:PassedToService", (text(path.service),))
        if lowered in _ATTACHING:
            yield Condition("ArnEquals", "iam:PolicyARN", _STRONG_POLICIES)
        if lowered in _BOUNDING or (lowered in (*_UNBOUNDED, *_CREATING) and not path.bounded):
            yield Condition("ArnLikeIfExists", "iam:PermissionsBoundary", self.boundless())

    def _what(self, on: str) -> tuple[Iterable[Text], Iterable[Text]]:
        match on:
            case "" | "same":
                return (text("*"),), ()
            case "itself":
                return self.itself(), ()
            case "its group":
                return self.its_groups(), ()
            case "its policy":
                return self.its_policies(), _AWS_POLICIES
            case "its permission set":
                return self.its_permission_set(), ()
            case "a role" | "a user" | "a group":
                kind = on.removeprefix("a ")
                return (text(f"{_ARN[kind]}*"),), self._own(kind)
        if on in KINDS:
            return tuple(text_of(arn) for one in self.root.things if one.type == on for arn in one.code), ()
        return (text(f"{WORKLOADS[on]}*" if on in WORKLOADS else on),), ()

    def itself(self) -> tuple[Text, ...]:
        """The principal's own ARN in every way it may be written."""
        match self.holder:
            case User():
                return (*self.arns(self.holder), *_named_by_variable())
            case Role():
                return self.arns(self.holder)
            case Group():
                members = (arn for one in self.root.members_of(self.holder) for arn in self.arns(one))
                return (*members, *_named_by_variable(), _somebody("user"))
        return (_somebody("role"), _somebody("user"))

    def its_groups(self) -> tuple[Text, ...]:
        """The groups it is in, and one that is not in view."""
        if isinstance(self.holder, Group):
            return self.arns(self.holder)
        own = (arn for group in self.root.groups_of(self.holder) for arn in self.arns(group))
        return (*own, _somebody("group"))

    def its_policies(self) -> tuple[Text, ...]:
        """The customer policies that count for it, and one that is not in view."""
        node = self.root.principals.get(self.holder.address)
        held = dict.fromkeys(grant.policy for grant in node.grants) if node else {}
        own = [self.holder.address] if isinstance(self.holder, UnattachedPolicy) else list(held)
        symbols = (Text((Symbol(f"{address}.arn"),)) for address in own if "aws_iam_policy." in address)
        named = (joined(_POLICY, self.root.tails[address]) for address in own if address in self.root.tails)
        return (*symbols, *named, joined(_POLICY, Symbol("one of its policies")))

    def boundless(self) -> tuple[Text, ...]:
        """Policies that hold nothing back as a boundary: one of them is as good as none."""
        own = [one for one in self.root.administering if one in self.root.tails]
        symbols = (Text((Symbol(f"{address}.arn"),)) for address in own)
        named = (joined(_POLICY, self.root.tails[address]) for address in own)
        return (text("arn:*:iam::aws:policy/AdministratorAccess"), *symbols, *named)

    def its_permission_set(self) -> tuple[Text, ...]:
        """The permission set it is, or one that it may be given."""
        own = joined(_SET, Symbol("its permission set"))
        if isinstance(self.holder, PermissionSet):
            return (Text((Symbol(f"{self.holder.address}.arn"),)), own)
        return (own,)

    def arns(self, holder: PolicySubject) -> tuple[Text, ...]:
        """A principal's ARN as a symbol and as text."""
        tail = self.root.tails.get(holder.address) or text_of(holder.name)
        return (Text((Symbol(f"{holder.address}.arn"),)), joined(_ARN[holder.kind], tail))

    def _in_view(self, on: str) -> Iterator[Symbol]:
        """The symbols of what a line may be about, besides itself: for "a role" the roles of the root."""
        kind = on.removeprefix("a ")
        others = (one.holder for one in self.root.principals.values() if kind != on and one.holder != self.holder)
        yield from (Symbol(f"{one.address}.arn") for one in others if one.kind == kind)
        yield from (Symbol(f"{one.address}.arn") for one in self.root.things if one.type == on and not one.code)

    def _own(self, kind: str) -> Iterator[Text]:
        """What of that kind is no gain: itself, and the groups it is in."""
        if self.holder.kind == kind and kind in _ARN:
            yield from self.arns(self.holder)
        if kind == "user":
            yield from _named_by_variable()
        if kind == "group" and isinstance(self.holder, User):
            for group in self.root.groups_of(self.holder):
                yield from self.arns(group)


def _named_by_variable() -> tuple[Text, ...]:
    return (text(f"{_ARN['user']}{_VARIABLE}"), text(f"{_ARN['user']}*/{_VARIABLE}"))


def _somebody(kind: str) -> Text:
    """An ARN that only a pattern of all names matches."""
    return joined(_ARN[kind], Symbol(f"its {kind}"))


def is_bounded(holdings: EffectivePermissions, *, hidden: bool) -> bool:
    """Whether a boundary keeps a principal from having what it gives itself; `hidden` is one that nobody can see."""
    return hidden or any(not all(map(allows_everything, limit)) for limit in holdings.whole.limits)
