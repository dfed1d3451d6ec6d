"""Evaluates the body of a block: arguments, nested blocks and dynamic blocks, to one object."""

from __future__ import annotations

from collections.abc import Mapping

from bot.evaluated.call import FunctionFault
from bot.evaluated.diagnostic import Step, StepKind
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Symbol
from bot.evaluated.guard import Guard
from bot.evaluated.partial import OpenObject, RepeatedList, RepeatedObject, repeated
from bot.evaluated.trails import with_step, with_trail
from bot.evaluated.value import ListValue, ObjectValue, Unknown, Value
from bot.evaluated.value_size import MAX_WEIGHT, is_deep, weight
from bot.frontends.terraform.evaluate.choice import PartlyFaulted, assume, spread
from bot.frontends.terraform.evaluate.expression import evaluate, failed
from bot.frontends.terraform.evaluate.iteration import iterations
from bot.frontends.terraform.evaluate.scope import Scope
from bot.frontends.terraform.modules.module import Declared, Layer, Written
from bot.frontends.terraform.syntax.nodes import Argument, Block, Expression, TupleExpression
from bot.late_pattern import late_pattern

META_ARGUMENTS = frozenset(("count", "for_each", "provider", "providers", "depends_on"))
META_BLOCKS = frozenset(("lifecycle", "provisioner", "connection"))


def resource_body(declared: Declared, scope: Scope, address: str, name: str) -> OpenObject:
    """The arguments and nested blocks of a resource or data source, without Terraform's own."""
    arguments = {key: each for key, each in declared.arguments.items() if key not in META_ARGUMENTS}
    blocks = tuple(each for each in declared.blocks if each.block.type not in META_BLOCKS)
    return _body(arguments, blocks, scope, address, name)


def provisioners(declared: Declared, scope: Scope, address: str, name: str) -> ObjectValue:
    """What Terraform itself runs when it makes or destroys a block, at "provisioner"; `self` is a symbol in it."""
    blocks = tuple(each for each in declared.blocks if each.block.type == "provisioner")
    return _body({}, blocks, scope, address, name) if blocks else ObjectValue(())


def left_alone(declared: Declared) -> frozenset[str]:
    """The arguments and nested blocks that Terraform leaves as they are (`ignore_changes`); "all" for all of them."""
    lifecycles = (
        (one.source, one.block.body.argument("ignore_changes")) for one in declared.blocks if _is_lifecycle(one)
    )
    said = ((source, each) for source, written in lifecycles if written is not None for each in _items(written.value))
    return frozenset(found[0] for source, each in said if (found := _NAME.search(source.text(each))) is not None)


_NAME = late_pattern(r"\w[\w-]*")


def _is_lifecycle(layer: Layer) -> bool:
    return layer.block.type == "lifecycle"


def _items(node: Expression) -> tuple[Expression, ...]:
    return node.items if isinstance(node, TupleExpression) else (node,)


def call_arguments(arguments: Mapping[str, Written], scope: Scope, name: str) -> ObjectValue:
    """Arguments alone, in order of their names, as a module call has them."""
    return ObjectValue(tuple(sorted((key, shallow(each, scope, f"{name}.{key}")) for key, each in arguments.items())))


def argument(written: Written, scope: Scope, what: str, kind: StepKind = StepKind.OTHER) -> Value:
    """An argument's value, used at the place of its name."""
    value = evaluate(written.argument.value, scope.at(written.source))
    return with_step(value, _step(written, what, kind))


def shallow(written: Written, scope: Scope, what: str) -> Value:
    """As `argument`, but unknown if it is nested too deeply, or holds too much, to be looked at."""
    value = argument(written, scope, what, StepKind.ADDRESS)
    if is_deep(value):
        reason = f"{what} is nested too deeply"
    elif weight((value,), MAX_WEIGHT) > MAX_WEIGHT:
        reason = f"{what} holds more than {MAX_WEIGHT} values"
    else:
        return value
    return failed(FunctionFault(DiagnosticKind.OVER_BUDGET, reason), written.argument.value, scope)


def _step(written: Written, what: str, kind: StepKind) -> Step:
    start = written.argument.start
    return written.source.step_between(start, start + len(written.argument.name), what, kind)


def _body(
    arguments: Mapping[str, Written], blocks: tuple[Layer, ...], scope: Scope, address: str, name: str
) -> OpenObject:
    members: dict[str, Value] = {key: shallow(each, scope, f"{name}.{key}") for key, each in arguments.items()}
    by_type: dict[str, list[Value]] = {}
    for layer in blocks:
        kind, found = _nested(layer, scope.at(layer.source), address, name)
        by_type.setdefault(kind, []).append(found)
    for kind, found_lists in by_type.items():
        members[kind] = spread(tuple(found_lists), _concatenated)
    return OpenObject(tuple(sorted(members.items())), address=address)


def _concatenated(lists: tuple[Value, ...]) -> Value:
    if len(lists) == 1:
        return lists[0]
    items: list[Value] = []
    for each in lists:
        if isinstance(each, ListValue):
            items.extend(with_trail(item, each.trail) for item in each.items)
        else:
            items.append(each)
    return ListValue(tuple(items))


def _nested(layer: Layer, scope: Scope, address: str, name: str) -> tuple[str, Value]:
    """The block's type and the list of objects it stands for."""
    block = layer.block
    if block.type == "dynamic" and block.labels:
        return block.labels[0], _dynamic(layer, scope, address, name)
    found = _object(block, layer, scope, f"{address}.{block.type}", f"{name}.{block.type}")
    return block.type, ListValue((found,))


def _object(block: Block, layer: Layer, scope: Scope, address: str, name: str) -> Value:
    arguments = {each.name: Written(each, layer.source) for each in block.body.arguments}
    blocks = tuple(Layer(each, layer.source) for each in block.body.blocks)
    found = _body(arguments, blocks, scope, address, name)
    return with_step(found, layer.source.header_step(block, f"{block.type} block", StepKind.AROUND))


def _dynamic(layer: Layer, scope: Scope, address: str, name: str) -> Value:
    block = layer.block
    kind = block.labels[0]
    written = block.body.argument("for_each")
    content = next((each for each in block.body.blocks if each.type == "content"), None)
    if written is None or content is None:
        scope.module.run.gap(
            DiagnosticKind.PARSE_ERROR, f"dynamic {kind} lacks for_each or content", layer.source.span(block)
        )
        return Unknown(Symbol(f"{address}.{kind}", "the dynamic block is incomplete"))
    iterator = _iterator(block, kind)
    collection = evaluate(written.value, scope)

    def expand(over: Value, given: frozenset[Guard]) -> Value:
        found = []
        for key, item in iterations(over):
            inner = scope.assuming(given).bind(**{iterator: ObjectValue((("key", key), ("value", item)))})
            each = _object(content, layer, inner, f"{address}.{kind}", f"{name}.{kind}")
            found.append(with_trail(each, item.trail))
        if found:
            scope.module.run.take((content,), scope)
        else:
            scope.module.run.leave(scope, (content,), written.value, over)
        unbounded = isinstance(over, (Unknown, RepeatedList, RepeatedObject))
        return repeated(tuple(found)) if unbounded else ListValue(tuple(found))

    try:
        return assume(collection, expand)
    except FunctionFault as fault:
        if isinstance(fault, PartlyFaulted):
            return fault.surviving
        return failed(fault, written.value, scope)


def _iterator(block: Block, kind: str) -> str:
    written: Argument | None = block.body.argument("iterator")
    return kind if written is None else getattr(written.value, "name", kind)
