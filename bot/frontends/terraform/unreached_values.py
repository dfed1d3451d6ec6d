"""Values of a var file, and defaults of optional attributes, that are others and reach nothing that is compared."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from bot.evaluated.address import block_of
from bot.evaluated.config import EvaluatedConfig, ResourceInstance, Root
from bot.evaluated.diagnostic import Side, Span
from bot.evaluated.mentions import plain, spans
from bot.evaluated.redefinition import Place, Redefinition, redefinition
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.earlier_paths import earlier_directory, earlier_path
from bot.frontends.terraform.evaluate.types import Collection, ObjectType, Type, read_type
from bot.frontends.terraform.modules.module import SUFFIXES, load_module
from bot.frontends.terraform.modules.static_reach import ValueReach
from bot.frontends.terraform.modules.var_file_names import VAR_FILE_SUFFIXES
from bot.frontends.terraform.shape import shape
from bot.frontends.terraform.syntax.nodes import (
    Argument,
    Expression,
    Literal,
    Node,
    ObjectExpression,
    TemplateText,
    children,
)
from bot.frontends.terraform.syntax.source_files import Source, SyntaxCache
from bot.late_pattern import late_pattern

INERT = frozenset({"tags", "labels", "description", "region"})
"""Names of values that give nobody access."""

Sides = tuple[tuple[Side, EvaluatedConfig], ...]


def unreached(
    trees: tuple[SourceTree, SourceTree],
    configs: tuple[EvaluatedConfig, EvaluatedConfig],
    paths: Iterable[str],
    reach: ValueReach,
) -> Iterator[Redefinition]:
    """The values of a root's touched var files that no evaluated block carries.

    Not those that could decide no access whatever they are.
    """
    base, head = configs
    sides: Sides = (("head", head), ("base", base))
    there = (_there(base), _there(head))
    known = head.files | (base.files - {earlier_path(path, head.root) for path in head.files})
    for path in paths:
        if path.endswith(VAR_FILE_SUFFIXES) and path in known:
            for name, places in _others(trees, path, head.root, reach):
                if reach.may_give(head.root.directory, name, there):
                    yield from _unreached(trees, path, name, places, sides, reach)


def unreached_attributes(
    trees: tuple[SourceTree, SourceTree],
    configs: tuple[EvaluatedConfig, EvaluatedConfig],
    paths: Iterable[str],
    reach: ValueReach,
) -> Iterator[Redefinition]:
    """The defaults of attributes in the types of a root's variables (`optional(string, "...")`) that no block carries.

    Of a module that nobody here calls, callers who leave the attribute out have them.
    """
    base, head = configs
    where = (earlier_directory(head.root), head.root.directory)
    if not any(path.rpartition("/")[0] == where[1] and path.endswith(SUFFIXES) for path in paths):
        return
    sides: Sides = (("head", head), ("base", base))
    there = (_there(base), _there(head))
    for key, places in _other_defaults(trees, where, reach):
        if not reaches(places, sides) and reach.may_give(where[1], key[0], there):
            yield _unreached_attribute(key, places)


def _other_defaults(
    trees: tuple[SourceTree, SourceTree], where: tuple[str, str], reach: ValueReach
) -> Iterator[tuple[tuple[str, ...], tuple[Place, ...]]]:
    """Those that are others at head, of variables that were there, with their places."""
    before, after = (dict(_defaults(tree, one, reach)) for tree, one in zip(trees, where, strict=True))
    known = load_module(trees[0], where[0], reach.cache).variables
    for key, (node, span) in after.items():
        old = before.get(key)
        same = key[0] not in known or (old is not None and shape(old[0]) == shape(node))
        if not same and _may_tell(key, node):
            yield key, (("head", span), *((("base", old[1]),) if old is not None else ()))


def _unreached_attribute(key: tuple[str, ...], places: tuple[Place, ...]) -> Redefinition:
    name = f"var.{'.'.join(key)}"
    return redefinition(
        name,
        f"what {name} is where it is left out is another, and it reaches nothing that was compared",
        "check what it decides for those who leave it out",
        places,
    )


def _defaults(
    tree: SourceTree, directory: str, reach: ValueReach
) -> Iterator[tuple[tuple[str, ...], tuple[Expression, Span]]]:
    """The defaults that types of variables hold, by the variable and the way to the attribute."""
    for name, declared in load_module(tree, directory, reach.cache).variables.items():
        written = declared.arguments.get("type")
        if written is not None:
            for way, node in _in_type(read_type(written.argument.value)):
                yield (name, *way), (node, written.source.span(node))


def _in_type(held: Type) -> Iterator[tuple[tuple[str, ...], Expression]]:
    match held:
        case Collection(element=element):
            yield from _in_type(element)
        case ObjectType(fields=fields):
            for name, one in fields:
                if one.default is not None:
                    yield (name,), one.default
                yield from (((name, *way), node) for way, node in _in_type(one.type))


def _may_tell(key: tuple[str, ...], node: Expression) -> bool:
    """Whether a default may say who may do what: a text that names or opens something, a switch that is called so."""
    if INERT & set(key):
        return False
    if isinstance(node, Literal):
        return isinstance(node.value, bool) and _OF_ACCESS.search(".".join(key)) is not None
    return any(map(_names_something, _texts(node)))


def _names_something(text: str) -> bool:
    """Whether a text holds a wildcard, is an ARN, an action, an account, or a word for how far something is open."""
    return _OPENS.search(text) is not None


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, TemplateText):
        yield node.text
    for child in children(node):
        yield from _texts(child)


_OF_ACCESS = late_pattern(
    r"access|admin|allow|anonymous|assume|attach|grant|permission|polic|principal|public|role|trust"
)
_OPENS = late_pattern(
    r"\*|^arn\b|^[a-z\d-]+[^\w./-][A-Z]\w+$|^\d{12}$|Access$|^[A-Z][A-Z_]{3,}$|^(?i:public|private|none|open)\b"
)


def _there(config: EvaluatedConfig) -> frozenset[str]:
    """The blocks and calls that there is one of, or would be with other values of the root's variables."""
    return frozenset(block_of(one.here) for one in config.blocks)


def _others(
    trees: tuple[SourceTree, SourceTree], path: str, root: Root, reach: ValueReach
) -> Iterator[tuple[str, tuple[Place, ...]]]:
    """The variables to which a var file gives another value at head, with its places; not what says nothing."""
    cache = reach.cache
    paths = _both_paths(path, root)
    before, after = (_given(tree, one, cache) for tree, one in zip(trees, paths, strict=True))
    for name in dict.fromkeys((*after, *before)):
        old, new = before.get(name), after.get(name)
        if name in INERT or _same(old, new) or _is_number(old, new) or not reach.may_give(root.directory, name):
            continue
        loaded = ((root.was or root).settings.var_files, root.settings.var_files)
        sides = zip(paths, loaded, trees, strict=True)
        if not all(_is_overridden(name, one, files, tree, cache) for one, files, tree in sides):
            yield name, (*_place("head", new), *_place("base", old))


def _both_paths(path: str, root: Root) -> tuple[str, str]:
    return earlier_path(path, root), path


def _place(side: Side, one: _Written | None) -> tuple[Place, ...]:
    return () if one is None else ((side, one[1]),)


def _unreached(
    trees: tuple[SourceTree, SourceTree],
    path: str,
    name: str,
    places: tuple[Place, ...],
    sides: Sides,
    reach: ValueReach,
) -> Iterator[Redefinition]:
    """The value, or those of its entries, that no block carries; where a file leaves it out its default counts."""
    root, written = sides[0][1].root, {side for side, _ in places}
    both: tuple[tuple[Side, SourceTree, str], ...] = (
        ("base", trees[0], earlier_directory(root)),
        ("head", trees[1], root.directory),
    )
    defaults = ((side, reach.default(tree, where, name)) for side, tree, where in both if side not in written)
    held = (*places, *((side, span) for side, span in defaults if span is not None))
    if not reaches(held, sides):
        yield unreached_value(name, path, places)
        return
    for key, entry in _differing_entries(trees, _both_paths(path, root), name, reach.cache):
        if not reaches(entry, sides):
            yield unreached_value(f'{name}["{key}"]', path, entry)


def _differing_entries(
    trees: tuple[SourceTree, SourceTree], paths: tuple[str, str], name: str, cache: SyntaxCache
) -> Iterator[tuple[str, tuple[Place, ...]]]:
    """The entries of a map that differ: those of a workspace that nobody names are not evaluated beside the others."""
    before, after = (_entries(tree, path, name, cache) for tree, path in zip(trees, paths, strict=True))
    for key in dict.fromkeys((*after, *before)):
        both: tuple[tuple[Side, tuple[Hashable, Span] | None], ...] = (
            ("head", after.get(key)),
            ("base", before.get(key)),
        )
        said = [one and one[0] for _, one in both]
        if said[0] != said[1]:
            yield key, tuple((side, one[1]) for side, one in both if one is not None)


def _entries(tree: SourceTree, path: str, name: str, cache: SyntaxCache) -> dict[str, tuple[Hashable, Span]]:
    source = cache.source(tree, path) if tree.has(path) else None
    if not isinstance(source, Source):
        return {}
    held = (each.value for each in source.syntax.body.arguments if each.name == name)
    items = (item for value in held if isinstance(value, ObjectExpression) for item in value.items)
    return {
        source.text(item.key).strip('"'): (shape(item.value), source.span(item.value))
        for item in items
        if isinstance(item.value, ObjectExpression)
    }


def unreached_value(name: str, path: str, places: tuple[Place, ...]) -> Redefinition:
    """What is told of a variable whose value in a file is another, and seen nowhere."""
    return redefinition(
        f"var.{name} ({path})",
        f"the value of {name} is another, and it reaches nothing that was compared",
        "check what it decides, or write it where it can be evaluated",
        places,
    )


_Written = tuple[Argument, Span]


def _given(tree: SourceTree, path: str, cache: SyntaxCache) -> dict[str, _Written]:
    source = cache.source(tree, path) if tree.has(path) else None
    if not isinstance(source, Source):
        return {}
    return {each.name: (each, source.span(each)) for each in source.syntax.body.arguments}


def _is_overridden(name: str, path: str, loaded: Sequence[str], tree: SourceTree, cache: SyntaxCache) -> bool:
    """Whether a var file that is loaded after one gives the variable its value."""
    later = loaded[loaded.index(path) + 1 :] if path in loaded else ()
    return any(name in _given(tree, other, cache) for other in later)


def _same(old: _Written | None, new: _Written | None) -> bool:
    return old is not None and new is not None and shape(old[0].value) == shape(new[0].value)


def _is_number(*both: _Written | None) -> bool:
    """Whether it is a number before and after: how many of something there are is seen where it counts instances."""
    written = [each[0].value for each in both if each is not None]
    return all(isinstance(node, Literal) and isinstance(node.value, int | float) for node in written) and not any(
        isinstance(node, Literal) and isinstance(node.value, bool) for node in written
    )


def reaches(places: tuple[Place, ...], sides: Sides) -> bool:
    """Whether a block that is compared carries it, on either side; a call of a module that is not here tells of itself
    where it is another."""
    others = {side: {one.address: one for one in _blocks(config)} for side, config in sides}
    there: dict[Side, Side] = {"head": "base", "base": "head"}
    return any(
        any(span.begins_in(place) for span in _carried(one))
        and (one.mode != "module" or _is_another(one, others[there[side]].get(one.address)))
        for side, place in places
        for here, config in sides
        if here == side
        for one in _blocks(config)
    )


def _blocks(config: EvaluatedConfig) -> tuple[ResourceInstance, ...]:
    return (*config.resources, *config.latent, *config.providers)


def _is_another(call: ResourceInstance, other: ResourceInstance | None) -> bool:
    return other is None or plain(call.attributes) != plain(other.attributes)


def _carried(one: ResourceInstance) -> Iterator[Span]:
    yield from (step.span for step in one.existence)
    yield from spans(one.attributes)
    yield from spans(one.runs)
