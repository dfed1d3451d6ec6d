"""Terraform and OpenTofu as a front end."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from bot.evaluated.config import EvaluatedConfig, Provider, Root
from bot.evaluated.diagnostic import Span
from bot.evaluated.fence import Expired
from bot.evaluated.front_end import AffectedRoots, Configured
from bot.evaluated.redefinition import Others, Redefinition
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.thing import Names
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.handed_on import attached_elsewhere, handed_on
from bot.frontends.terraform.modules.affected_roots import affected_roots
from bot.frontends.terraform.modules.module import SUFFIXES
from bot.frontends.terraform.modules.scan import Scans, layout
from bot.frontends.terraform.modules.static_reach import ValueReach
from bot.frontends.terraform.modules.unit_config import STACK, TERRAGRUNT, UnitConfig
from bot.frontends.terraform.modules.var_file_names import VAR_FILE_SUFFIXES
from bot.frontends.terraform.moved_state import moved_state
from bot.frontends.terraform.own_accounts import declared_accounts
from bot.frontends.terraform.plan.blocks import block_spans, top_names
from bot.frontends.terraform.replaced_provider import replaced_provider
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from bot.frontends.terraform.unreached_values import unreached, unreached_attributes

if TYPE_CHECKING:
    from bot.frontends.terraform.made_by_name import MadeByName
    from bot.frontends.terraform.terragrunt.units import Units

_UNIT_FILES = frozenset({*TERRAGRUNT, STACK})


class Terraform:
    """Root modules of `.tf` and `.tofu` files; equal texts of both revisions are parsed once."""

    name: ClassVar[str] = "terraform"
    wanted: ClassVar[tuple[str, ...]] = (*SUFFIXES, *VAR_FILE_SUFFIXES, ".hcl", ".tfbackend")
    configuration: ClassVar[tuple[str, ...]] = SUFFIXES
    values: ClassVar[tuple[str, ...]] = VAR_FILE_SUFFIXES

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._cache = SyntaxCache()
        self._counted = 0
        self._base: SourceTree | None = None

    @functools.cached_property
    def _units(self) -> Units:
        """Loaded where there are any: most repositories have none."""
        from bot.frontends.terraform.terragrunt.units import Units

        return Units(self._cache, self._provider)

    @functools.cached_property
    def _made_by_name(self) -> MadeByName:
        """Loaded where a root names something that it does not make."""
        from bot.frontends.terraform.made_by_name import MadeByName

        return MadeByName(self._cache, self._provider, self._units_in, lambda: self._base)

    def _units_in(self, *trees: SourceTree) -> Units | None:
        names = (path.rpartition("/")[2] for tree in trees for path in tree.listing)
        return self._units if any(name in _UNIT_FILES for name in names) else None

    def _units_of(self, tree: SourceTree) -> Iterable[UnitConfig]:
        units = self._units_in(tree)
        return units.of(tree).values() if units else ()

    def affected_roots(
        self,
        base: SourceTree,
        head: SourceTree,
        changed: frozenset[str],
        configured: Configured,
        also: frozenset[str],
    ) -> AffectedRoots:
        """The root modules that call what a change touches, or read it."""
        self._base, carries, units = base, self._provider.carries, self._units_in(base, head)
        return affected_roots(base, head, changed, configured, self._cache, also, carries, units)

    def roots_within(self, tree: SourceTree, directory: str) -> tuple[str, ...]:
        """The directory itself, whoever calls it; else the root modules below it, which no other one calls."""
        where = layout((tree,), Scans())
        if directory in where.directories:
            return (directory,)
        inside = f"{directory}/" if directory else ""
        below = [one for one in where.directories if one.startswith(inside)]
        return tuple(sorted(one for one in below if not where.callers.get(one) and one not in where.linked))

    def evaluate(self, tree: SourceTree, root: Root, expired: Expired, names: Names) -> EvaluatedConfig:
        """As Terraform would plan it, without state. What was parsed to choose roots counts with the first of them."""
        if root.unit:
            found = self._units.evaluate(tree, root, expired, names)
        else:
            found = evaluate(tree, root, self._provider, self._cache, expired, names)
        sought = self._provider.sought(found)
        found = self._made_by_name.beside(tree, found, sought, expired) if sought else found
        before, self._counted = self._counted, self._cache.parsed
        attached = functools.partial(attached_elsewhere, tree, root, self._cache)
        return dataclasses.replace(found, parsed=self._cache.parsed - before, attached_elsewhere=attached)

    def declared(self, tree: SourceTree, directory: str) -> frozenset[str]:
        """What the module in `directory` declares."""
        return top_names(tree, directory, self._cache)

    def block_spans(self, tree: SourceTree, directory: str) -> Mapping[str, Span]:
        """Spans of resource blocks, by way of modules that are called by literal local paths."""
        return block_spans(tree, directory, self._cache)

    def own_accounts(self, tree: SourceTree, directories: Iterable[str]) -> frozenset[str]:
        """The accounts that AWS providers are allowed in, or become a role of."""
        where, units = tuple(directories), self._units_in(tree)
        declared = declared_accounts(tree, where, self._cache)
        return declared if units is None else declared | units.own_accounts(tree, where)

    def handed_on(self, trees: tuple[SourceTree, SourceTree], root: Root, others: Others) -> Iterator[Redefinition]:
        """Outputs that roots of the repository look up."""
        return handed_on(*trees, root, others, self._cache)

    def redefined(
        self,
        trees: tuple[SourceTree, SourceTree],
        configs: tuple[EvaluatedConfig, EvaluatedConfig],
        paths: Iterable[str],
    ) -> Iterator[Redefinition]:
        """Another back end or AWS provider, and values of var files or units that reach nothing which is evaluated."""
        root = configs[1].root
        yield from moved_state(*trees, root, self._cache, self._units_of)
        read = frozenset().union(*(config.files for config in configs))
        modules = {path.rpartition("/")[0] for path in read if path.endswith(SUFFIXES)}
        yield from replaced_provider(*trees, sorted({root.directory, *modules}), self._cache)
        if root.unit:
            yield from self._units.redefined(trees, configs)
        else:
            reach, touched = ValueReach(trees, self._cache, self._provider.carries), tuple(paths)
            yield from unreached(trees, configs, touched, reach)
            yield from unreached_attributes(trees, configs, touched, reach)
