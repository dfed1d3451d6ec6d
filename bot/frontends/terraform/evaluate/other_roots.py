"""What the outputs of another root module of the repository are, as far as that is certain without its state.

See docs/decisions/0024-other-roots.md.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import cast

from bot.evaluated.call import FunctionFault
from bot.evaluated.config import DataRequest, ResourceInstance, Root
from bot.evaluated.diagnostic import Step, StepKind, Trail
from bot.evaluated.document import Symbol
from bot.evaluated.fetched_modules import is_fetched
from bot.evaluated.guard import Elsewhere
from bot.evaluated.partial import OpenObject, Outputs, RepeatedList, RepeatedObject
from bot.evaluated.trails import is_known
from bot.evaluated.value import (
    Alternative,
    Choice,
    ListValue,
    ObjectValue,
    Part,
    StringValue,
    SymbolicKey,
    Unknown,
    Value,
)
from bot.frontends.terraform.evaluate.instance import ModuleInstance
from bot.frontends.terraform.evaluate.run import Run
from bot.frontends.terraform.evaluate.state_looked_up import REMOTE_STATE, root_looked_up
from bot.frontends.terraform.evaluate.var_files import givens
from bot.frontends.terraform.modules.module import load_module
from bot.frontends.terraform.modules.provider_aliases import aliases
from bot.frontends.terraform.modules.revision_files import TreeFiles
from bot.frozen import dataclass

MAX_READING = 4
"""So many roots may read one another's outputs in a row."""


def reader(run: Run) -> Callable[[DataRequest], ObjectValue]:
    """The data source terraform_remote_state for what `run` evaluates."""

    def read(request: DataRequest) -> ObjectValue:
        found = dict(request.arguments.entries)
        directory = root_looked_up(run.tree, run.root.directory, request.arguments, run.cache)
        if directory is not None and directory not in run.reading and len(run.reading) < MAX_READING:
            known = functools.cache(functools.partial(_output, run, directory, f"{request.address}.outputs"))
            symbol = Symbol(f"{request.address}.outputs", "known only after apply")
            found["outputs"] = Outputs(symbol, (), directory, known)
        return ObjectValue(tuple(sorted(found.items())))

    return read


def _output(run: Run, directory: str, address: str, name: str) -> Value | None:
    """The output if all of it is known. A customer policy whose ARN it is, is put beside what `run` evaluates."""
    other = _other(run, directory)
    if other is None:
        return None
    try:
        found = known_output(other, directory, address, name)
    finally:
        run.files.needs.update(other.run.files.needs)
        run.gaps.update({key: gap for key, gap in other.run.gaps.items() if gap.diagnostic.kind.meaning.limit})
    run.elsewhere.update(found.policies)
    return found.value


@dataclass(frozen=True, slots=True)
class KnownOutput:
    """An output of which all is known, or the policies whose ARN it is, by the symbol that it stays."""

    value: Value | None = None
    policies: Mapping[str, ResourceInstance] = field(default_factory=dict)


def known_output(other: ModuleInstance, directory: str, address: str, name: str) -> KnownOutput:
    """What is certain of the output `name` of another root, which is called `address` in this one."""
    if name not in other.module.outputs:
        return KnownOutput()
    try:
        value = other.output(name)
    except FunctionFault:
        return KnownOutput()
    if _certain(value):
        return KnownOutput(_Telling(directory).value(value))
    symbol, arn = f"{address}.{name}", value
    if isinstance(value, OpenObject):
        symbol, arn = f"{symbol}.arn", value.attribute("arn")
    policy = _policy(other, arn)
    return KnownOutput(None, {} if policy is None else {symbol: seen_from_elsewhere(policy, symbol, directory)})


def _other(run: Run, directory: str) -> ModuleInstance | None:
    """The other root on the same side, nothing of it evaluated yet; None if a file of it cannot be read."""
    module = load_module(run.tree, directory, run.cache)
    reads_on = any(key[:2] == ("data", REMOTE_STATE) for key in module.resources)
    reading = run.reading if reads_on else ()
    key = ("other root", id(run.tree.listing), directory, reading)
    if key not in run.cache.kept:
        root = Root(directory)
        other = Run(run.tree, root, run.provider, run.functions, run.cache, TreeFiles(run.tree), run.call)
        other.expired = run.expired
        other.reading = (*reading, directory)
        other.open_defaults = True
        other.provide(reader(other), REMOTE_STATE)
        other.aliases = aliases(module, root.settings)
        instance = ModuleInstance(other, module, "", ".", {})
        instance.givens = givens(other, instance)
        readable = not module.unreadable and not other.gaps
        # The listing is kept with it, so that no other listing comes to have its id.
        run.cache.kept[key] = (run.tree.listing, instance if readable else None)
        run.files.needs.update(other.files.needs)
    _, found = cast(tuple[object, ModuleInstance | None], run.cache.kept[key])
    return found


def _certain(value: Value) -> bool:
    match value:
        case RepeatedList() | RepeatedObject() | OpenObject():
            return False
        case ListValue():
            return all(map(_certain, value.items))
        case ObjectValue():
            return all(not isinstance(key, SymbolicKey) and _certain(item) for key, item in value.entries)
    return is_known(value)


def _policy(other: ModuleInstance, arn: Value) -> ResourceInstance | None:
    """The only customer policy of the other root that has this ARN, if it is there for certain."""
    found = [each for instance in _instances(other) for each in _policies(instance, arn)]
    if len(found) != 1 or found[0].repeated or found[0].guards or is_fetched(found[0].span.file):
        return None
    return found[0]


def _instances(instance: ModuleInstance) -> Iterator[ModuleInstance]:
    yield instance
    for children in instance.called.values():
        for _, child in children:
            if child is not None:
                yield from _instances(child)


def _policies(instance: ModuleInstance, arn: Value) -> Iterator[ResourceInstance]:
    for key in instance.module.resources:
        if key[:2] != ("managed", "aws_iam_policy"):
            continue
        made = {each.address: each for each in instance.resource_instances(key)}
        try:
            whole = instance.resource(key)
        except FunctionFault:
            continue
        for each in _blocks(whole):
            if each.address in made and each.attribute("arn") == arn:
                yield made[each.address]


def _blocks(value: Value) -> Iterator[OpenObject]:
    match value:
        case OpenObject():
            yield value
        case ListValue():
            for item in value.items:
                yield from _blocks(item)
        case ObjectValue():
            for _, item in value.entries:
                yield from _blocks(item)


def seen_from_elsewhere(policy: ResourceInstance, address: str, directory: str) -> ResourceInstance:
    """What another root makes as a resource at `address` beside those of this one."""
    told = _Telling(directory)
    attributes = told.value(policy.attributes)
    assert isinstance(attributes, ObjectValue)
    return dataclasses.replace(
        policy, address=address, attributes=ObjectValue(attributes.entries), existence=told.trail(policy.existence)
    )


class _Telling:
    """Says of the names in a value in which root they are names, so that no other root takes them for its own."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self._steps: dict[int, Step] = {}
        self._kept: list[Step] = []

    def value(self, value: Value) -> Value:
        """The value, with other names."""
        trail = self.trail(value.trail)
        match value:
            case StringValue():
                parts = tuple(Part(self._content(p.content), self.trail(p.trail), p.verbatim) for p in value.parts)
                return StringValue(parts, trail, None if value.encoded is None else self.value(value.encoded))
            case Unknown():
                return Unknown(self._symbol(value.symbol), trail)
            case ListValue():
                return dataclasses.replace(value, items=tuple(map(self.value, value.items)), trail=trail)
            case ObjectValue():
                entries = tuple((self._key(key), self.value(item)) for key, item in value.entries)
                kind = RepeatedObject if isinstance(value, RepeatedObject) else ObjectValue
                return kind(entries, trail)
            case Choice():
                return Choice(tuple(map(self._alternative, value.alternatives)), trail)
        return dataclasses.replace(value, trail=trail)

    def _alternative(self, way: Alternative) -> Alternative:
        guard = way.guard
        variables = frozenset(map(self._symbol, guard.variables))
        there = dataclasses.replace(guard, condition=Elsewhere(guard.condition, self.directory), variables=variables)
        return Alternative(there, self.value(way.value))

    def trail(self, trail: Trail) -> Trail:
        """The same places but those in fetched modules; a step stays one object, by which steps are told apart."""
        return tuple(self._step(step) for step in trail if not is_fetched(step.span.file))

    def _step(self, step: Step) -> Step:
        if id(step) not in self._steps:
            named = step.kind is StepKind.ADDRESS
            told = Step(step.span, f"{step.what} of {self.directory or 'the top directory'}") if named else step
            self._steps[id(step)] = told
            self._kept.append(step)
        return self._steps[id(step)]

    def _content(self, content: str | Symbol) -> str | Symbol:
        return self._symbol(content) if isinstance(content, Symbol) else content

    def _symbol(self, symbol: Symbol) -> Symbol:
        return Symbol(f"root({self.directory or '.'}).{symbol.name}", symbol.reason)

    def _key(self, key: str) -> str:
        return SymbolicKey.of(tuple(map(self._content, key.parts))) if isinstance(key, SymbolicKey) else key
