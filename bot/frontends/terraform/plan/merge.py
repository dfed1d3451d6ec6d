"""Puts a plan over both sides of an evaluated root: planned instances and values, the configuration's lines."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from operator import itemgetter

from bot.evaluated.address import block_of, enclosing
from bot.evaluated.config import EvaluatedConfig, Moved, ResourceInstance
from bot.evaluated.diagnostic import Step, StepKind
from bot.evaluated.partial import OpenObject
from bot.evaluated.value import ObjectValue, StringValue, Unknown, Value
from bot.evaluated.value_size import contents
from bot.frontends.terraform.plan.blocks import Blocks
from bot.frontends.terraform.plan.fill import fill, used_at
from bot.frontends.terraform.plan.plan import Plan, PlannedResource
from bot.frontends.terraform.plan.values import place
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Merged:
    """One side of a root with a plan over it.

    `differing` are the addresses at which the plan says something that the configuration cannot mean, `varied` those
    where the configuration only has a default of a root variable, which a plan is free to replace. `unplanned` are
    instances that are certain here and not in the plan: they stay as they are written.
    """

    config: EvaluatedConfig
    differing: tuple[str, ...] = ()
    varied: tuple[str, ...] = ()
    unplanned: tuple[str, ...] = ()


def merge(
    base: EvaluatedConfig, head: EvaluatedConfig, plan: Plan, blocks: tuple[Blocks, Blocks]
) -> tuple[Merged, Merged]:
    """Both sides with the plan's values in place of what is unknown, and its instances in place of open ones."""
    after = _Side(head, plan, blocks[1], {one.address: one.after for one in _managed(plan)}, True)
    partial = bool(plan.partial) or any(True for _ in after.unplanned())
    there = {one.previous_address or one.address: one.before for one in _managed(plan)}
    before = _Side(base, plan, blocks[0], there, False)
    moved = tuple(_moved(plan, blocks[1]))
    return before.merged(_symbolic_attributes(plan), partial), after.merged({}, partial, moved)


def _managed(plan: Plan) -> Iterator[PlannedResource]:
    return (one for one in plan.resources if one.mode == "managed")


def _symbolic_attributes(plan: Plan) -> Mapping[str, frozenset[str]]:
    """Attributes that become unknown, by address before: there like is compared with like, as the source has it."""
    return {
        one.previous_address or one.address: one.unknown
        for one in _managed(plan)
        if one.before is not None and one.after is not None and one.unknown
    }


def _moved(plan: Plan, blocks: Blocks) -> Iterator[Moved]:
    for one in _managed(plan):
        if one.previous_address and one.previous_address != one.address:
            yield Moved(one.previous_address, one.address, blocks.get(block_of(one.address)) or place(one.address))


@dataclass(slots=True)
class _Side:
    """One side: what is evaluated, and what the plan has there by address (None: it is not there)."""

    config: EvaluatedConfig
    plan: Plan
    blocks: Blocks
    planned: Mapping[str, ObjectValue | None]
    after: bool
    differing: dict[str, None] = field(default_factory=dict)
    varied: dict[str, None] = field(default_factory=dict)

    def merged(self, kept: Mapping[str, frozenset[str]], partial: bool, moved: tuple[Moved, ...] = ()) -> Merged:
        """The side with the plan over it; `kept` are attributes that stay as they are written."""
        near = _Written(self.config)
        there = {address: values for address, values in self.planned.items() if values is not None}
        types = {address: one for one in _managed(self.plan) for address in (one.address, one.previous_address)}
        instances = tuple(
            self._instance(address, types[address], values, near, kept.get(address, frozenset()))
            for address, values in there.items()
        )
        rest = tuple(self._rest(there, partial))
        everything = tuple(dict.fromkeys((*self.config.moved, *moved)))
        config = dataclasses.replace(self.config, resources=(*instances, *rest), latent=(), moved=everything)
        return Merged(config, tuple(self.differing), tuple(self.varied), tuple(self.unplanned()))

    def unplanned(self) -> Iterator[str]:
        """Instances that are certain here and that the plan does not have."""
        for one in self.config.resources:
            if one.mode == "managed" and not _open(one) and one.address not in self.planned:
                yield one.address

    def _instance(
        self, address: str, planned: PlannedResource, values: ObjectValue, near: _Written, kept: frozenset[str]
    ) -> ResourceInstance:
        exact = near.by_address.get(address)
        like = exact or near.by_block.get(block_of(address))
        if like is None:
            return self._unwritten(address, planned, values, near)
        certain = exact is not None and not exact.repeated
        attributes = self._attributes(address, like, self._given(address, values), kept, certain)
        return dataclasses.replace(like, address=address, attributes=attributes, repeated=False, guards=())

    def _given(self, address: str, values: ObjectValue) -> ObjectValue:
        """The values without what AWS will choose: unknown and no argument of the block."""
        arguments = self.plan.configured.get(block_of(address))
        if arguments is None:
            return values
        return ObjectValue(
            tuple((name, one) for name, one in values.entries if name in arguments or not isinstance(one, Unknown))
        )

    def _attributes(
        self, address: str, like: ResourceInstance, values: ObjectValue, kept: frozenset[str], certain: bool
    ) -> ObjectValue:
        found = dict(like.attributes.entries)
        for name, value in values.entries:
            mine = found.get(name)
            if mine is None:
                found[name] = value
            elif name not in kept and not isinstance(value, Unknown):
                filled = fill(mine, value)
                found[name] = filled.value
                if certain and not filled.agrees:
                    varied = by_root_variable(mine, self.config.root.directory)
                    (self.varied if varied else self.differing)[address] = None
        return OpenObject(tuple(sorted(found.items())), like.attributes.trail, address)

    def _unwritten(
        self, address: str, planned: PlannedResource, values: ObjectValue, near: _Written
    ) -> ResourceInstance:
        """An instance of a block of which none is evaluated: inside a module that is not here, or not written."""
        call = near.call_of(address)
        span = self.blocks.get(block_of(address)) if call is None else call.span
        if span is None:
            self.differing[address] = None
        given = self._given(address, values)
        given = ObjectValue(
            tuple(sorted((*given.entries, *planned.unread[self.after]), key=itemgetter(0))), given.trail
        )
        if call is not None:
            step = Step(call.span, f"module.{call.name}", StepKind.ADDRESS)
            given = ObjectValue(tuple((name, used_at(value, (step,))) for name, value in given.entries))
        attributes = OpenObject(given.entries, given.trail, address)
        existence = () if call is None else call.existence
        return ResourceInstance(
            address, "managed", planned.type, planned.name, attributes, span or place(address), existence
        )

    def _rest(self, there: Iterable[str], partial: bool) -> Iterator[ResourceInstance]:
        """What is evaluated and not there in the plan, without what the plan has decided."""
        addresses = set(there)
        blocks = {block_of(address) for address in self.planned}
        told = blocks if partial else blocks | (self.plan.declared or frozenset())
        inside = {call for block in told for call in enclosing(block)}
        for one in self.config.resources:
            if one.address in addresses:
                continue
            decided = one.mode == "managed" and _open(one) and block_of(one.address) in told
            if one.address in self.planned and self.after:
                self.differing[one.address] = None  # the plan deletes what is written
            if one.mode == "module":
                decided = block_of(one.address) in inside
            if not decided:
                yield one


def _open(one: ResourceInstance) -> bool:
    """Whether it is not known how many there are, or whether it is there."""
    return one.repeated or bool(one.guards)


@dataclass(slots=True)
class _Written:
    """Evaluated instances by address and by block, those that are there today first."""

    config: EvaluatedConfig
    by_address: dict[str, ResourceInstance] = field(default_factory=dict)
    by_block: dict[str, ResourceInstance] = field(default_factory=dict)
    calls: dict[str, ResourceInstance] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.config.blocks:
            if one.mode == "module":
                self.calls[block_of(one.address)] = one
            else:
                self.by_address[one.address] = one
                self.by_block[block_of(one.address)] = one

    def call_of(self, address: str) -> ResourceInstance | None:
        """The call of a module that is not here in which the instance lies."""
        return next((self.calls[call] for call in enclosing(block_of(address)) if call in self.calls), None)


MAX_VALUES = 10_000


def by_root_variable(value: Value, directory: str) -> bool:
    """Whether the default or a var file's value of a variable of the module in `directory` takes part in it."""
    pending = [value]
    for _ in range(MAX_VALUES):
        if not pending:
            return False
        one = pending.pop()
        if any(_is_variable(step, directory) for step in one.trail):
            return True
        if isinstance(one, StringValue):
            if any(_is_variable(step, directory) for part in one.parts for step in part.trail):
                return True
            pending += () if one.encoded is None else (one.encoded,)
        pending += contents(one)
    return False


def _is_variable(step: Step, directory: str) -> bool:
    file = step.span.file
    return (step.kind is StepKind.DEFAULT and file.rpartition("/")[0] == directory) or file.endswith(
        (".tfvars", ".tfvars.json")
    )
