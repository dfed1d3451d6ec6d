"""One instance of a module: variables, locals, resources, calls and outputs, evaluated when first asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from bot.evaluated.call import FunctionFault
from bot.evaluated.config import DataRequest, ResourceInstance
from bot.evaluated.diagnostic import StepKind, Trail, by_default
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Symbol
from bot.evaluated.guard import Guard, disabled_by_default
from bot.evaluated.partial import OpenObject
from bot.evaluated.trails import joined
from bot.evaluated.value import BoolValue, NullValue, ObjectValue, Unknown, Value
from bot.frontends.terraform.evaluate.assumed_values import argument_in, data_in, output_in
from bot.frontends.terraform.evaluate.block import argument, left_alone, provisioners, resource_body
from bot.frontends.terraform.evaluate.conversion import convert
from bot.frontends.terraform.evaluate.counted_with import counted_with
from bot.frontends.terraform.evaluate.expansion import SINGLE, Instance, bindings, collected, counted, for_each
from bot.frontends.terraform.evaluate.expression import evaluate, failed
from bot.frontends.terraform.evaluate.latent import assumed_value, visible
from bot.frontends.terraform.evaluate.latent_expansion import left_out
from bot.frontends.terraform.evaluate.member_access import indexed
from bot.frontends.terraform.evaluate.provided import added_by
from bot.frontends.terraform.evaluate.references import HEADS
from bot.frontends.terraform.evaluate.run import Origins, Run
from bot.frontends.terraform.evaluate.scope import AccessStep, Scope, VariableInput
from bot.frontends.terraform.evaluate.standing import as_there, looked_up, managed, via, with_scripts
from bot.frontends.terraform.evaluate.taken_over import CALL, EXPANSION, takes_over
from bot.frontends.terraform.evaluate.template import reader, renderer
from bot.frontends.terraform.evaluate.types import Collection, read_type
from bot.frontends.terraform.evaluate.unevaluated import of_unread_module
from bot.frontends.terraform.modules.module import Declared, Module, ResourceKey
from bot.frontends.terraform.modules.provider_aliases import PassedAt, made_by, provider_name
from bot.frontends.terraform.syntax.nodes import Attribute, Index
from bot.frontends.terraform.syntax.source_files import Source

K = TypeVar("K")
D = TypeVar("D")

_EVALUATING = object()


@dataclass(slots=True)
class ModuleInstance:
    """A module under one set of arguments. `path` is what path.module is; `prefix` begins its addresses.

    `providers` are the root's names of its providers, by its own.
    """

    run: Run
    module: Module
    address: str
    path: str
    givens: Mapping[str, VariableInput]
    existence: Trail = ()
    guards: tuple[Guard, ...] = ()
    repeated: bool = False
    depth: int = 0
    call_path: str = ""
    providers: Mapping[str, str] = field(default_factory=dict)
    providers_at: PassedAt = field(default_factory=dict)
    values: dict[tuple[object, ...], object] = field(default_factory=dict)
    made: dict[tuple[object, ...], tuple[ResourceInstance, ...]] = field(default_factory=dict)
    expansions: dict[object, tuple[Instance, ...]] = field(default_factory=dict)
    notes: dict[tuple[object, ...], Origins] = field(default_factory=dict)
    same: dict[tuple[object, ...], bool] = field(default_factory=dict)
    earlier: ModuleInstance | None = None
    called: dict[str, tuple[tuple[Instance, ModuleInstance | None], ...]] = field(default_factory=dict)
    called_latently: dict[str, tuple[tuple[Instance, ModuleInstance | None], ...]] = field(default_factory=dict)

    @property
    def directory(self) -> str:
        """The module's directory in the repository."""
        return self.module.directory

    @property
    def prefix(self) -> str:
        """What addresses inside begin with."""
        return f"{self.address}." if self.address else ""

    def scope(self, source: Source, bindings: dict[str, Value] | None = None, label: str = "") -> Scope:
        """A scope for an expression of this module."""
        return Scope(self, source, bindings or {}, label or self.address)

    def scope_of(self, declared: Declared, instance: Instance, address: str) -> Scope:
        """The scope of one instance of a block, where what it is there for holds."""
        scope = self.scope(declared.source, bindings(instance, declared), address)
        return scope.assuming(frozenset((*instance.guards, *self.guards)))

    def once(self, key: tuple[object, ...], compute: Callable[[], Value]) -> Value:
        """The value of `compute`, computed once, outside of any `try`; a cycle is a FunctionFault."""
        run = self.run
        run.ask(self, key)
        found = self.values.get(key)
        if found is _EVALUATING:
            run.keep_apart()
            raise FunctionFault(
                DiagnosticKind.CYCLE,
                f"{self.prefix}{'.'.join(one for one in key if isinstance(one, str))} refers to itself",
            )
        if found is not None or takes_over(self, key):
            return self.values[key]  # type: ignore[return-value]
        self.values[key] = _EVALUATING
        catching, run.catching = run.catching, 0
        address = run.address
        try:
            result = run.noted(compute, self.notes, key)
        except BaseException:
            del self.values[key]
            raise
        finally:
            run.catching, run.address = catching, address
        self.values[key] = result
        return result

    def _declared(self, table: Mapping[K, D], key: K, reason: str) -> D:
        """What is declared so. Raises FunctionFault if nothing is, which may be otherwise for who takes this over."""
        found = table.get(key)
        if found is None:
            self.run.keep_apart()
            raise FunctionFault(DiagnosticKind.INVALID_REFERENCE, reason)
        return found

    def refer(self, head: str, steps: list[AccessStep], scope: Scope) -> tuple[Value, int]:
        """The value a reference names, and how many steps that took. Raises FunctionFault."""
        resolver = HEADS.get(head)
        return resolver(self, steps, scope) if resolver else self.resource_reference("managed", head, steps, 0, scope)

    def variable(self, name: str) -> Value:
        """A variable's value, converted to its type. Raises FunctionFault if it is not declared."""
        declared = self._declared(self.module.variables, name, f"there is no variable {name!r}")
        return self.once(("var", name), lambda: self._variable(name, declared))

    def variable_in(self, name: str, scope: Scope) -> Value:
        """A variable's value where `scope` is: under a latent guard, what that says of it."""
        value = self.variable(name)
        given = self.givens.get(name)
        if scope.assumed and not self.address and (given is None or given.by_default):
            return assumed_value(name, value, scope)
        if scope.assumed and self.address and given is not None:
            return argument_in(self, name, scope, lambda: value)
        return value

    def _variable(self, name: str, declared: Declared) -> Value:
        value = self._given(name, declared)
        default = declared.arguments.get("default")
        if value is None and default is not None:
            value = argument(default, self.scope(default.source), by_default(f"var.{name}"), StepKind.DEFAULT)
            value = self.run.chosen(name, self.prefix, value)
        if value is None:
            reason = f"variable {name} has no default and no value in the var files"
            trail = (declared.source.header_step(declared.block, f"var.{name}", StepKind.ADDRESS),)
            return Unknown(Symbol(f"{self.prefix}var.{name}", reason), trail)
        return self.typed(value, declared)

    def _given(self, name: str, declared: Declared) -> Value | None:
        """What the call or a var file gives; a null is as if nothing were given where it is not allowed."""
        given = self.givens.get(name)
        value = None if given is None else argument(given.written, given.scope, given.what)
        nullable = declared.arguments.get("nullable")
        if isinstance(value, NullValue) and nullable is not None:
            flag = evaluate(nullable.argument.value, self.scope(nullable.source))
            return None if isinstance(flag, BoolValue) and not flag.value else value
        return value

    def typed(self, value: Value, declared: Declared) -> Value:
        """A value as a variable of that type has it; as it is, and a gap, where it cannot be converted."""
        if (written := declared.arguments.get("type")) is None:
            return value
        try:
            return convert(
                value, read_type(written.argument.value), lambda one: evaluate(one, self.scope(written.source))
            )
        except FunctionFault as fault:
            self.run.gap(fault.kind, f"var.{declared.block.labels[0]}: {fault.reason}", declared.header)
            return value

    def is_collection(self, variable: str) -> bool:
        """Whether a variable is declared as a list, set or map of something."""
        return isinstance(read_type(self.module.written_type(variable)), Collection)

    def local(self, name: str) -> Value:
        """A local's value. Raises FunctionFault if it is not declared."""
        written = self._declared(self.module.locals, name, f"there is no local value {name!r}")
        scope = self.scope(written.source)
        return self.once(("local", name), lambda: evaluate(written.argument.value, scope))

    def output(self, name: str) -> Value:
        """An output's value. Raises FunctionFault if it is not declared."""
        declared = self._declared(self.module.outputs, name, f"the module has no output {name!r}")
        written = self._declared(declared.arguments, "value", f"the output {name!r} has no value")
        scope = self.scope(written.source)
        return self.once(("output", name), lambda: argument(written, scope, f"output {name}"))

    def outputs(self) -> ObjectValue:
        """All outputs."""
        self.run.keep_apart()  # of which there may be others elsewhere
        members = {name: self.output(name) for name in self.module.outputs}
        return ObjectValue(tuple(sorted(members.items())))

    def expansion(self, declared: Declared, key: object) -> tuple[Instance, ...]:
        """The instances of a resource or module call."""
        noted = (EXPANSION, key)
        self.run.ask(self, noted)
        if key not in self.expansions and not takes_over(self, noted):
            self.expansions[key] = self.run.noted(lambda: self._expand(declared), self.notes, noted)
        return self.expansions[key]

    def _expand(self, declared: Declared) -> tuple[Instance, ...]:
        for name, expand in (("count", counted), ("for_each", for_each)):
            written = declared.arguments.get(name)
            if written is None:
                continue
            scope = self.scope(written.source)
            try:
                found = expand(argument(written, scope, name))
                self.run.expand(len(found))
                return counted_with(
                    found, written.argument.value, self.expansions, lambda one: self.run.ask(self, (EXPANSION, one))
                )
            except FunctionFault as fault:
                value = failed(fault, written.argument.value, scope)
                return (Instance(None, value, value, value.trail, repeated=True),)
        return SINGLE

    def latent_expansion(self, declared: Declared, key: object) -> tuple[Instance, ...]:
        """The instances there would be if a root variable had not its default; none if it has some today."""
        self.run.keep_apart()
        found = () if self.expansion(declared, key) else self.expansions.get(("latent", key))
        if found is None:
            self.expansions["latent", key] = ()  # while it is asked: what names itself has none
            self.expansions["latent", key] = found = left_out(declared, self.scope, self.run)
        return found

    def latent_instances(self, key: ResourceKey) -> tuple[ResourceInstance, ...]:
        """The instances of a resource that there would be if a root variable had not its default."""
        declared = self.module.resources[key]
        if not self.latent_expansion(declared, key):
            return ()
        self.run.begin(f"{self.prefix}{key[1]}.{key[2]}")
        try:
            self._latent_resource(key, declared)
        except FunctionFault:
            return ()
        return self.made.get(("latent", *key), ())

    def _latent_resource(self, key: ResourceKey, declared: Declared) -> Value:
        def compute() -> Value:
            made = [(each, *self.instance_of(key, declared, each)) for each in self.latent_expansion(declared, key)]
            self.made["latent", *key] = tuple(result for _, _, result in made)
            return collected([(instance, value) for instance, value, _ in made], declared)

        return self.once(("latent", *key), compute)

    def resource(self, key: ResourceKey) -> Value:
        """A resource or data source as references see it: an object, or a list or map of them."""
        mode, kind, name = key
        what = f"there is no {'data ' if mode == 'data' else ''}{kind} {name!r}"
        declared = self._declared(self.module.resources, key, what)
        return self.once(key, lambda: self._resource(key, declared))

    def _resource(self, key: ResourceKey, declared: Declared) -> Value:
        instances = self.expansion(declared, key)
        found: list[tuple[Instance, Value]] = []
        results: list[ResourceInstance] = []
        for instance in instances:
            value, result = self.instance_of(key, declared, instance)
            found.append((instance, value))
            results.append(result)
        self.made[key] = tuple(results)
        return collected(found, declared)

    def instance_of(self, key: ResourceKey, declared: Declared, instance: Instance) -> tuple[Value, ResourceInstance]:
        """One instance of a resource, as references see it and for the result."""
        mode, kind, name = key
        plain = f"{'data.' if mode == 'data' else ''}{kind}.{name}"
        here = f"{self.prefix}{plain}{instance.suffix}"
        self.run.place(here)
        scope = self.scope_of(declared, instance, here)
        maker = made_by(declared, self.providers, self.providers_at, self.run.aliases)
        if mode == "data":
            written = resource_body(declared, scope, here, plain)
            address, thing, unlike = looked_up(self.run, self.module, self.prefix, here, kind, written, maker)
            written = dataclasses.replace(written, address=address, via=via(self.run, written, thing, maker))
        else:
            address, thing, unlike = managed(self.run, here, kind, maker)
            written = resource_body(declared, scope, address, plain)
        attributes, value = self._provided(mode, kind, written, scope, declared, address)
        result = ResourceInstance(
            address,
            mode,
            kind,
            name,
            attributes,
            declared.span,
            joined(instance.existence, self.existence),
            instance.repeated or self.repeated,
            tuple(dict.fromkeys((*instance.guards, *self.guards))),
            made_by=maker,
            thing=thing,
            written="" if address == here else here,
            unlike=unlike,
            via=via(self.run, written, thing, maker),
            runs=with_scripts(self.run, provisioners(declared, scope, here, plain)),
            left_alone=left_alone(declared),
        )
        return value, result

    def _provided(
        self, mode: str, kind: str, written: OpenObject, scope: Scope, declared: Declared, address: str
    ) -> tuple[ObjectValue, Value]:
        """The attributes to show and the value to refer to, with what the provider adds."""
        table = self.run.provider.data_sources if mode == "data" else self.run.provider.computed
        function = table.get(kind)
        if function is None:
            return written, written
        if mode != "data" and (nameless := as_there(self.run, address, written)) is not None:
            return written, nameless
        name = provider_name(declared)
        alias = self.run.maker(self.providers.get(name, name))
        other, texts = alias.other_account, (renderer(scope, evaluate), reader(scope, evaluate))
        asked = DataRequest(address, written, alias.settings, declared.span, *texts, alias.name, other, written.via)
        added = added_by(self.run, function, asked, written, mode)
        if mode != "data":
            return written, OpenObject(written.entries, address=address, more=added)
        found = dataclasses.replace(written, entries=tuple(sorted({**dict(written.entries), **added()}.items())))
        return found, found

    def resource_instances(self, key: ResourceKey) -> tuple[ResourceInstance, ...]:
        """Every instance of a resource, for the result."""
        declared = self.module.resources[key]
        self.run.begin(f"{self.prefix}{'data.' if key[0] == 'data' else ''}{key[1]}.{key[2]}")
        try:
            self.resource(key)
        except FunctionFault as fault:
            self.run.gap(fault.kind, fault.reason, declared.header)
        return self.made.get(key, ())

    def resource_reference(
        self, mode: str, kind: str, steps: list[AccessStep], used: int, scope: Scope
    ) -> tuple[Value, int]:
        """The resource that `steps` name after the first `used`, as `scope` sees it, and how many steps that took."""
        name = steps[used] if len(steps) > used else None
        if not isinstance(name, Attribute):
            raise FunctionFault(DiagnosticKind.INVALID_REFERENCE, f"{kind} is not declared here")
        key = (mode, kind, name.name)
        value = self.resource(key)
        if disabled_by_default(scope.assumed):
            declared = self.module.resources[key]
            instances = self.latent_expansion(declared, key)
            if instances and visible(instances[0].guards, scope):
                value = self._latent_resource(key, declared)
            elif mode == "data" and kind in self.run.provider.data_sources:
                value = data_in(self, key, declared, scope, value, lambda one: self.instance_of(key, declared, one)[0])
        return value, used + 1

    def children(self, name: str) -> tuple[tuple[Instance, ModuleInstance | None], ...]:
        """The instances of a module call; None for a module whose source is not in the repository."""
        self.run.ask(self, (CALL, name))
        found = self.called.get(name)
        if found is None:
            declared = self._declared(self.module.calls, name, f"there is no module {name!r}")
            self.called[name] = found = self.run.call(self, name, declared)
        return found

    def latent_children(self, name: str) -> tuple[tuple[Instance, ModuleInstance | None], ...]:
        """The instances of a module call that there would be if a root variable had not its default."""
        found = self.called_latently.get(name)
        if found is None:
            declared = self.module.calls[name]
            instances = self.latent_expansion(declared, ("module", name))
            self.called_latently[name] = found = self.run.call(self, name, declared, instances) if instances else ()
        return found

    def module_reference(self, steps: list[AccessStep], scope: Scope) -> tuple[Value, int]:
        """`module.name`, with its key and output where they are given, so that only that output is evaluated."""
        if not steps or not isinstance(steps[0], Attribute):
            raise FunctionFault(DiagnosticKind.INVALID_REFERENCE, "module needs a name")
        name = steps[0].name
        children, declared = self.children(name), self.module.calls[name]
        if disabled_by_default(scope.assumed):
            others = self.latent_children(name)
            children = others if others and visible(others[0][0].guards, scope) else children
        keyed = "count" in declared.arguments or "for_each" in declared.arguments
        wanted = next((each for each in steps[2 if keyed else 1 : 3 if keyed else 2]), None)
        if not isinstance(wanted, Attribute) or (keyed and not isinstance(steps[1], Index)):
            whole = [(each, child.outputs() if child else self._unread(name, each)) for each, child in children]
            return collected(whole, declared), 1
        outputs = [(each, self._output(name, each, child, wanted.name, scope)) for each, child in children]
        value = collected(outputs, declared)
        if not isinstance(steps[1], Index):
            return value, 2
        return indexed(value, evaluate(steps[1].key, scope)), 3

    def _output(self, name: str, instance: Instance, child: ModuleInstance | None, output: str, scope: Scope) -> Value:
        return self._unread(name, instance, f".{output}") if child is None else output_in(child, output, scope)

    def _unread(self, name: str, instance: Instance, output: str = "") -> Unknown:
        return of_unread_module(self.module.calls[name], name, f"{self.prefix}module.{name}{instance.suffix}{output}")
