"""Plans beside the configuration: which root each is of, what it fills in, and what it says otherwise."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Mapping, Sequence

from bot.data_sources import PROVIDER
from bot.evaluated.address import block_of, enclosing
from bot.evaluated.call import FunctionFault
from bot.evaluated.config import DataRequest, EvaluatedConfig, ResourceInstance, Root, RootSettings
from bot.evaluated.fence import Trouble, fenced
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.touched import FileChange, Touched
from bot.evaluated.trails import with_trail
from bot.evaluated.value import ObjectValue, StringValue, Unknown, Value
from bot.extract.attributes import bears_on_access, read_of
from bot.extract.readers import FAMILIES
from bot.frontends.front_ends import FrontEnds
from bot.frontends.terraform.plan.blocks import Blocks
from bot.frontends.terraform.plan.merge import Merged, merge
from bot.frontends.terraform.plan.plan import Plan, PlannedResource
from bot.frontends.terraform.plan.read import read
from bot.frontends.terraform.plan.values import place
from bot.frozen import dataclass
from bot.review.prose import first_few

NAMED = 3
"""So many addresses are named in a note."""

ALIKE = 0.5
"""A plan is taken to be of a root that shares at least this part of what both declare."""


MAX_LIKELY = 30
"""So many roots that declare the same are tried, to see which of them a plan is of."""


@dataclass(frozen=True, slots=True)
class PlanFile:
    """What `terraform show -json` printed: the file's name, its bytes, and the root's directory if it was said."""

    name: str
    content: bytes
    root: str | None = None


Pairs = tuple[tuple[EvaluatedConfig, EvaluatedConfig], ...]
"""Roots on both sides."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The roots of both sides in the same order, what is to be said of plans, and what only plans touch.

    `alone` are those of which only a plan tells, in their order, with the arguments that blocks give.
    """

    base: tuple[EvaluatedConfig, ...]
    head: tuple[EvaluatedConfig, ...]
    notes: tuple[str, ...] = ()
    touched: tuple[FileChange, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    alone: Pairs = ()

    def touching(self, touched: Touched) -> Touched:
        """The change with what only plans touch: places that are addresses of resources."""
        return Touched((*touched.files, *self.touched)) if self.touched else touched


def read_plans(files: Iterable[PlanFile]) -> tuple[Plan, ...]:
    """The plans. Raises PlanFault."""
    return tuple(with_documents(read(file.content, file.name, file.root, read_of, bears_on_access)) for file in files)


def with_plans(
    plans: Sequence[Plan],
    base: tuple[EvaluatedConfig, ...],
    head: tuple[EvaluatedConfig, ...],
    trees: tuple[SourceTree, SourceTree],
    front_ends: FrontEnds,
) -> Sides:
    """Both sides with what plans say of their roots.

    Where a plan cannot be of the head's configuration both are reviewed: the root as planned and as written.
    """
    sides = Sides(base, head)
    for plan in plans:
        merged = fenced("", "merging", functools.partial(_merged, plan, sides, trees, front_ends), plan.name)
        if isinstance(merged, Trouble):  # its root is reviewed as it is written
            sides = dataclasses.replace(sides, troubles=(*sides.troubles, merged))
        else:
            sides = merged
    return sides


def _merged(plan: Plan, sides: Sides, trees: tuple[SourceTree, SourceTree], front_ends: FrontEnds) -> Sides:
    index = _root_of(plan, sides, trees[1], front_ends)
    return _alone(plan, sides) if index is None else _over(plan, index, sides, trees, front_ends)


def _root_of(plan: Plan, sides: Sides, head: SourceTree, front_ends: FrontEnds) -> int | None:
    """Which of the evaluated roots a plan is of; of several variants the one that contradicts it least."""
    planned = _top_of(plan)
    likeness: list[tuple[float, int]] = []
    for index, config in enumerate(sides.head):
        if plan.root is None or config.root.directory == plan.root:
            declared = front_ends.declared(head, config.root.directory)
            alike = len(planned & declared) / len(planned | declared) if planned | declared else 0.0
            if plan.root is not None or alike >= ALIKE:
                likeness.append((alike, index))
    best = max((alike for alike, _ in likeness), default=0.0)
    likely = [index for alike, index in likeness if alike == best][:MAX_LIKELY]
    return min(likely, key=lambda index: _contradictions(plan, sides, index), default=None)


def _contradictions(plan: Plan, sides: Sides, index: int) -> int:
    first, second = merge(sides.base[index], sides.head[index], plan, ({}, {}))
    return len(first.differing) + len(second.differing) + len(second.varied)


def _top_of(plan: Plan) -> frozenset[str]:
    """What the plan's root module declares, as `top_names` says it."""
    managed = (block_of(one.address) for one in plan.resources if one.mode == "managed")
    return frozenset(".".join(block.split(".")[:2]) for block in managed) if plan.top is None else plan.top


def _over(plan: Plan, index: int, sides: Sides, trees: tuple[SourceTree, SourceTree], front_ends: FrontEnds) -> Sides:
    base, head = sides.base[index], sides.head[index]
    directory = head.root.directory
    spans = tuple(front_ends.block_spans(tree, directory) for tree in trees)
    before, after = merge(base, head, plan, (spans[0], spans[1]))
    other = _other_blocks(plan, spans[1], head)
    as_written = bool(other or before.differing or after.differing)
    notes = (*sides.notes, *_notes(plan, directory, before, after, other))
    return dataclasses.replace(
        sides,
        base=_replaced(sides.base, index, before.config, as_written),
        head=_replaced(sides.head, index, after.config, as_written),
        notes=notes,
        touched=(*sides.touched, *_touched(plan, spans[1], _remote(base, head))),
    )


def _replaced(
    configs: tuple[EvaluatedConfig, ...], index: int, merged: EvaluatedConfig, as_written: bool
) -> tuple[EvaluatedConfig, ...]:
    written = configs[index]
    both = (*configs[:index], merged, *configs[index + 1 :])
    if not as_written:
        return both
    root = written.root
    variant = f"{root.variant}, as written" if root.variant else "as written"
    return (*both, dataclasses.replace(written, root=dataclasses.replace(root, variant=variant)))


def _other_blocks(plan: Plan, spans: Blocks, head: EvaluatedConfig) -> tuple[str, ...]:
    """Blocks that only the plan's configuration has, or only the head's."""
    if plan.declared is None:
        return ()
    remote = _remote(head)
    there = {block for block in plan.declared if remote.isdisjoint(enclosing(block))}
    only_planned = (f"{block} is only in the plan" for block in sorted(there - spans.keys()))
    only_written = (f"{block} is not in it" for block in sorted(spans.keys() - there))
    return (*only_planned, *only_written)


def _remote(*configs: EvaluatedConfig) -> frozenset[str]:
    """The calls of modules that are not in the repository, without instance keys."""
    return frozenset(block_of(one.address) for config in configs for one in config.resources if one.mode == "module")


def _notes(plan: Plan, directory: str, before: Merged, after: Merged, other: tuple[str, ...]) -> Iterable[str]:
    where = directory or "the top directory"
    if plan.partial:
        yield f"{plan.name} does not hold every change: {plan.partial}"
    if other or after.differing:
        differing = tuple(f"{address} says something else" for address in after.differing)
        yield (
            f"{plan.name} was not made from the head of {where}: {first_few((*other, *differing), NAMED)}; "
            "what it plans and what is written are both reviewed. Plan the head again"
        )
    if after.varied:
        yield f"{plan.name} was made with other values of variables, which are taken: {first_few(after.varied, NAMED)}"
    if before.differing and not (other or after.differing):
        yield (
            f"{plan.name}: what is there now is not what the base of {where} says: "
            f"{first_few(before.differing, NAMED)}; the change is reviewed against both"
        )
    if after.unplanned and not other:
        yield f"{plan.name} leaves out, and they are reviewed as they are written: {first_few(after.unplanned, NAMED)}"


def _alone(plan: Plan, sides: Sides) -> Sides:
    """A plan of a root that is not evaluated: what it says itself, at the addresses of its resources."""
    nothing = EvaluatedConfig(Root("" if not sides.head else plan.root or plan.name))
    before, after = merge(nothing, nothing, plan, ({}, {}))
    notes = list(sides.notes)
    if plan.partial:
        notes.append(f"{plan.name} does not hold every change: {plan.partial}")
    if sides.head:
        notes.append(
            f"{plan.name} fits no root module that this change touches: it is reviewed by itself, "
            "without source lines; say whose it is with --plan ROOT=FILE"
        )
    touched = tuple(_touched(plan, {}))
    # The addresses stand for the files that it is read from.
    files = frozenset(path for one in touched for path in (one.base, one.head) if path)
    base, head = (dataclasses.replace(side.config, files=files) for side in (before, after))
    return dataclasses.replace(
        sides,
        base=(*sides.base, base),
        head=(*sides.head, head),
        notes=tuple(notes),
        touched=(*sides.touched, *touched),
        alone=(*sides.alone, (_as_given(base, plan), _as_given(head, plan))),
    )


def _as_given(side: EvaluatedConfig, plan: Plan) -> EvaluatedConfig:
    """The side without what AWS filled in, and without blocks that are gone and of which extraction tells all."""
    if plan.declared is None:
        return side
    moved = {one.previous_address: one.address for one in plan.resources if one.previous_address}

    def given(one: ResourceInstance) -> ResourceInstance | None:
        arguments = plan.configured.get(block_of(moved.get(one.address, one.address)))
        if arguments is None:
            return None if one.type in FAMILIES else one
        entries = tuple(entry for entry in one.attributes.entries if entry[0] in arguments)
        return dataclasses.replace(one, attributes=dataclasses.replace(one.attributes, entries=entries))

    return dataclasses.replace(side, resources=tuple(filter(None, map(given, side.resources))))


def _touched(plan: Plan, spans: Blocks, remote: frozenset[str] = frozenset()) -> Iterable[FileChange]:
    """Every change of an instance that has no block or module call in the source."""
    for one in plan.resources:
        block = block_of(one.address)
        if one.changes and one.mode == "managed" and block not in spans and remote.isdisjoint(enclosing(block)):
            base = (one.previous_address or one.address) if one.before is not None else ""
            head = one.address if one.after is not None else ""
            yield FileChange(base, head, frozenset(), frozenset(), (), opaque=True)


_DOCUMENT = "aws_iam_policy_document"


def with_documents(plan: Plan) -> Plan:
    """The plan with policies in place of the documents that they are, where only parts of those are unknown."""
    documents = {
        f"{one.address}.{named}": rendered
        for one in plan.resources
        if one.mode == "data" and one.type == _DOCUMENT and (rendered := _rendered(one)) is not None
        for named in ("json", "minified_json", "id")  # of an instance by key the plan does not tell which attribute
    }
    if not documents:
        return plan
    resources = (dataclasses.replace(one, after=_filled(one.after, documents)) for one in plan.resources)
    return dataclasses.replace(plan, resources=tuple(resources))


def _rendered(one: PlannedResource) -> Value | None:
    if one.after is None:
        return None
    arguments = ObjectValue(tuple((name, value) for name, value in one.after.entries if name != "json"))
    request = DataRequest(one.address, arguments, RootSettings(), place(one.address))
    try:
        value = PROVIDER.data_sources[_DOCUMENT](request).get("json")
    except FunctionFault:
        return None
    return value if isinstance(value, StringValue) else None


def _filled(values: ObjectValue | None, documents: Mapping[str, Value]) -> ObjectValue | None:
    if values is None:
        return None
    return ObjectValue(tuple((name, _document(value, documents)) for name, value in values.entries), values.trail)


def _document(value: Value, documents: Mapping[str, Value]) -> Value:
    found = documents.get(value.symbol.name) if isinstance(value, Unknown) else None
    return value if found is None else with_trail(found, value.trail)
