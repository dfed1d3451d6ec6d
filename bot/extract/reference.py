"""Finds which resource of the root an argument means: by symbol, by name, by ARN, or by the way the value came."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from itertools import chain
from typing import TypeVar

from bot.evaluated.address import block_of, caller_of, module_of
from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.diagnostic import StepKind
from bot.evaluated.document import Symbol, Text
from bot.evaluated.value import Value
from bot.extract.argument_reading import argument, known, present, string
from bot.extract.choices import Guards, outcomes
from bot.iam.arn import is_arn
from bot.iam.policy_subject import NamedSubject, Principal, Role, UnreadModule, User
from bot.late_pattern import late_pattern
from bot.resource_types.known import RESOURCE_TYPES

NamedT = TypeVar("NamedT", bound=NamedSubject)
PrincipalT = TypeVar("PrincipalT", bound=Principal)

KIND_OF_TYPE: Mapping[str, type[Principal]] = {
    name: row.principal for name, row in RESOURCE_TYPES.items() if row.principal is not None
}

NAMING = ("name", "bucket", "function_name", "domain_name", "repository", "repository_name", "id", "arn", "url")
"""Arguments and attributes by whose text another block may mean a resource."""

_ATTRIBUTE = late_pattern(r"\.[A-Za-z_][A-Za-z0-9_-]*(\[0\])?$")
_CONTENTS = (".value", ".insecure_value", ".secret_string", ".result")
"""Attributes that say what somebody put into a resource: they name something else."""

_OUTPUT = late_pattern(
    r"\A(?P<address>(?:.*\.)?module\.[^.\[]+(?:\[[^\]]*\])?)\."
    r"(?:this_)?(?:(?:iam|lambda)_?)?(?:(?:role|user)[_.])?(?:name|arn|id|unique_id)\Z"
)
"""What modules that make one role or user call it in their outputs."""

_POLICY_OUTPUT = late_pattern(
    r"\A(?P<address>(?:.*\.)?module\.[^.\[]+(?:\[[^\]]*\])?)\.(?:this_)?(?:iam_)?(?:policy_)?(?:arn|id)(?:\[0\])?\Z"
)
"""What modules that make one policy call it in their outputs."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class ResourceIndex:
    """The resources of one root, by address and by what they are called, and its providers by their names.

    One is itself and equal to no other, so that what is worked out of a root can be kept.
    """

    root: str
    by_address: Mapping[str, ResourceInstance]
    by_name: Mapping[tuple[str, str], tuple[ResourceInstance, ...]]
    by_block: Mapping[str, tuple[ResourceInstance, ...]] = field(default_factory=dict)
    providers: Mapping[str, ResourceInstance] = field(default_factory=dict)
    role_modules: Mapping[str, tuple[ResourceInstance, ...]] = field(default_factory=dict)

    def find(self, written: Text, types: Iterable[str] = (), scope: str = "") -> ResourceInstance | None:
        """The instance that `written` names, of one of `types` (any if empty); None if it is not in this root.

        `scope` is the address of the block that names it.
        """
        wanted = frozenset(types)
        symbol = (self._at(address, scope, wanted) for address in _of_symbol(written))
        there = (self._in(module, address, scope, wanted) for module, address in _by_trail(written, module_of(scope)))
        anywhere = (self._at(address, scope, wanted) for address in _addresses(written))
        found = next((one for one in chain(symbol, there, anywhere) if one is not None), None)
        return self._named(written, wanted) if found is None else found

    def module(self, written: Text, scope: str = "") -> ResourceInstance | None:
        """The call of an unread module whose one role or user `written` is: `${module.app.iam_role_name}`."""
        found = self._by_output(_OUTPUT, written, scope)
        return found if found is not None and found.mode == "module" else None

    def policy(self, written: Text, types: tuple[str, ...], scope: str) -> ResourceInstance | None:
        """The policy that an attachment at `scope` means, also one that is looked up, or only named, and made here or
        in another root, and the call of an unread module that makes it."""
        found = self.find(written, types, scope)
        if found is not None and found.mode == "data":
            found = self.made_here(found)
        if found is not None and found.mode == "managed":
            return found
        named = self.by_address.get(str(written))
        return named if named is not None and named.type in types else self.policy_module(written, scope)

    def made(self, written: Text, types: Iterable[str], scope: str) -> ResourceInstance | None:
        """What `written` names; of what is looked up the very block that makes it, if that is here."""
        found = self.find(written, types, scope)
        return (self.made_here(found) if found is not None and found.mode == "data" else None) or found

    def made_here(self, looked_up: ResourceInstance) -> ResourceInstance | None:
        """What a data source looks up by its name, if one of that name is made here, by the same providers."""
        name = string(argument(looked_up, "name"))
        made = () if name is None else self.by_name.get((looked_up.type, str(name)), ())
        same = [one for one in made if one.made_by.names == looked_up.made_by.names]
        return same[0] if len(made) == len(same) == 1 else None

    def policy_module(self, written: Text, scope: str = "") -> ResourceInstance | None:
        """The call of an unread module that makes policies and no role, whose policy `written` is."""
        found = self._by_output(_POLICY_OUTPUT, written, scope)
        return found if found is not None and makes_policy(found) else None

    def _by_output(self, output: re.Pattern[str], written: Text, scope: str) -> ResourceInstance | None:
        """The call of which `written` is an output that is called so, and nothing else."""
        named = None if written.symbol is None else output.match(written.symbol.reference)
        return None if named is None else self._at(named["address"], scope, frozenset())

    def role_module(self, written: Text, scope: str) -> ResourceInstance | None:
        """The one call of an unread module whose role is called so, by what it is given as the role's name.

        One by other providers than those of the block at `scope` may make it in another account.
        """
        found, block = self.role_modules.get(str(written), ()), self.by_address.get(scope)
        one = found[0] if len(found) == 1 else None
        by = set() if block is None else set(block.made_by.names)
        return one if one is not None and by and by <= set(one.made_by.names) else None

    def unlike(self, scope: str) -> str:
        """What follows a name at the block at that address, which is in another account than the other side's."""
        found = self.by_address.get(scope)
        return "" if found is None else found.unlike.suffix

    def _at(self, address: str, scope: str, wanted: frozenset[str]) -> ResourceInstance | None:
        ways = (self._in(module, address, scope, wanted) for module in dict.fromkeys(("", module_of(scope))))
        return next((found for found in ways if found is not None), None)

    def _in(self, module: str, address: str, scope: str, wanted: frozenset[str]) -> ResourceInstance | None:
        """What is called so in a module, if it is not what names it itself."""
        full = f"{module}.{address}" if module else address
        found = self.by_address.get(full)
        if found is None:
            same_block = self.by_block.get(block_of(full), ())
            found = same_block[0] if len(same_block) == 1 else None
        return found if found is not None and found.address != scope and (not wanted or found.type in wanted) else None

    def _named(self, written: Text, wanted: frozenset[str]) -> ResourceInstance | None:
        keys = dict.fromkeys((str(written), last_segment(written)))
        found = [one for kind in wanted for key in keys for one in self.by_name.get((kind, key), ())]
        distinct = list({one.address: one for one in found}.values())
        return distinct[0] if len(distinct) == 1 else None


def index(config: EvaluatedConfig, root: str, latent: Iterable[ResourceInstance] = ()) -> ResourceIndex:
    """Index the managed resources and data sources of one root, and those of `latent`."""
    by_address: dict[str, ResourceInstance] = {}
    by_name: dict[tuple[str, str], list[ResourceInstance]] = {}
    by_block: dict[str, list[ResourceInstance]] = {}
    for instance in (*config.resources, *_not_there(config, latent)):
        by_address[instance.address] = instance
        by_block.setdefault(block_of(instance.address), []).append(instance)
        if instance.mode != "managed":
            continue
        names = {str(name) for key in NAMING if (name := string(argument(instance, key))) is not None}
        for called in names:
            by_name.setdefault((instance.type, called), []).append(instance)
    by_address.update({instance.address: instance for instance in config.elsewhere})
    return ResourceIndex(
        root,
        by_address,
        {key: tuple(found) for key, found in by_name.items()},
        {key: tuple(found) for key, found in by_block.items()},
        {one.name: one for one in config.providers},
        _role_modules(config.resources),
    )


def _role_modules(resources: Iterable[ResourceInstance]) -> Mapping[str, tuple[ResourceInstance, ...]]:
    """The calls of unread modules that make one role, by what it is called."""
    found: dict[str, list[ResourceInstance]] = {}
    for instance in resources:
        role = _role_made(instance) if instance.mode == "module" else None
        if role is not None:
            found.setdefault(str(role), []).append(instance)
    return {name: tuple(calls) for name, calls in found.items()}


_MAKES = ("create", "create_role", "create_iam_role", "enabled")
"""The switches of modules that make roles, all on by default."""


def _role_made(call: ResourceInstance) -> Text | None:
    """How the one role that an unread module makes is called; None if nothing says it, or that it may make none."""
    switches = (value for name in _MAKES if (value := argument(call, name)) is not None)
    if any(known(value) != "true" for value in switches):
        return None
    of_role = "role" in call.type.partition("?")[0].rpartition("/")[2]
    return string(present(argument(call, "role_name", "iam_role_name", *(("name",) if of_role else ()))))


def _not_there(config: EvaluatedConfig, latent: Iterable[ResourceInstance]) -> Iterator[ResourceInstance]:
    """Those that are not there today, each once: the others are what some would be without a further default."""
    there = {one.address for one in config.resources}
    first = {one.address: one for one in reversed(tuple(latent)) if one.address not in there}
    return reversed(first.values())


_NAMING = ("name", "bucket", "function_name", "domain_name", "repository", "group_name", "user_name")
"""The arguments by which a block, or what a data source looks up, is called."""


def holder_of(instance: ResourceInstance, kind: type[NamedT], root: str) -> NamedT:
    """The holder that a resource block is; symbolic name if it has none."""
    written = string(argument(instance, *_NAMING))
    if written is None:
        unnamed = instance.address if instance.mode == "module" else str(Symbol(f"{instance.address}.name"))
        return kind(root, instance.address, unnamed)
    other = "" if instance.unlike.is_called(str(written)) else instance.unlike.suffix  # the name says it already
    return kind(root, instance.address, f"{written}{other}")


def principals(
    index_: ResourceIndex, kind: type[PrincipalT], value: Value | None, scope: str
) -> Iterator[tuple[Guards, PrincipalT | UnreadModule, Value]]:
    """The role, user, group or permission set that `value` names, once for each way its choices can go.

    What is given to one that is there only under undecided guards is in force under these alone.
    """
    if present(value) is None or value is None:
        return
    for guards, one in outcomes(value):
        written = string(present(one))
        if written is not None:
            holder = named_holder(index_, kind, written, scope)
            made = holder.call if isinstance(holder, UnreadModule) else holder.address
            yield (*guards, *_undecided(index_.by_address.get(made))), holder, one


def _undecided(block: ResourceInstance | None) -> Guards:
    return () if block is None else tuple(guard for guard in block.guards if not guard.disabled_by_default)


def named_holder(index_: ResourceIndex, kind: type[PrincipalT], written: Text, scope: str) -> PrincipalT | UnreadModule:
    """The principal called `written`; one defined elsewhere is known by its name alone."""
    types = [name for name, of_kind in KIND_OF_TYPE.items() if of_kind is kind]
    instance = index_.made(written, types, scope)
    if instance is not None:
        return holder_of(instance, kind, index_.root)
    module = index_.module(written, scope) if kind in (Role, User) else None
    module = index_.role_module(written, scope) if module is None and kind is Role else module
    if module is not None:
        return unread_module(index_, module, str(written).rpartition(".")[2])
    return elsewhere(index_, kind, written, scope)


def unread_module(index_: ResourceIndex, call: ResourceInstance, by: str = "") -> UnreadModule:
    """The role or user that a module makes which is not read, called as the call says it has to be.

    `by` is the argument that gives it something, or the output that names it, which may say which of two it is.
    """
    if part := role_part(call, by):
        address = f"{call.address}.{part}"
        return UnreadModule(index_.root, address, address, part=part)
    name = _role_made(call)
    called = str(name) if name is not None and any(not isinstance(part, Symbol) for part in name.parts) else ""
    return UnreadModule(index_.root, call.address, call.address, called)


def role_part(call: ResourceInstance, name: str) -> str:
    """Which role of a module of ECS an argument or output is of: that of the tasks, or the one that starts them.

    Other modules call the one role that they make an execution role, too.
    """
    found = _PART.match(name)
    if found is None:
        return ""
    if found["task"]:
        return "task_role"
    return "execution_role" if found["of_task"] or _runs_tasks(call) else ""


def role_parts(call: ResourceInstance) -> tuple[str, ...]:
    """Arguments of a call that name such roles, one for each."""
    names = {role_part(call, name): name for name, _ in call.attributes.entries}
    return tuple(name for part, name in sorted(names.items()) if part)


_PART = late_pattern(r"(?:ecs_)?(?:(?P<of_task>tasks?_)?exec(?:ution)?_|(?P<task>tasks?_)(?!definition))")
_OF_TASKS = late_pattern(r"(?:\A|[_/-])(?:ecs|fargate|containers?)(?:[_/.?-]|\Z)")


def _runs_tasks(call: ResourceInstance) -> bool:
    named = (name for name, _ in call.attributes.entries)
    return _OF_TASKS.search(call.type) is not None or any(map(_OF_TASKS.search, named))


_OF_ROLE = ("role", "role_name", "rolename", "iam_role_name", "iam_role")
"""What modules call the role that they put a policy on, and how one that they make is to be called."""

_OF_POLICY = late_pattern(r"polic(y|ies)", re.IGNORECASE)
"""In the source of a module that makes policies: what others do with the role of that name, nobody here knows."""


_MAKES_MORE = late_pattern(r"role|user|group", re.IGNORECASE)


def makes_policy(call: ResourceInstance) -> bool:
    """Whether a call is of an unread module that makes policies, by its source, and nobody who holds them."""
    repository, inside, path = call.type.partition("?")[0].rpartition("//")
    called = path.rpartition("/")[2] if inside and not repository.endswith(":") else path
    if call.mode != "module" or not _OF_POLICY.search(called) or _MAKES_MORE.search(called):
        return False
    return argument(call, *_OF_ROLE, "assume_role_policy") is None


def role_given(index_: ResourceIndex, call: ResourceInstance) -> Role | UnreadModule | None:
    """The role that the call of a module of policies is given, of a block or another module; None for a mere name."""
    written, here = string(argument(call, *_OF_ROLE)), call.address
    if written is None or len(written.parts) != 1 or not _OF_POLICY.search(call.type):
        return None
    there = str(written).startswith("${module.") or index_.find(written, ("aws_iam_role",), here) is not None
    return named_holder(index_, Role, written, here) if there else None


def elsewhere(index_: ResourceIndex, kind: type[NamedT], written: Text, scope: str) -> NamedT:
    """A principal or resource that is not defined in this root, in the account of the block at `scope`."""
    name = f"{last_segment(written)}{index_.unlike(scope)}"
    return kind(index_.root, name, name)


def last_segment(written: Text) -> str:
    """A name without ARN and path: `arn:aws:iam::1:role/path/name` is `name`; symbols are kept whole."""
    if is_arn(str(written)):
        for place, part in reversed(tuple(enumerate(written.parts))):
            if not isinstance(part, Symbol) and "/" in part:
                return "".join((part.rpartition("/")[2], *map(str, written.parts[place + 1 :])))
    return str(written)


def _of_symbol(written: Text) -> Iterator[str]:
    """The addresses that a value which is one symbol names."""
    if written.symbol is not None:
        name = written.symbol.reference
        yield name
        if not name.endswith(_CONTENTS):
            yield _ATTRIBUTE.sub("", name)


def _by_trail(written: Text, module: str) -> Iterator[tuple[str, str]]:
    """The modules and addresses that a value used in a module passed through, nearest use first.

    The trail leads out of a module by what that is given, and into one by its output.
    """
    for step in reversed(written.trail):
        if _GIVEN.match(step.what):
            module = caller_of(module)
        elif entered := _ENTERED.match(step.what):
            module = f"{module}.{entered[0]}" if module else entered[0]
        elif step.kind is StepKind.ADDRESS and not step.what.endswith(_CONTENTS):
            yield module, _ATTRIBUTE.sub("", step.what)


_GIVEN = late_pattern(r"\Amodule\.[^. ]+ argument ")
_ENTERED = late_pattern(r"\Amodule\.[^.\[ ]+(\[[^\]]*\])?(?=\.[A-Za-z_][\w-]*\Z)")


def _addresses(written: Text) -> Iterator[str]:
    """The addresses on a value's trail, nearest use first, where that does not say of which module they are."""
    for step in reversed(written.trail):
        if step.kind is StepKind.ADDRESS and not step.what.endswith(_CONTENTS):
            yield _ATTRIBUTE.sub("", step.what)
