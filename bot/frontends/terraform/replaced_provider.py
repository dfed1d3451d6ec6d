"""A module whose AWS provider is another program at head: what its blocks do is then another thing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from bot.evaluated.diagnostic import Side, Span
from bot.evaluated.redefinition import Redefinition, redefinition
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.modules.module import SUFFIXES, configuration_files
from bot.frontends.terraform.modules.required_providers import AWS, Program, official, required_programs
from bot.frontends.terraform.syntax.source_files import Source, SyntaxCache
from bot.frozen import dataclass


def replaced_provider(
    base: SourceTree, head: SourceTree, directories: Iterable[str], cache: SyntaxCache
) -> Iterator[Redefinition]:
    """The AWS providers of a root's modules, by whatever name, that come from elsewhere than before.

    A module that is new is told of where no module of the root had that program at base, of a root that is new where
    none of the repository had.
    """
    pairs = [(one, _required(base, one, cache), _required(head, one, cache)) for one in directories]
    there = [before for _, before, _ in pairs if before is not None]
    known = _programs(there) or frozenset(_known_there(base, _programs([after or {} for _, _, after in pairs])))
    for directory, before, after in pairs:
        yield from _in_module(directory, before, after or {}, known)


def _programs(some: Iterable[Requirements]) -> frozenset[Program]:
    return frozenset(requirement.program for each in some for requirement in each.values())


def _known_there(base: SourceTree, new: Iterable[Program]) -> Iterator[Program]:
    """The unofficial ones of these programs that some configuration of the base names, too."""
    asked = [program for program in new if not program.is_official]
    text = b"\n".join(base.read(path) or b"" for path in base.listing if asked and path.endswith(SUFFIXES)).lower()
    for program in asked:
        if f"{program.publisher}/{program.called}".strip("/").encode() in text:
            yield program


def _in_module(
    directory: str, before: Requirements | None, after: Requirements, known: Collection[Program]
) -> Iterator[Redefinition]:
    if before is None:
        before, after = {}, {name: new for name, new in after.items() if new.program not in known}
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if _is_replaced(name, old, new):
            yield _told(name, directory, old, new)


@dataclass(frozen=True, slots=True)
class _Requirement:
    """A provider's program, and where that is said."""

    program: Program
    span: Span


Requirements = Mapping[str, _Requirement]


def _is_replaced(name: str, old: _Requirement | None, new: _Requirement | None) -> bool:
    """Whether blocks of AWS that this name's provider makes are made by another program now.

    A name of the module's own that is new, or that nothing is said of any more, had no program, or has none.
    """
    before, after = (official(name) if one is None else one.program for one in (old, new))
    if before == after or (name not in AWS and (new is None or (old is None and after.is_official))):
        return False
    return name in AWS or before.called in AWS or after.called in AWS


def _told(name: str, directory: str, old: _Requirement | None, new: _Requirement | None) -> Redefinition:
    sides: tuple[tuple[Side, _Requirement | None], ...] = (("head", new), ("base", old))
    return redefinition(
        f"terraform.required_providers.{name} in {directory or 'the top directory'}",
        f"the provider {name} is another program now: what its resources and look-ups do is not known",
        "check who publishes it: it runs with the credentials of whoever plans and applies this",
        tuple((side, found.span) for side, found in sides if found is not None),
    )


def _required(tree: SourceTree, directory: str, cache: SyntaxCache) -> Requirements | None:
    """By name; None where there is no such module."""
    paths = configuration_files(cache.directory(tree, directory))
    sources = [cache.source(tree, path) for path in paths]
    required = {
        written.name: _Requirement(program, source.span(written))
        for source in sources
        if isinstance(source, Source)
        for settings in source.syntax.body.blocks
        if settings.type == "terraform"
        for written, program in required_programs(settings.body)
    }
    return required if paths else None
