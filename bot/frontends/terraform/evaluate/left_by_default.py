"""What defaults alone keep out of blocks that are there: where it is written, and which variables would let it in."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping

from bot.evaluated.call import FunctionFault
from bot.evaluated.diagnostic import Span
from bot.evaluated.document import Symbol
from bot.evaluated.guard import AboveZero, Condition, Guard, KeptOut, NotDefault, NotEmpty, OtherThanDefault
from bot.evaluated.value import BoolValue, Value, is_false
from bot.frontends.terraform.evaluate.branches import Left
from bot.frontends.terraform.evaluate.instance import ModuleInstance
from bot.frontends.terraform.evaluate.latent import MAX_NAMES, counts_none, is_none
from bot.frontends.terraform.modules.module import Declared
from bot.frontends.terraform.syntax.nodes import (
    Attribute,
    Binary,
    FunctionCall,
    Literal,
    Name,
    Node,
    ObjectExpression,
    Parentheses,
    Template,
    TupleExpression,
    called_module,
    children,
)
from bot.frontends.terraform.syntax.source_files import Source

_SAME_ITEMS = frozenset({"toset", "tolist", "tomap"})

_Place = tuple[Node, ModuleInstance, Source]
_Deciders = Mapping[str, Value]


def left_by_default(root: ModuleInstance) -> Iterator[KeptOut]:
    """Everything that variables would let in that have their defaults; not what whole blocks hang on."""
    known: dict[tuple[int, int], _Deciders] = {}
    counts = _counts_of_nothing(root)
    seen: set[tuple[Span, tuple[str, ...]]] = set()
    for left in root.run.branches.left():
        if any(start <= left.nodes[0].start < end for start, end in counts.get(left.scope.source.path, ())):
            continue
        deciders = _chosen({**_written_deciders(left, known), **_deciders_of_value(left.value, root)})
        spans = tuple(dict.fromkeys(_spans(left))) if deciders else ()
        key = (spans[0], tuple(deciders)) if spans else None
        if key is not None and key not in seen:
            seen.add(key)
            guard = _guard(deciders, left.scope.source.span(left.decided))
            yield KeptOut(spans, guard, tuple(deciders), left.address, is_blank=all(map(_is_blank, left.nodes)))


def _is_blank(node: Node) -> bool:
    """Whether an expression says nothing: an empty list, object or text, null, 0, false; a condition is no value."""
    if isinstance(node, Literal):
        return not node.value
    if isinstance(node, Binary):
        return node.operator in ("&&", "||")
    return isinstance(node, TupleExpression | ObjectExpression | Template) and not any(children(node))


def _counts_of_nothing(root: ModuleInstance) -> Mapping[str, list[tuple[int, int]]]:
    """By file what blocks hang on of which there are none: these are followed as a whole."""
    none: dict[tuple[str, int, int], bool] = {}
    for place, has_none in _counts(root):
        none[place] = none.get(place, True) and has_none
    found: dict[str, list[tuple[int, int]]] = {}
    for path, start, end in (place for place, has_none in none.items() if has_none):
        found.setdefault(path, []).append((start, end))
    return found


def _counts(instance: ModuleInstance) -> Iterator[tuple[tuple[str, int, int], bool]]:
    """What blocks hang on, and whether there are none."""
    calls = ((("module", name), one) for name, one in instance.module.calls.items())
    declared: Iterable[tuple[object, Declared]] = (*instance.module.resources.items(), *calls)
    for key, one in declared:
        written = one.arguments.get("count") or one.arguments.get("for_each")
        if written is not None:
            place = (written.source.path, written.argument.start, written.argument.end)
            yield place, not instance.expansion(one, key)
    for _, child in itertools.chain.from_iterable((*instance.called.values(), *instance.called_latently.values())):
        if child is not None:
            yield from _counts(child)


def _written_deciders(left: Left, known: dict[tuple[int, int], _Deciders]) -> _Deciders:
    """The variables that an expression names which decided, by way of locals, arguments and outputs."""
    module = left.scope.module
    if not isinstance(module, ModuleInstance):
        return {}
    key = (id(left.decided), id(module))
    if key not in known:
        reached = _reached((left.decided,), module, left.scope.source)
        known[key] = {name: value for (node, where, _), _ in reached for name, value in _variable(node, where)}
    return known[key]


def _variable(node: Node, where: ModuleInstance) -> Iterator[tuple[str, Value]]:
    """The variable that a node names, where nobody gives it anything."""
    if isinstance(node, Attribute) and isinstance(node.target, Name) and node.target.name == "var":
        yield from _of_name(node.name, where)


def _of_name(name: str, where: ModuleInstance) -> Iterator[tuple[str, Value]]:
    declared, given = where.module.variables.get(name), where.givens.get(name)
    if declared is None or "default" not in declared.arguments or (given is not None and not given.by_default):
        return
    try:
        yield f"{where.prefix}var.{name}", where.variable(name)
    except FunctionFault:
        return


def _deciders_of_value(value: Value, root: ModuleInstance) -> _Deciders:
    """The root variables whose defaults a value came from."""
    named = (step.defaulted.removeprefix("var.") for step in value.trail if step.span.file in root.module.files)
    return dict(found for name in named for found in _of_name(name, root))


def _chosen(found: _Deciders) -> _Deciders:
    """Those that are false, empty or nothing, which are what switches are; else those that are true; else all."""
    off = {name: value for name, value in found.items() if _is_off(value)}
    return off or {name: value for name, value in found.items() if isinstance(value, BoolValue)} or found


def _is_off(value: Value) -> bool:
    return is_none(value) or is_false(value)


def _guard(deciders: _Deciders, origin: Span) -> Guard:
    names, values = tuple(map(_told, deciders)), tuple(deciders.values())
    symbols = frozenset(map(Symbol, deciders))
    if len(values) == 1 and isinstance(values[0], BoolValue):
        return Guard(OtherThanDefault(names[0]), not values[0].value, symbols, origin)
    condition: Condition = NotDefault(names)
    if all(map(counts_none, values)):
        condition = AboveZero(names)
    elif all(map(is_none, values)):
        condition = NotEmpty(names)
    return Guard(condition, True, symbols, origin)


def _told(name: str) -> str:
    """A variable in words: of a module that is called, with whose it is."""
    call, dot, variable = name.rpartition(".var.")
    return f"var.{variable} of {call}" if dot else name


def _spans(left: Left) -> Iterator[Span]:
    """Where what was left out is written, and what it names."""
    source, module = left.scope.source, left.scope.module
    nodes = [(node, source) for node in left.nodes]
    if not isinstance(module, ModuleInstance):
        if left.picked is None:
            yield source.between(left.nodes[0].start, left.nodes[-1].end)
        return
    if left.picked is not None:
        nodes = list(_others(left, module))
    for node, written in nodes:
        yield written.span(node)
    for node, written in nodes:
        for (target, _, where), is_named in _reached((node,), module, written):
            if is_named:
                yield where.span(target)


def _others(left: Left, module: ModuleInstance) -> Iterator[tuple[Node, Source]]:
    """The entries of a map or list but for those that are picked; what is given in their place where there are some."""
    found = _map(left.nodes[0], module, left.scope.source)
    if found is None:
        return
    node, source = found
    keys, picked = dict(_entries(node, source)), left.picked or frozenset()
    written = ((key, value, source.text(value)) for key, value in keys.items())
    yield from ((value, source) for key, value, text in written if key not in picked and text not in picked)
    if not picked.isdisjoint(keys):
        yield from ((default, left.scope.source) for default in left.nodes[2:])


def _entries(node: ObjectExpression | TupleExpression, source: Source) -> Iterator[tuple[str, Node]]:
    if isinstance(node, ObjectExpression):
        yield from ((source.text(item.key).strip('"'), item.value) for item in node.items)
    else:
        yield from ((str(at), item) for at, item in enumerate(node.items))


def _map(
    node: Node, module: ModuleInstance, source: Source
) -> tuple[ObjectExpression | TupleExpression, Source] | None:
    """The object or list that an expression is written as, or the local that it names."""
    for _ in range(MAX_NAMES):
        if isinstance(node, ObjectExpression | TupleExpression):
            return node, source
        if isinstance(node, Parentheses):
            node = node.inner
            continue
        if isinstance(node, FunctionCall) and node.name in _SAME_ITEMS and len(node.arguments) == 1:
            node = node.arguments[0]
            continue
        named = _named(node, module)
        if not named or len(named) > 1:
            return None
        node, module, source = named[0]
    return None


def _reached(nodes: Iterable[Node], where: ModuleInstance, source: Source) -> Iterator[tuple[_Place, bool]]:
    """Every node in some, and in what they name; whether it is the whole of something that is named."""
    seen: set[int] = set()
    left: list[tuple[_Place, bool]] = [((node, where, source), False) for node in nodes]
    while left and len(seen) < MAX_NAMES:
        place, is_named = left.pop()
        yield place, is_named
        node, module, written = place
        named = _named(node, module)
        if named is None:
            left += [((child, module, written), False) for child in reversed(tuple(children(node)))]
            continue
        for each in named:
            if id(each[0]) not in seen:
                seen.add(id(each[0]))
                left.append((each, True))


def _named(node: Node, where: ModuleInstance) -> tuple[_Place, ...] | None:
    """What a local, an argument, a document or an output is written as; None if it is none of these."""
    match node:
        case Attribute(target=Name(name="local"), name=name):
            local = where.module.locals.get(name)
            return () if local is None else ((local.argument.value, where, local.source),)
        case Attribute(target=Name(name="var"), name=name):
            return tuple(_given(name, where))
        case Attribute(target=Attribute(target=Name(name="data"), name=kind), name=name):
            declared = where.module.resources.get(("data", kind, name))
            return () if declared is None else tuple((one.block, where, one.source) for one in declared.layers)
        case Attribute(target=target, name=output) if call := called_module(target):
            return tuple(_output(call, output, where))
    return None


def _given(name: str, where: ModuleInstance) -> Iterator[_Place]:
    given = where.givens.get(name)
    if where.address and given is not None and isinstance(given.scope.module, ModuleInstance):
        yield given.written.argument.value, given.scope.module, given.written.source


def _output(call: str, output: str, where: ModuleInstance) -> Iterator[_Place]:
    for _, child in where.called.get(call, ()):
        declared = None if child is None else child.module.outputs.get(output)
        value = None if declared is None else declared.arguments.get("value")
        if child is not None and value is not None:
            yield value.argument.value, child, value.source
