"""Holders: whose policies are compared, each kind with what it has.

All have a `root` (the root's directory, plus variant), an `address` (Terraform's, without the root), a `name` (AWS's,
symbolic where unknown) and a `kind`, the slug that stored reviews and the JSON contract know it by.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import field
from typing import ClassVar, Self

from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class NamedSubject:
    """What every holder has that is more than an attribute of another one.

    `called` is how people know it where the name does not say that: it tells no two apart.
    """

    kind: ClassVar[str]
    root: str
    address: str
    name: str
    called: str = field(default="", compare=False)

    def at(self, address: str) -> Self:
        """The same under another address."""
        return dataclasses.replace(self, address=address)

    @property
    def trust(self) -> RoleTrust:
        """The trust policy of the role that it is, or that it makes."""
        return RoleTrust(Role(self.root, self.address, self.name, self.called))


@dataclass(frozen=True, slots=True)
class Role(NamedSubject):
    """A role, by what its own policies give it."""

    kind = "role"


@dataclass(frozen=True, slots=True)
class User(NamedSubject):
    """A user of IAM or of Identity Center."""

    kind = "user"


@dataclass(frozen=True, slots=True)
class Group(NamedSubject):
    """A group of users, or what gives its policies to whoever is in it: a session policy, a thing group."""

    kind = "group"


@dataclass(frozen=True, slots=True)
class PermissionSet(NamedSubject):
    """A permission set of Identity Center."""

    kind = "permission_set"


@dataclass(frozen=True, slots=True)
class Resource(NamedSubject):
    """A resource, by what its policy lets others do with it."""

    kind = "resource"


@dataclass(frozen=True, slots=True)
class RoleTrust:
    """The trust policy of a role: who may become the role. Address and name are the role's."""

    kind: ClassVar[str] = "trust"
    role: Role

    @property
    def root(self) -> str:
        """The role's root."""
        return self.role.root

    @property
    def address(self) -> str:
        """The role's address."""
        return self.role.address

    @property
    def name(self) -> str:
        """The role's name."""
        return self.role.name

    @property
    def called(self) -> str:
        """How people know the role where its name does not say that."""
        return self.role.called

    def at(self, address: str) -> RoleTrust:
        """The trust of the same role under another address."""
        return RoleTrust(self.role.at(address))


@dataclass(frozen=True, slots=True)
class UnattachedPolicy(NamedSubject):
    """A policy attached to nothing known, held by whoever will get it."""

    kind = "policy"


@dataclass(frozen=True, slots=True)
class UnreadModule(NamedSubject):
    """The one role or user that a module makes into which nobody here could look; `address` is the call's.

    Of a module that makes a role for tasks and another one to start them, `part` is which, and behind the address.
    """

    kind = "module"
    part: str = field(default="", compare=False)

    @property
    def call(self) -> str:
        """The address of the call."""
        return self.address.removesuffix(f".{self.part}") if self.part else self.address


@dataclass(frozen=True, slots=True)
class Runner(NamedSubject):
    """What comes to a role by running as it, at the beginning of a path; `address` and `name` say what it is.

    Fingerprints that are stored know it by the kind of a module.
    """

    kind = "module"


@dataclass(frozen=True, slots=True)
class Organization(NamedSubject):
    """An organization's control policy, or it on one of its targets: what it lets through for whole accounts."""

    kind = "organization"


Principal = Role | User | Group | PermissionSet
LettingIn = Resource | RoleTrust
"""What others are let into by its policy."""

PolicySubject = Principal | LettingIn | UnattachedPolicy | UnreadModule | Runner | Organization

_NAMED: Mapping[str, type[Principal | Resource | UnattachedPolicy | UnreadModule | Organization]] = {
    one.kind: one for one in (Role, User, Group, PermissionSet, Resource, UnattachedPolicy, UnreadModule, Organization)
}


def subject_of(kind: str, root: str, address: str, name: str) -> PolicySubject:
    """The holder that a stored proof speaks of; ValueError if there is no such kind."""
    if kind == RoleTrust.kind:
        return RoleTrust(Role(root, address, name))
    if kind not in _NAMED:
        raise ValueError(f"no kind of holder: {kind}")
    return _NAMED[kind](root, address, name)
