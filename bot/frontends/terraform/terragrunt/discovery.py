"""Finds all units of a revision: by files that may configure one and are not only included or copied, and in stacks."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import field

from bot.evaluated.call import FunctionFault
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.trails import with_trail
from bot.evaluated.value import BoolValue, ObjectValue, Value, known_text
from bot.frontends.terraform.evaluate.root import FRAMES
from bot.frontends.terraform.modules.unit_config import STACK, TERRAGRUNT, UnitConfig
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from bot.frontends.terraform.terragrunt.config_file import ConfigFile
from bot.frontends.terraform.terragrunt.configure import UnitFile, configure
from bot.frontends.terraform.terragrunt.module_source import local_module
from bot.frontends.terraform.terragrunt.reading import OutputOf, Shared, UnitReading, folders_of, nothing_known
from bot.frontends.terraform.terragrunt.repository_paths import folder, inside, joined
from bot.frozen import dataclass

_CACHES = ("/.terragrunt-cache/", "/.terraform/")


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """A unit, the file that configures it, and what was read of the stack that it belongs to.

    `included` are the files it includes, `listed` the folders that were looked into for a module.
    """

    file: UnitFile
    stack: UnitReading | None
    config: UnitConfig
    included: frozenset[str]
    listed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision's files, to find units in; what they say to all units alike is `shared`."""

    tree: SourceTree
    cache: SyntaxCache
    folders: frozenset[str]
    shared: dict[str, Shared] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: SourceTree, cache: SyntaxCache) -> Revision:
        """Of a tree."""
        return cls(tree, cache, folders_of(tree.listing))

    def reading(self, stack: UnitReading | None = None, output: OutputOf = nothing_known) -> UnitReading:
        """To read the files of one unit, which come after those of its stack."""
        found = UnitReading(self.tree, self.cache, self.folders, output, self.shared)
        if stack is not None:
            found.files.read_paths |= stack.files.read_paths
            found.files.needs |= stack.files.needs
        return found

    def units(self, earlier: tuple[Revision, Mapping[str, FoundUnit]] | None = None) -> Iterator[FoundUnit]:
        """All of them, in the order of their files; one of the `earlier` revision, if all that it reads is the same."""
        sys.setrecursionlimit(max(sys.getrecursionlimit(), FRAMES))
        found: list[FoundUnit] = []
        included, copied = set[str](), set[str]()
        for file, stack in self._files():
            if stack is not None:
                copied.add(file.path)
            known = self._kept(file, earlier)
            if known is not None:
                included |= known.included
                found.append(known)
                continue
            reading = self.reading(stack)
            config = configure(file, reading)
            included |= reading.noted.included
            if config is not None:
                found.append(
                    FoundUnit(file, stack, config, frozenset(reading.noted.included), frozenset(reading.noted.listed))
                )
        for one in found:
            is_template = one.stack is None and one.file.path in copied
            if one.file.path not in included and not is_template:
                yield one

    def _kept(self, file: UnitFile, earlier: tuple[Revision, Mapping[str, FoundUnit]] | None) -> FoundUnit | None:
        """The unit of another revision that is the same here."""
        if earlier is None:
            return None
        other, units = earlier
        known = units.get(file.directory)
        if known is None or known.file.path != file.path or known.config.needs:
            return None
        same = all(
            self.tree.blob(path) == other.tree.blob(path) and (path in self.folders) == (path in other.folders)
            for path in known.config.reads
        )
        return known if same and all(self._lists(one) == other._lists(one) for one in known.listed) else None

    def _lists(self, directory: str) -> tuple[str, ...]:
        return self.cache.directory(self.tree, directory)

    def _files(self) -> Iterator[tuple[UnitFile, UnitReading | None]]:
        """The files that may configure a unit, and for those of a stack what was read of it."""
        paths = sorted(path for path in self.tree.listing if path.endswith((*TERRAGRUNT, STACK)))
        for path in paths:
            name = path.rpartition("/")[2]
            if any(each in f"/{path}" for each in _CACHES):
                continue
            if name in TERRAGRUNT:
                yield UnitFile(path, folder(path)), None
            elif name == STACK:
                reading = self.reading()
                yield from ((file, reading) for file in tuple(units_of_stack(path, folder(path), reading)))


MAX_NESTING = 8
GENERATED = ".terragrunt-stack"
VALUES = "terragrunt.values.hcl"


def units_of_stack(
    path: str, directory: str, reading: UnitReading, values: Value | None = None, depth: int = 0
) -> Iterator[UnitFile]:
    """The units of the stack that the file at `path` describes in `directory`, and of the stacks in it."""
    try:
        source = reading.source(path)
    except FunctionFault:
        return
    file = ConfigFile(reading, source, directory, directory, directory, values)
    for kind in ("unit", "stack"):
        for block in file.blocks(kind):
            body = file.body(block)
            place = _place(body, directory)
            found = _source(body, directory, reading, TERRAGRUNT if kind == "unit" else (STACK,))
            if place is None or found is None:
                continue
            given = body.get("values")
            given = _own_values(folder(found), reading) if given is None else with_trail(given, body.trail)
            if kind == "unit":
                yield UnitFile(found, place, given)
            elif depth < MAX_NESTING:
                yield from units_of_stack(found, place, reading, given, depth + 1)


def _place(body: ObjectValue, directory: str) -> str | None:
    """The folder that a unit or stack is copied to."""
    path, plain = body.get("path"), body.get("no_dot_terragrunt_stack")
    written = known_text(path)
    if written is None:
        return None
    is_plain = isinstance(plain, BoolValue) and plain.value
    return inside(written, directory if is_plain else joined(directory, GENERATED))


def _source(body: ObjectValue, directory: str, reading: UnitReading, names: tuple[str, ...]) -> str | None:
    """The file of the repository that a unit or stack is copied from."""
    written = body.get("source")
    text = known_text(written)
    found = None if text is None else local_module(text, directory)
    if found is None:
        return None
    return next((path for name in names if reading.files.exists(path := joined(found, name))), None)


def _own_values(directory: str, reading: UnitReading) -> Value | None:
    """What a file beside the copied one gives where the stack gives nothing."""
    path = joined(directory, VALUES)
    if not reading.files.exists(path):
        return ObjectValue(())
    try:
        source = reading.source(path)
    except FunctionFault:
        return None
    return ConfigFile(reading, source, directory, directory, directory).values_of(path)
