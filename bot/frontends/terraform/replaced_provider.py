"""A root module whose AWS provider is another program at head: what its blocks do is then another thing."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evaluated.diagnostic import Side, Span
from bot.evaluated.redefinition import Redefinition, redefinition
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.modules.module import configuration_files
from bot.frontends.terraform.modules.required_providers import AWS, OFFICIAL, aws_publishers
from bot.frontends.terraform.syntax.source_files import Source, SyntaxCache
from bot.frozen import dataclass


def replaced_provider(base: SourceTree, head: SourceTree, directory: str, cache: SyntaxCache) -> Iterator[Redefinition]:
    """The AWS providers of the module in `directory`, if both sides have it, that come from elsewhere than before."""
    if not configuration_files(cache.directory(base, directory)):
        return
    before, after = (_required(tree, directory, cache) for tree in (base, head))
    for name in AWS:
        old, new = before.get(name), after.get(name)
        if (old.publisher if old else OFFICIAL) == (new.publisher if new else OFFICIAL):
            continue
        sides: tuple[tuple[Side, _Requirement | None], ...] = (("head", new), ("base", old))
        yield redefinition(
            f"terraform.required_providers.{name} in {directory or 'the top directory'}",
            f"the provider {name} is another program now: what its resources and look-ups do is not known",
            "check who publishes it: it runs with the credentials of whoever plans and applies this",
            tuple((side, found.span) for side, found in sides if found is not None),
        )


@dataclass(frozen=True, slots=True)
class _Requirement:
    """Who publishes a provider, and where that is said."""

    publisher: str
    span: Span


def _required(tree: SourceTree, directory: str, cache: SyntaxCache) -> dict[str, _Requirement]:
    sources = [cache.source(tree, path) for path in configuration_files(cache.directory(tree, directory))]
    return {
        written.name: _Requirement(publisher, source.span(written))
        for source in sources
        if isinstance(source, Source)
        for settings in source.syntax.body.blocks
        if settings.type == "terraform"
        for written, publisher in aws_publishers(settings.body)
    }
