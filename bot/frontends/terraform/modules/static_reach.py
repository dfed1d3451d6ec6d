"""What configuration and values can come to, told from syntax without evaluating anything."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import field

from bot.evaluated.call import FunctionFault, resolve
from bot.evaluated.diagnostic import Span
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.modules.module import (
    SUFFIXES,
    Declared,
    Module,
    block_type,
    configuration_files,
    load_module,
)
from bot.frontends.terraform.modules.required_providers import aws_programs
from bot.frontends.terraform.shape import shape
from bot.frontends.terraform.syntax.nodes import (
    Attribute,
    Block,
    Name,
    Node,
    Template,
    TemplateText,
    children,
    literal_text,
)
from bot.frontends.terraform.syntax.source_files import Source, SyntaxCache
from bot.frozen import dataclass

_SAID_OF = frozenset({"description"})
"""Arguments of variables and outputs that are for people."""

_EVERY = frozenset({"count", "for_each"})
"""Arguments that may have a block be there not once."""

_STATE = ("backend", "cloud")

Said = tuple[str, Hashable]
"""What somebody would write to use a piece of configuration, "" where it counts unused; and what it says."""

Carries = Callable[[str, str], bool]
"""Whether an argument of a type may carry access."""

MAX_DEPTH = 10
"""So many calls of modules are followed; what is beyond them may carry access."""


@dataclass(slots=True)
class InertChanges:
    """The changed files of two revisions, directory by directory; what is read is kept."""

    trees: tuple[SourceTree, SourceTree]
    changed: frozenset[str]
    cache: SyntaxCache
    _known: dict[str, bool] = field(default_factory=dict)

    def cannot_matter(self, path: str) -> bool:
        """Whether a changed file, with all that changes beside it, is configuration that says the same to Terraform.

        Comments, layout, blocks that move to another file, descriptions of variables, versions of providers; and
        values, variables and other providers that nothing in the directory uses.
        """
        directory = path.rpartition("/")[0]
        if directory not in self._known:
            self._known[directory] = self._is_inert(directory)
        return path.endswith(SUFFIXES) and self._known[directory]

    def _is_inert(self, directory: str) -> bool:
        sides = [self._said(tree, directory) for tree in self.trees]
        one, other = (None if said is None else Counter(said) for said in sides)
        if one is None or other is None:
            return False
        differing = (one - other) + (other - one)
        uses = {use for use, _ in differing}
        return "" not in uses and not any(self._is_used(use, directory) for use in uses)

    def _said(self, tree: SourceTree, directory: str) -> list[Said] | None:
        """What the changed files of a directory say; None if a part of it cannot be read."""
        found: list[Said] = []
        for path in configuration_files(self.cache.directory(tree, directory)):
            if path not in self.changed:
                continue
            source = self.cache.source(tree, path)
            if not isinstance(source, Source) or source.syntax.unread or "override.t" in path:
                return None
            found.extend(said for block in source.syntax.body.blocks for said in _of_block(block))
        return found

    def _is_used(self, use: str, directory: str) -> bool:
        """Whether a file of the directory names it, be it in a comment."""
        word = re.compile(rb"\b" + re.escape(use.encode()) + rb"(?![\w-])")
        listed = [(tree, configuration_files(self.cache.directory(tree, directory))) for tree in self.trees]
        return any(word.search(tree.read(path) or b"") for tree, paths in listed for path in paths)


def _of_block(block: Block) -> Iterator[Said]:
    label = block.labels[0] if block.labels else ""
    match block.type:
        case "locals":
            yield from ((f"local.{each.name}", shape(each)) for each in block.body.arguments)
        case "variable":
            yield f"var.{label}", shape(block, _SAID_OF)
        case "output":
            yield "", shape(block, _SAID_OF)
        case "terraform":
            kept = (each for each in (*block.body.blocks, *block.body.arguments) if _name(each) in _STATE)
            yield from (("", shape(each)) for each in kept)
            yield from (("", (each.name, program)) for each, program in aws_programs(block.body))
        case "provider":
            alias = _alias(block)
            yield f"{label}.{alias}" if alias else "", shape(block)
        case _:
            yield "", shape(block)


def _name(node: object) -> str:
    return str(getattr(node, "type", getattr(node, "name", "")))


def _alias(block: Block) -> str:
    """A provider's name besides the default one's, if it is written."""
    written = block.body.argument("alias")
    value = None if written is None else written.value
    if isinstance(value, Template) and len(value.parts) == 1 and isinstance(value.parts[0], TemplateText):
        return value.parts[0].text
    return ""


@dataclass(frozen=True, slots=True)
class ValueReach:
    """Asks of two revisions whether the value of one variable of a root may decide access on either."""

    trees: tuple[SourceTree, SourceTree]
    cache: SyntaxCache
    carries: Carries

    def default(self, tree: SourceTree, directory: str, name: str) -> Span | None:
        """Where a variable of a root has its default, which holds where nobody gives a value; None if it has none."""
        declared = load_module(tree, directory, self.cache).variables.get(name)
        written = None if declared is None else declared.arguments.get("default")
        return None if written is None else written.source.span(written.argument)

    def may_give(self, directory: str, name: str, there: tuple[frozenset[str], frozenset[str]] | None = None) -> bool:
        """Whether the head declares it, and it comes to an argument that may carry access.

        `there` are the blocks of the root of which either side has one at all, where that is known.
        """
        if name not in load_module(self.trees[1], directory, self.cache).variables:
            return False
        known = (None, None) if there is None else there
        asked = (
            VariableReach(tree, self.cache, self.carries, own) for tree, own in zip(self.trees, known, strict=True)
        )
        return any(one.reaches_access(directory, frozenset((name,))) for one in asked)


@dataclass(slots=True)
class VariableReach:
    """Asks of one revision whether variables come to an argument that may carry access.

    `there` are the blocks that the root has one of, by their addresses without keys, None if that is not known.
    """

    tree: SourceTree
    cache: SyntaxCache
    carries: Carries
    there: frozenset[str] | None = None
    _asked: dict[tuple[str, frozenset[str], tuple[str, ...]], bool] = field(default_factory=dict)

    def reaches_access(self, directory: str, variables: frozenset[str], calls: tuple[str, ...] = ()) -> bool:
        """Whether one of these variables of the module in a directory does, to which some calls lead."""
        key = (directory, variables, calls if self.there is not None else ())
        if key not in self._asked:
            self._asked[key] = False  # while it is asked: a circle adds nothing
            self._asked[key] = self._reaches(directory, variables, calls)
        return self._asked[key]

    def _reaches(self, directory: str, variables: frozenset[str], within: tuple[str, ...]) -> bool:
        module = load_module(self.tree, directory, self.cache)
        if module.unreadable or len(within) > MAX_DEPTH:
            return True
        none = frozenset(self._missing(module, directory, within))
        affected = _affected(module, {f"var.{name}" for name in variables}, none)
        calls = ((name, one) for name, one in module.calls.items() if f"module.{name}" not in none)
        return any(self._in_block(kind, one, affected) for kind, one in _blocks(module, none)) or any(
            self._in_call(name, declared, directory, affected, within) for name, declared in calls
        )

    def _missing(self, module: Module, directory: str, within: tuple[str, ...]) -> Iterator[str]:
        """The blocks and calls that are repeated, and not once; what a module that is here hands on is not seen."""
        calls = module.calls.items() if self.tree.remote is None else ()
        far = ((f"module.{name}", one) for name, one in calls if local_source(one, directory) is None)
        for address, one in (*((_address(key), one) for key, one in module.resources.items()), *far):
            at = ".".join((*within, address))
            if self.there is not None and _EVERY & one.arguments.keys() and at not in self.there:
                yield address

    def _in_block(self, kind: str, declared: Declared, affected: set[str]) -> bool:
        return any(self.carries(kind, name) for name in _arguments(declared, affected))

    def _in_call(
        self, name: str, declared: Declared, directory: str, affected: set[str], within: tuple[str, ...]
    ) -> bool:
        names = frozenset(_arguments(declared, affected))
        if not names:
            return False
        target = local_source(declared, directory)
        if target is None or names & {"count", "for_each", "source", "providers"}:
            return any(self.carries("module", argument) for argument in names)
        return self.reaches_access(target, names, (*within, f"module.{name}"))


def _affected(module: Module, names: set[str], none: frozenset[str]) -> set[str]:
    """These names, and those of all that is made with them; of the blocks in `none` there is none."""
    made: list[tuple[str, frozenset[str]]] = [
        *((f"local.{name}", names_in(written.argument)) for name, written in module.locals.items()),
        *((_address(key), _of_declared(declared)) for key, declared in module.resources.items()),
        *((f"module.{name}", _of_declared(declared)) for name, declared in module.calls.items()),
    ]
    found = set(names)
    grown = True
    while grown:
        more = {name for name, used in made if name not in found | none and not used.isdisjoint(found)}
        found |= more
        grown = bool(more)
    return found


def _blocks(module: Module, none: frozenset[str]) -> Iterator[tuple[str, Declared]]:
    """The resources and providers with their kinds, but for those of which there is none."""
    yield from ((key[1], one) for key, one in module.resources.items() if _address(key) not in none)
    yield from (("provider", one) for one in module.providers.values())


def _address(key: tuple[str, str, str]) -> str:
    mode, kind, name = key
    return f"{'data.' if mode == 'data' else ''}{kind}.{name}"


def _arguments(declared: Declared, affected: set[str]) -> Iterator[str]:
    """The outermost arguments that name something of these."""
    for name, written in declared.arguments.items():
        if not names_in(written.argument).isdisjoint(affected):
            yield name
    for layer in declared.blocks:
        if not names_in(layer.block).isdisjoint(affected):
            yield block_type(layer.block)


def _of_declared(declared: Declared) -> frozenset[str]:
    written: Iterable[Node] = (
        *(one.argument for one in declared.arguments.values()),
        *(layer.block for layer in declared.blocks),
    )
    return frozenset[str]().union(*map(names_in, written))


def names_in(node: Node) -> frozenset[str]:
    """All that a piece of syntax refers to: "var.x", "local.x", "data.aws_iam_role.x", "module.m", "aws_iam_role.x"."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        name = _reference(one)
        if name:
            found.add(name)
        waiting.extend(children(one))
    return frozenset(found)


def _reference(node: Node) -> str:
    """What a reference names, if this is its first step that says it all."""
    if not isinstance(node, Attribute):
        return ""
    match node.target:
        case Name(name=head):
            return f"{head}.{node.name}"
        case Attribute(target=Name(name="data"), name=kind):
            return f"data.{kind}.{node.name}"
    return ""


def local_source(declared: Declared, directory: str) -> str | None:
    """The directory of the local module that a call names literally."""
    written = declared.arguments.get("source")
    text = None if written is None else literal_text(written.argument.value)
    if text is None or not text.startswith("."):
        return None
    try:
        return resolve(directory, text)
    except FunctionFault:
        return None
