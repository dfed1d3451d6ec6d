"""Loads one module: what the configuration files of a directory declare, overrides merged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

import msgspec

from bot.evaluated.diagnostic import Diagnostic, Span
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.fetched_modules import told_path
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.shape import shape
from bot.frontends.terraform.syntax.nodes import Argument, Block, Expression
from bot.frontends.terraform.syntax.source_files import Source, SyntaxCache, unread_blocks
from bot.frozen import dataclass

SUFFIXES = (".tf", ".tf.json", ".tofu", ".tofu.json")
BY_ITSELF = ".hcl"
"""How a file ends that is a root of its own: a script copies it into another, under another name."""

_UNRESOURCE = ("resource", "data", "ephemeral")


@dataclass(frozen=True, slots=True)
class Written:
    """An argument and the file it is in."""

    argument: Argument
    source: Source


@dataclass(frozen=True, slots=True)
class Layer:
    """A block of one file; later layers of a declaration override earlier ones."""

    block: Block
    source: Source


@dataclass(frozen=True, slots=True)
class Declared:
    """A block with its overrides merged: arguments by name, and nested blocks with their files.

    An override replaces arguments by name, and all nested blocks of a type it has.
    """

    layers: tuple[Layer, ...]
    arguments: dict[str, Written]
    blocks: tuple[Layer, ...]

    @property
    def block(self) -> Block:
        """The first block that declares it."""
        return self.layers[0].block

    @property
    def source(self) -> Source:
        """The file of the first block."""
        return self.layers[0].source

    @property
    def span(self) -> Span:
        """From the header to the end of the first block."""
        return self.source.span(self.block)

    @property
    def header(self) -> Span:
        """The header of the first block."""
        return self.source.header(self.block)


ResourceKey = tuple[str, str, str]
"""Mode ("managed" or "data"), type, name."""


@dataclass(slots=True)
class Module:
    """What a directory's configuration files declare, in written order. Not changed after loading."""

    directory: str
    variables: dict[str, Declared] = field(default_factory=dict)
    locals: dict[str, Written] = field(default_factory=dict)
    outputs: dict[str, Declared] = field(default_factory=dict)
    resources: dict[ResourceKey, Declared] = field(default_factory=dict)
    calls: dict[str, Declared] = field(default_factory=dict)
    providers: dict[str, Declared] = field(default_factory=dict)
    moved: list[Layer] = field(default_factory=list)
    imported: list[Layer] = field(default_factory=list)
    removed: list[Layer] = field(default_factory=list)
    unreadable: list[Diagnostic] = field(default_factory=list)
    declared_twice: list[tuple[Diagnostic, Span]] = field(default_factory=list)
    files: tuple[str, ...] = ()

    def written_type(self, variable: str) -> Expression | None:
        """The type that a variable is declared with; None if there is none."""
        written = self.variables[variable].arguments.get("type") if variable in self.variables else None
        return None if written is None else written.argument.value


def configuration_files(listed: tuple[str, ...]) -> tuple[str, ...]:
    """Which of a directory's files are configuration, in loading order: overrides last; `.tofu` wins over `.tf`."""
    paths = [path for path in listed if path.endswith(SUFFIXES) and not _hidden(path)]
    stems = {path.replace(".tofu", ".tf") for path in paths if ".tofu" in path[-10:]}
    paths = [path for path in paths if path not in stems]
    return tuple(sorted(paths, key=lambda path: (_is_override(path), path)))


def _hidden(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    return name.startswith((".", "#")) or name.endswith("~")


def _is_override(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    stem = name[: name.index(".tf")] if ".tf" in name else name.partition(".tofu")[0]
    return stem == "override" or stem.endswith("_override")


def load_module(tree: SourceTree, directory: str, cache: SyntaxCache) -> Module:
    """Load the module in `directory`, or in the one file of that path; what cannot be read is in `unreadable`."""
    paths = _files(tree, directory, cache)
    key = ("module", directory, tuple((path, tree.blob(path), tree.read(path) is None) for path in paths))
    found = cache.kept.get(key)
    if isinstance(found, Module):
        return found
    module = loaded(directory, {path: cache.source(tree, path) for path in paths})
    cache.kept[key] = module
    return module


def _files(tree: SourceTree, directory: str, cache: SyntaxCache) -> tuple[str, ...]:
    if directory.endswith(BY_ITSELF) and tree.has(directory):
        return (directory,)
    return configuration_files(cache.directory(tree, directory))


def loaded(directory: str, sources: Mapping[str, Source | Diagnostic]) -> Module:
    """The module that these files make, by paths in loading order."""
    module = Module(directory, files=tuple(sources))
    for path, source in sources.items():
        if isinstance(source, Diagnostic):
            module.unreadable.append(source)
            continue
        module.unreadable.extend(unread_blocks(source))
        for block in source.syntax.body.blocks:
            _declare(module, Layer(block, source), _is_override(path))
    return module


def _declare(module: Module, layer: Layer, override: bool) -> None:
    block = layer.block
    kind, labels = block.type, block.labels
    if kind == "locals":
        for argument in block.body.arguments:
            before = module.locals.get(argument.name)
            written = Written(argument, layer.source)
            if before is not None and not override and shape(before.argument) != shape(argument):
                first, again = before.source.span(before.argument), layer.source.span(argument)
                module.declared_twice.append((_twice(f"local.{argument.name}", first, again), first))
            module.locals[argument.name] = written
    elif kind in ("moved", "import", "removed"):
        {"moved": module.moved, "import": module.imported, "removed": module.removed}[kind].append(layer)
        _declare_programs(module, layer)
    elif kind == "provider" and len(labels) == 1:
        _declare_provider(module, layer, override)
    elif kind == "check":
        for inner in block.body.blocks:
            _declare(module, Layer(inner, layer.source), override)
    elif kind in _UNRESOURCE and len(labels) == 2:
        mode = "managed" if kind == "resource" else kind
        name = f"{'data.' if mode == 'data' else ''}{labels[0]}.{labels[1]}"
        _add(module, module.resources, (mode, labels[0], labels[1]), layer, override, name)
    elif len(labels) == 1 and kind in ("variable", "output", "module"):
        table = {"variable": module.variables, "output": module.outputs, "module": module.calls}[kind]
        _add(module, table, labels[0], layer, override, f"{kind}.{labels[0]}")


def _declare_programs(module: Module, layer: Layer) -> None:
    """What is run where a `removed` block has something destroyed, as a block of its own: `removed.TYPE.NAME`."""
    programs = tuple(block for block in layer.block.body.blocks if block.type == "provisioner")
    source = layer.block.body.argument("from")
    if layer.block.type == "removed" and programs and source is not None:
        name = layer.source.text(source.value)
        block = msgspec.structs.replace(layer.block, labels=("removed", name))
        there = tuple(Layer(one, layer.source) for one in programs)
        module.resources["managed", "removed", name] = Declared((Layer(block, layer.source),), {}, there)


def _declare_provider(module: Module, layer: Layer, override: bool) -> None:
    """By `aws` or `aws.other`."""
    alias = next((each for each in layer.block.body.arguments if each.name == "alias"), None)
    suffix = "" if alias is None else "." + layer.source.text(alias.value).strip('"')
    name = layer.block.labels[0] + suffix
    _add(module, module.providers, name, layer, override, f"provider.{name}")


def _second(name: str, before: Declared, layer: Layer) -> Iterator[tuple[Diagnostic, Span]]:
    """That a block is declared again in other words; in the same ones it says what it said."""
    if shape(before.block) != shape(layer.block):
        yield _twice(name, before.header, layer.source.header(layer.block)), before.header


def _twice(name: str, first: Span, again: Span) -> Diagnostic:
    place = f"{told_path(first.file)}:{first.line}"
    reason = f"{name} is declared twice, in {place} too, which Terraform refuses: the last is taken"
    return Diagnostic.of(DiagnosticKind.DECLARED_TWICE, reason, again)


def _add(module: Module, table: dict[Any, Declared], key: object, layer: Layer, override: bool, name: str) -> None:
    before = table.get(key)
    if before is not None and not override:
        module.declared_twice.extend(_second(name, before, layer))
    arguments = {each.name: Written(each, layer.source) for each in layer.block.body.arguments}
    blocks = tuple(Layer(block, layer.source) for block in layer.block.body.blocks)
    if before is None or not override:
        table[key] = Declared((layer,), arguments, blocks)
        return
    replaced = {block_type(each.block) for each in blocks}
    kept = tuple(each for each in before.blocks if block_type(each.block) not in replaced)
    table[key] = Declared((*before.layers, layer), {**before.arguments, **arguments}, kept + blocks)


def block_type(block: Block) -> str:
    """What it is a block of, also where it is written for each of something."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type
