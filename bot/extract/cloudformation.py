"""What the templates of CloudFormation's stacks make in IAM, as blocks of Terraform's that say the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.diagnostic import join_trails
from bot.evaluated.document import Symbol
from bot.evaluated.symbol_names import shown
from bot.evaluated.trails import elements, entries, parts
from bot.evaluated.value import ListValue, ObjectValue, Part, StringValue, Unknown, Value
from bot.extract.argument_reading import argument, blocks, field, header, items, known, string
from bot.extract.yaml_reading import read_yaml
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

_STACK = "aws_cloudformation_stack"
_SET = "aws_cloudformation_stack_set"
_DEPLOYING = frozenset({"aws_cloudformation_stack_set_instance", "aws_cloudformation_stack_instances"})
"""Blocks that put what a stack set says into accounts: by itself it makes nothing."""

_PRINCIPALS = {"AWS::IAM::Role": "role", "AWS::IAM::User": "user", "AWS::IAM::Group": "group"}
_POLICIES = frozenset({"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"})
TEMPLATE = "template_body"
"""The argument that holds a template."""

_READ = {
    "AWS::IAM::Role": ("RoleName", "AssumeRolePolicyDocument", "PermissionsBoundary"),
    "AWS::IAM::User": ("UserName", "PermissionsBoundary"),
    "AWS::IAM::Group": ("GroupName",),
    "AWS::IAM::Policy": ("PolicyName", "PolicyDocument"),
    "AWS::IAM::ManagedPolicy": ("ManagedPolicyName", "PolicyDocument"),
}
"""Properties that are in the blocks that say the same."""

_LISTED = {
    "AWS::IAM::Role": ("ManagedPolicyArns", "Policies"),
    "AWS::IAM::User": ("Groups", "ManagedPolicyArns", "Policies"),
    "AWS::IAM::Group": ("ManagedPolicyArns", "Policies"),
    "AWS::IAM::Policy": ("Groups", "Roles", "Users"),
    "AWS::IAM::ManagedPolicy": ("Groups", "Roles", "Users"),
}
"""The same of lists, each element by itself."""

_SAYS_NOTHING = ("Description", "MaxSessionDuration")
"""What gives nobody anything of a resource of IAM, as in its block."""

_OF_STACK = ("Type", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy")
"""What a template says of a resource of IAM: its type, which is in its blocks, and when it is made and taken away."""

_VARIABLE = late_pattern(r"\$\{([^!}][^}]*)\}")
"""What Fn::Sub puts in; `${!x}` stands for the text `${x}`."""


def with_stacks(config: EvaluatedConfig) -> EvaluatedConfig:
    """The root with what its stacks make: roles, users, groups and policies, each below its stack's address.

    Other resources of a template, those under a condition, and a template that is not written out are not read, nor is
    a stack set that nothing here deploys. That a stack changed stays an open question beside what is told of it.
    """
    every = (*config.resources, *config.latent)
    if not any(one.type in (_STACK, _SET) for one in every):
        return config
    deploying = [one for one in every if one.type in _DEPLOYING]
    resources, latent = (tuple(_with_made(one, deploying)) for one in (config.resources, config.latent))
    return dataclasses.replace(config, resources=resources, latent=latent)


def is_stack(address: str) -> bool:
    """Whether a block holds a template, of which more may be told than what is read of it."""
    return not {_STACK, _SET}.isdisjoint(address.split("."))


def besides_access(stack: ResourceInstance, config: EvaluatedConfig, *, tagged: bool) -> ObjectValue | None:
    """What a template says besides what is read of it, each function as what it stands for; None where it is not read.

    Tags count where something asks for any (`tagged`).
    """
    template = read_yaml(argument(stack, TEMPLATE))
    if not isinstance(template, ObjectValue):
        return None
    every = (*config.resources, *config.latent)
    deployed = stack.type == _STACK or any(one.type in _DEPLOYING and _deploys(one, stack) for one in every)
    as_written = field(template, "Transform") is None  # a macro may make anything of it
    return _Template(stack, template).rest(is_read=deployed and as_written, tagged=tagged)


def _with_made(
    instances: Iterable[ResourceInstance], deploying: Iterable[ResourceInstance]
) -> Iterator[ResourceInstance]:
    for instance in instances:
        yield instance
        by = [one for one in deploying if _deploys(one, instance)]
        if instance.type == _STACK or (instance.type == _SET and by):
            template = read_yaml(argument(instance, TEMPLATE))
            if isinstance(template, ObjectValue):
                existence = join_trails(instance.existence, tuple(map(header, by)))
                yield from _Template(dataclasses.replace(instance, existence=existence), template).made()


def _deploys(one: ResourceInstance, stack_set: ResourceInstance) -> bool:
    written, name = (string(argument(*asked)) for asked in ((one, "stack_set_name"), (stack_set, "name")))
    return written is not None and (written == name or str(written).startswith(f"${{{stack_set.address}."))


@dataclass(frozen=True, slots=True)
class _Template:
    """A stack's block with its template."""

    stack: ResourceInstance
    written: ObjectValue

    def made(self) -> Iterator[ResourceInstance]:
        """The blocks that say what its resources of IAM do."""
        for name, resource in self._resources().items():
            kind = known(field(resource, "Type")) or ""
            properties = next(blocks(field(resource, _PROPERTIES)), ObjectValue(()))
            if field(resource, "Condition") is not None:
                continue
            if kind in _PRINCIPALS:
                yield from self._principal(_PRINCIPALS[kind], name, properties)
            elif kind in _POLICIES:
                yield from self._policy(name, properties, managed=kind == "AWS::IAM::ManagedPolicy")

    def rest(self, *, is_read: bool, tagged: bool) -> ObjectValue:
        """The template without what is read; all of it, if nothing is."""
        made, said = self._resources(), dict[str, Value]()
        for section, value in entries(self.written):
            if section == "Resources" and isinstance(value, ObjectValue):
                kinds = {name: _kind(one) if is_read else "" for name, one in made.items()}
                each = ((name, self._rest(kinds.get(name, ""), one, tagged)) for name, one in entries(value))
                said[section] = _object((name, one) for name, one in each if one != _NOTHING)
            else:
                said[section] = self._said(value)
        return _object(said.items())

    def _rest(self, kind: str, resource: Value, tagged: bool) -> Value:
        """A resource without what is read of its kind, and without tags if nothing asks for any."""
        if not isinstance(resource, ObjectValue):
            return self._said(resource)
        said = {name: self._said(value) for name, value in _but(resource, _OF_STACK if kind else ())}
        properties = said.get(_PROPERTIES)
        if isinstance(properties, ObjectValue):
            asked = _but(properties, () if tagged else ("Tags",))
            said[_PROPERTIES] = _object(one for one in asked if not _is_read(kind, *one))
        return _object(one for one in said.items() if one[1] != _NOTHING)

    def _resources(self) -> Mapping[str, ObjectValue]:
        """By their logical names, which are letters and digits."""
        written = field(self.written, "Resources")
        every = entries(written) if isinstance(written, ObjectValue) else ()
        return {name: one for name, one in every if isinstance(one, ObjectValue) and name.isalnum()}

    def _principal(self, kind: str, name: str, properties: ObjectValue) -> Iterator[ResourceInstance]:
        own = {
            "name": self._property(properties, f"{kind.capitalize()}Name"),
            "assume_role_policy": self._property(properties, "AssumeRolePolicyDocument"),
            "permissions_boundary": self._property(properties, "PermissionsBoundary"),
        }
        yield self._block(f"aws_iam_{kind}", name, own)
        itself = self._attribute(name, "name")
        for place, inline in enumerate(blocks(self._property(properties, "Policies"))):
            said = {kind: itself, "policy": field(inline, "PolicyDocument"), "name": field(inline, "PolicyName")}
            yield self._block(f"aws_iam_{kind}_policy", f"{name}.Policies.{place}", said)
        for place, arn in enumerate(items(self._property(properties, "ManagedPolicyArns"))):
            attached = {kind: itself, "policy_arn": arn}
            yield self._block(f"aws_iam_{kind}_policy_attachment", f"{name}.ManagedPolicyArns.{place}", attached)
        for place, group in enumerate(items(self._property(properties, "Groups"))):
            joined = {"user": itself, "groups": group}
            yield self._block("aws_iam_user_group_membership", f"{name}.Groups.{place}", joined)

    def _policy(self, name: str, properties: ObjectValue, *, managed: bool) -> Iterator[ResourceInstance]:
        text = self._property(properties, "PolicyDocument")
        called = self._property(properties, "ManagedPolicyName" if managed else "PolicyName")
        if managed:
            yield self._block("aws_iam_policy", name, {"name": called, "policy": text})
        for kind in _PRINCIPALS.values():
            listed = f"{kind.capitalize()}s"
            for place, holder in enumerate(items(self._property(properties, listed))):
                what = {"policy_arn": self._attribute(name, "arn")} if managed else {"policy": text, "name": called}
                type_ = f"aws_iam_{kind}_policy{'_attachment' if managed else ''}"
                yield self._block(type_, f"{name}.{listed}.{place}", {kind: holder, **what})

    def _block(self, type_: str, name: str, arguments: Mapping[str, Value | None]) -> ResourceInstance:
        said = tuple((argument, value) for argument, value in sorted(arguments.items()) if value is not None)
        return dataclasses.replace(
            self.stack,
            address=self._address(name),
            type=type_,
            name=name,
            attributes=ObjectValue(said),
            thing=None,
            written=f"{self.stack.written}.{name}" if self.stack.written else "",
            runs=ObjectValue(()),
        )

    def _address(self, name: str) -> str:
        return f"{self.stack.address}.{name}"

    def _attribute(self, name: str, attribute: str) -> Unknown:
        return Unknown(Symbol(f"{self._address(name)}.{attribute}"))

    def _property(self, properties: ObjectValue, name: str) -> Value | None:
        value = field(properties, name)
        return None if value is None else self._said(value)

    def _said(self, value: Value) -> Value:
        """The value with what CloudFormation's functions stand for; a symbol where they stand for something else."""
        match value:
            case ListValue():
                return ListValue(tuple(map(self._said, elements(value))))
            case ObjectValue(entries=((function, given),)) if function.startswith(("Fn::", "!")) or function == "Ref":
                return self._called(function.removeprefix("Fn::").removeprefix("!"), given, value)
            case ObjectValue():
                return ObjectValue(tuple((name, self._said(one)) for name, one in entries(value)))
        return value

    def _called(self, function: str, given: Value, whole: ObjectValue) -> Value:
        match function, given:
            case "Ref" | "GetAtt", StringValue():
                return self._named(given.known or "")
            case "GetAtt", ListValue():
                return self._named(".".join(known(one) or "" for one in given.items))
            case "Sub", StringValue():
                return self._substituted(given)
            case "Join", ListValue(items=(StringValue() as between, ListValue() as pieces)):
                return self._joined(between, pieces) or self._unread(whole)
        return self._unread(whole)

    def _named(self, name: str) -> Value:
        """What `Ref` and `Fn::GetAtt` stand for: a parameter, or what a resource of the template is called."""
        resource, _, attribute = name.partition(".")
        made = self._resources().get(resource)
        if made is not None:
            is_policy = known(field(made, "Type")) == "AWS::IAM::ManagedPolicy"
            return self._attribute(resource, attribute.lower() or ("arn" if is_policy else "name"))
        if name == "AWS::Partition":
            return StringValue((Part("aws"),))
        return self._given(name) or Unknown(Symbol(f"{self.stack.address}.{name}"))

    def _given(self, parameter: str) -> Value | None:
        """What the stack's block gives for a parameter, else its default."""
        given = (field(block, parameter) for block in blocks(argument(self.stack, "parameters")))
        declared = (field(block, parameter) for block in blocks(field(self.written, "Parameters")))
        defaults = (field(one, "Default") for one in declared if isinstance(one, ObjectValue))
        return next((one for one in (*given, *defaults) if one is not None), None)

    def _substituted(self, given: StringValue) -> Value:
        found: list[Part] = []
        for part in parts(given):
            if isinstance(part.content, Symbol):
                found.append(part)
                continue
            for place, piece in enumerate(_VARIABLE.split(part.content)):
                written = dataclasses.replace(part, content=piece.replace("${!", "${"))
                found += _parts(self._named(piece)) if place % 2 else (written,)
        return StringValue(tuple(found))

    def _joined(self, between: StringValue, pieces: ListValue) -> Value | None:
        found: list[Part] = []
        for place, piece in enumerate(map(self._said, elements(pieces))):
            if not isinstance(piece, StringValue | Unknown):
                return None
            found += (*parts(between), *_parts(piece)) if place else _parts(piece)
        return StringValue(tuple(found))

    def _unread(self, value: Value) -> Unknown:
        return Unknown(Symbol(f"{self.stack.address}.{shown(value)}"))


def _kind(resource: ObjectValue) -> str:
    """The type of a resource of IAM that is read; "" of others, and of one under a condition."""
    kind = known(field(resource, "Type")) or ""
    return kind if kind in _READ and field(resource, "Condition") is None else ""


def _is_read(kind: str, name: str, value: Value) -> bool:
    """Whether a property is in the blocks that are made of its resource, in full."""
    if name in _LISTED.get(kind, ()):
        return isinstance(value, ListValue) and (name != "Policies" or all(map(_is_inline, value.items)))
    if name not in _READ.get(kind, ()):
        return bool(kind) and name in _SAYS_NOTHING
    return isinstance(value, ObjectValue if name.endswith("Document") else StringValue)


def _is_inline(policy: Value) -> bool:
    return isinstance(policy, ObjectValue) and isinstance(field(policy, "PolicyDocument"), ObjectValue)


def _but(value: ObjectValue, names: tuple[str, ...]) -> Iterator[tuple[str, Value]]:
    return (one for one in entries(value) if one[0] not in names)


def _object(said: Iterable[tuple[str, Value]]) -> ObjectValue:
    return ObjectValue(tuple(sorted(said, key=lambda entry: entry[0])))


_NOTHING = ObjectValue(())
_PROPERTIES = "Properties"


def _parts(value: Value) -> tuple[Part, ...]:
    match value:
        case StringValue():
            return parts(value)
        case Unknown():
            return (Part(value.symbol, value.trail),)
    return ()
