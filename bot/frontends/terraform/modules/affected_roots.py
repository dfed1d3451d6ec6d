"""Which root modules a change touches, and which changed files nobody evaluates."""

from __future__ import annotations

import dataclasses
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.evaluated.config import EvaluationGap, Root
from bot.evaluated.diagnostic import Diagnostic, Span
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.front_end import AffectedRoots, Configured, unconfigured
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.symlinks import touched_aliases
from bot.frontends.terraform.modules.backends import INERT, WHERE
from bot.frontends.terraform.modules.libraries import Libraries
from bot.frontends.terraform.modules.module import SUFFIXES
from bot.frontends.terraform.modules.prefetch import files_to_read
from bot.frontends.terraform.modules.scan import Layout, Scans, layout, readers
from bot.frontends.terraform.modules.shared_settings import (
    changed_values,
    is_of_back_end,
    is_shared,
    keeps_to_layout,
    keys_of_back_end,
    says_the_same,
)
from bot.frontends.terraform.modules.static_reach import Carries, InertChanges, VariableReach
from bot.frontends.terraform.modules.touched_units import TouchedUnits
from bot.frontends.terraform.modules.unit_caches import is_idle_copy
from bot.frontends.terraform.modules.unit_config import STACK, NoUnits, ReadsUnits
from bot.frontends.terraform.modules.unit_roots import MAX_UNITS, UnitPair, unit_roots
from bot.frontends.terraform.modules.var_file_names import VAR_FILE_SUFFIXES, is_loaded_unasked
from bot.frontends.terraform.modules.var_file_owners import Owners
from bot.frontends.terraform.modules.variant_roots import used_variables, variant_roots
from bot.frontends.terraform.modules.variants import Variants
from bot.frontends.terraform.syntax.source_files import Source, SyntaxCache
from bot.late_pattern import late_pattern

_SETTINGS = ("provider", "variable", "locals", "output", "terraform")
"""Blocks that make nothing, unless they name a back end."""

DIALECTS = (".tfcomponent.hcl", ".tfdeploy.hcl", ".tfstack.hcl", "cdktf.json", ".tfquery.hcl")
"""Terraform in other words, which is not evaluated."""

PROVIDER_LOCK = ".terraform.lock.hcl"
"""Which builds of providers are taken: nothing that is evaluated reads it, but by its name."""

MAX_VARIANTS = 64
"""So many variants of one root are evaluated."""


def affected_roots(
    base: SourceTree,
    head: SourceTree,
    changed: frozenset[str],
    configured: Configured = unconfigured,
    cache: SyntaxCache | None = None,
    also: frozenset[str] = frozenset(),
    carries: Carries = lambda kind, argument: True,
    units: ReadsUnits | None = None,
) -> AffectedRoots:
    """The root modules that a change from `base` to `head` of the files `changed` touches; `also` names directories.

    `carries` says which arguments may carry access, `units` knows a revision's units of Terragrunt.

    A module in the repository that some root calls is judged through its callers; one that nobody
    calls is a root itself. Never raises on content.
    """
    cache, where = cache or SyntaxCache(), layout((base, head), Scans())
    changed |= {alias for tree in (base, head) for alias in touched_aliases(tree, changed)}
    touched = TouchedUnits(base, head, units or NoUnits())
    if touched.needs:
        return AffectedRoots(needs=frozenset(touched.needs))
    where = dataclasses.replace(where, applied=frozenset(touched.pairs.by_module) & where.directories)
    variants = Variants((head, base), where, configured, cache, Owners((head, base), where, cache))
    libraries = Libraries((head, base), where, variants)
    inert = InertChanges((head, base), changed, cache)
    search = _Search(base, head, configured, cache, where, variants, libraries, carries, inert, touched)
    for path in sorted(changed):
        search.path(path)
    return search.answer(also)


def makes_nothing(source: object) -> bool:
    """Whether a file of configuration has settings and values alone."""
    if not isinstance(source, Source):
        return False
    blocks = source.syntax.body.blocks
    inner = (one.type for block in blocks if block.type == "terraform" for one in block.body.blocks)
    return all(block.type in _SETTINGS for block in blocks) and not {"backend", "cloud"} & set(inner)


@dataclass(slots=True)
class _Search:
    base: SourceTree
    head: SourceTree
    configured: Configured
    cache: SyntaxCache
    where: Layout
    variants: Variants
    libraries: Libraries
    carries: Carries
    inert: InertChanges
    units: TouchedUnits
    own: dict[str, None] = field(default_factory=dict)
    reached: dict[str, None] = field(default_factory=dict)
    causes: dict[str, set[str]] = field(default_factory=dict)
    given: dict[tuple[str, str], None] = field(default_factory=dict)
    gaps: list[EvaluationGap] = field(default_factory=list)
    needs: set[str] = field(default_factory=set)
    irrelevant: set[str] = field(default_factory=set)
    assumed: list[str] = field(default_factory=list)

    @property
    def every_unit(self) -> Mapping[str, tuple[UnitPair, ...]]:
        """The units of Terragrunt by the modules that they apply."""
        return self.units.pairs.by_module

    @property
    def trees(self) -> tuple[SourceTree, SourceTree]:
        return (self.head, self.base)

    def path(self, path: str) -> None:
        """Sort one changed file."""
        name = path.rpartition("/")[2]
        read = self.units.read(path)
        self.by_environment(path)
        if is_idle_copy(path, self.head):
            self.irrelevant.add(path)
        elif self.is_called_outside(path):
            self.outside(path)
        elif path in self.units.pairs.beside:
            return
        elif path.endswith(SUFFIXES):
            if not (read and self.is_generated_from(path.rpartition("/")[0])):
                self.directory(path.rpartition("/")[0], path)
        elif path.endswith(VAR_FILE_SUFFIXES):
            self.var_file(path, read=read)
        elif path.endswith(DIALECTS):
            self.gap(path, f"{name} is a dialect that is not evaluated")
        elif is_shared(path, self.trees):
            self.stack(path)
            if not read:
                self.settings(path)
        else:
            self.other(path, read=read)

    def by_environment(self, path: str) -> None:
        """A file that a unit reads where the environment of a run says so: it is judged by default alone."""
        unit = self.units.pairs.perhaps_reading(path)
        if unit and not self._says_the_same(path):
            self.gap(path, f"the unit {unit} reads {path} where the environment says so (get_env), and not by default")

    def is_generated_from(self, directory: str) -> bool:
        """Whether units alone read what is in a directory, to generate files of their modules from it.

        Nothing in it is made by whoever applied it by itself, and it has no back end: nobody does.
        """
        there = [(tree, path) for tree in self.trees for path in tree.directory(directory) if path.endswith(SUFFIXES)]
        return not self.where.callers.get(directory) and all(
            self.units.pairs.reading(path) and makes_nothing(self.cache.source(tree, path)) for tree, path in there
        )

    def is_called_outside(self, path: str) -> bool:
        """Whether it is, on a side, no directory of this repository though a module is called from it, or below."""
        if any(tree.outside(path) for tree in self.trees):
            return any(one == path or one.startswith(f"{path}/") for one in self.where.callers)
        return path in self.where.callers and path not in self.where.directories

    def directory(self, directory: str, cause: str) -> None:
        """Roots that reach a directory, which a changed file is the cause of."""
        above = self.where.roots_above(directory) | self.libraries.above(directory)
        for root in sorted(above):
            if root == directory or not self.libraries.is_passed_on(root):
                self.touch(root, cause, own=root == directory)

    def touch(self, root: str, cause: str, *, own: bool) -> None:
        """The root itself."""
        (self.own if own else self.reached)[root] = None
        self.causes.setdefault(root, set()).add(cause)

    def stack(self, path: str) -> None:
        """The units of a stack that are copied from elsewhere, where the head says something else of them."""
        if posixpath.basename(path) == STACK and not self._says_the_same(path):
            before, after = (dict(_parts(self.cache.source(tree, path))) for tree in (self.base, self.head))
            for name, text in after.items():
                if before.get(name) != text and _ELSEWHERE.search(text):
                    reason = f"the module of {name} in {path} is not in the repository"
                    self.gap(path, reason, kind=DiagnosticKind.REMOTE_MODULE)

    def settings(self, path: str) -> None:
        """A file with settings that no unit reads: of a back end, or of units whose files only a run can name."""
        if keys_of_back_end(path, self.trees, self.cache):
            self.back_end(path)
        elif self.units.pairs.pairs and not self.units.pairs.is_open and not is_of_back_end(path):
            self.irrelevant.add(path)
        elif not self.units.pairs.pairs and keeps_to_layout(path, self.base, self.head):
            self.assumed.append(
                f"no unit of Terragrunt reads {path}: taken for granted that nothing here is applied with it"
            )
        elif not self._says_the_same(path, INERT if is_of_back_end(path) else frozenset()):
            self.unjudged(path, f"{path} gives settings to root modules, which are not followed")

    def var_file(self, path: str, *, read: bool) -> None:
        """A var file: of the roots that load it, or of those it is assigned to; `read` if units do."""
        folder = path.rpartition("/")[0]
        if is_loaded_unasked(path) and folder in self.where.directories:
            self.touch(folder, path, own=True)
            return
        found = self.variants.loading(path)
        for root in found:
            self.given[root, path] = None
        if found or read or self._says_the_same(path) or self._went_with_its_root(path):
            return
        if self._is_for_back_end(path):
            self.back_end(path)
        elif self._may_give_access(path):
            reason = f"{path} gives values to variables, but no root module is known to load it"
            self.gap(path, reason, "name it in var_files of the root in .iam-review.yaml")
        else:
            self.irrelevant.add(path)

    def back_end(self, path: str) -> None:
        """A file for a back end: it decides where a state is, and by that whether what is declared is made anew."""
        from bot.frontends.terraform.modules.state_places import doubt_of_file

        units = self.units.units
        reason = doubt_of_file((self.base, self.head), path, self.cache, lambda tree: units.of(tree).values())
        if reason:
            self.unjudged(path, reason)
        else:
            self.irrelevant.add(path)

    def _is_for_back_end(self, path: str) -> bool:
        """Whether a file called as a var file says where a state is kept, and no root has a variable of it."""
        keys = keys_of_back_end(path, self.trees, self.cache)
        return bool(keys) and not self.variants.owners.declaring(keys - WHERE)

    def _went_with_its_root(self, path: str) -> bool:
        """Whether it is gone with all configuration of its folder: nobody applies anything with it."""
        folder = path.rpartition("/")[0]
        held = [any(_is_configuration(one, folder) for one in tree.listing) for tree in (self.base, self.head)]
        return not self.head.has(path) and held == [True, False]

    def _may_give_access(self, path: str) -> bool:
        """Whether some root would come to other access by the values that differ, if it loaded them."""
        changed = changed_values(path, self.base, self.head, self.cache)
        if changed is None:
            return True
        reaches = [VariableReach(tree, self.cache, self.carries) for tree in self.trees]
        for root in self.variants.owners.declaring(changed):
            if any(one.reaches_access(root, changed) for one in reaches):
                return True
        return False

    def outside(self, path: str) -> None:
        """A symbolic link or submodule that a module is called from: nothing behind it is seen."""
        what = next(filter(None, (tree.outside(path) for tree in self.trees)), "not a directory")
        for called in self.where.callers:
            if called == path or called.startswith(f"{path}/"):
                self.directory(called, path)
        linked_in = any(tree.in_submodule(path) for tree in self.trees)
        kind = DiagnosticKind.REMOTE_MODULE if linked_in else DiagnosticKind.NOT_EVALUATED
        self.gap(path, f"a module is called from {path}, which is {what}", kind=kind)

    def other(self, path: str, *, read: bool) -> None:
        """Any other file: it matters if some configuration or unit (`read`) reads it."""
        found = readers(path, self.where, by_name=posixpath.basename(path) == PROVIDER_LOCK)
        for directory in found:
            self.directory(directory, path)
        if not found and not read:
            self.irrelevant.add(path)

    def unjudged(self, path: str, reason: str) -> None:
        """A change of settings that are not followed."""
        self.gap(path, reason, kind=DiagnosticKind.UNJUDGED_CHANGE)

    def gap(
        self, path: str, reason: str, remedy: str = "", kind: DiagnosticKind = DiagnosticKind.NOT_EVALUATED
    ) -> None:
        """A changed file, of which every line counts."""
        span = Span(path, 1, 1, 1, 1)
        content = self.head.read(path) or self.base.read(path) or b""
        whole = Span(path, 1, 1, content.count(b"\n") + 1, 1)
        told = Diagnostic(kind, reason, span=span, remedy=remedy or kind.meaning.remedy)
        self.gaps.append(EvaluationGap(told, path, (whole,)))

    def answer(self, also: frozenset[str]) -> AffectedRoots:
        """All that was found, and the roots of the directories `also` besides."""
        roots: dict[Root, None] = {}
        for directory in (*self.own, *self.reached):
            roots.update(dict.fromkeys(self._variants(directory)))
        for directory, path in self.given:
            roots.update(dict.fromkeys(one for one in self._variants(directory) if path in one.settings.var_files))
        roots.update(dict.fromkeys((*self._of_units(), *self._after_units())))
        besides = dict.fromkeys(root for root in self._above(also) if root not in roots)
        kept = self._within_bounds(tuple(roots))
        needs = files_to_read(self.trees, {root.directory for root in (*kept, *besides)}, self.where)
        needs |= self.needs | self.variants.needs | self.units.needs
        gaps = tuple(dict.fromkeys(self.gaps))
        alike = frozenset(one for one in kept if self._is_alike(one))
        assumed = (*self.units.assumed(root for root in kept if root not in alike), *self.assumed)
        return AffectedRoots(kept, gaps, needs, frozenset(self.irrelevant), tuple(besides), alike, assumed)

    def _above(self, directories: frozenset[str]) -> Iterator[Root]:
        """The roots that reach these directories."""
        for directory in sorted(directories & self.where.directories):
            for above in sorted(self.where.roots_above(directory)):
                yield from self._variants(above)

    def _variants(self, directory: str) -> tuple[Root, ...]:
        if directory in self.every_unit:
            return self._units(directory, self.every_unit[directory])
        self._absent(directory, self.configured(directory).settings.var_files)
        return self.libraries.told_apart(directory, variant_roots(directory, self.variants))

    def _of_units(self) -> Iterator[Root]:
        """The roots of the units that are touched themselves, of modules that are not."""
        self.units.add_dependents((*self.own, *self.reached))
        self.gaps += self.units.unread()
        for module, wanted in self.units.by_module():
            if module not in self.own and module not in self.reached:
                yield from self._units(module, wanted)

    def _after_units(self) -> Iterator[Root]:
        """The folders of units that are gone, where they have configuration of their own: from now on whoever is in
        them applies that by itself, so that all it makes is new."""
        for directory in self.units.left_by():
            if directory in self.where.directories and not self.where.callers.get(directory):
                found = self.libraries.told_apart(directory, variant_roots(directory, self.variants))
                yield from (dataclasses.replace(one, only="head") for one in found if one.only != "base")

    def _units(self, module: str, wanted: Iterable[UnitPair]) -> tuple[Root, ...]:
        used = used_variables(module, self.variants)
        known = (one for one in wanted if not one.is_elsewhere_once)
        return tuple(unit_roots(module, known, self.every_unit[module], used, self.configured))

    def _within_bounds(self, roots: tuple[Root, ...]) -> tuple[Root, ...]:
        """The roots with so many variants of each as are evaluated, those with changed var files first."""
        changed = {path for _, path in self.given}
        by_directory: dict[str, list[Root]] = {}
        for root in roots:
            by_directory.setdefault(root.directory, []).append(root)
        left = set[Root]()
        for directory, every in by_directory.items():
            most = MAX_UNITS if directory in self.every_unit else MAX_VARIANTS
            over = sorted(every, key=lambda one: changed.isdisjoint(one.settings.var_files))[most:]
            left.update(over)
            if over:
                where = directory or "the top directory"
                reason = f"{where} has {len(every)} variants: only {most} are evaluated"
                self.gap(directory or ".", reason, kind=DiagnosticKind.OVER_BUDGET)
        return tuple(one for one in roots if one not in left)

    def _is_alike(self, root: Root) -> bool:
        """Whether nothing that is touched can make the root evaluate otherwise."""
        if root.only is not None and not root.unit:
            return False
        if root.unit and not self.units.of(root).says_the_same(used_variables(root.directory, self.variants)):
            return False
        files = (path for at, path in self.given if at == root.directory)
        if any(path in root.settings.var_files and not self._says_the_same(path) for path in files):
            return False
        return all(map(self._cannot_matter, self.causes.get(root.directory, ())))

    def _cannot_matter(self, path: str) -> bool:
        values = path.endswith(VAR_FILE_SUFFIXES)
        return self._says_the_same(path) if values else self.inert.cannot_matter(path)

    def _says_the_same(self, path: str, without: frozenset[str] = frozenset()) -> bool:
        return says_the_same(path, self.base, self.head, self.cache, without)

    def _absent(self, directory: str, var_files: tuple[str, ...]) -> None:
        """A configured var file that neither side has: the root's values are not those that were meant."""
        for written in var_files:
            if not any(map(self.variants.is_there, self.variants.expanded(directory, written))):
                reason = f"{written} is configured as a var file of {directory or 'the top directory'}, but not there"
                self.gap(written, reason, "correct var_files in .iam-review.yaml, or commit the file")


_ELSEWHERE = late_pattern(
    r'\bsource\s*=\s*"(?!\.|\$\{(?:get_repo_root|get_terragrunt_dir|find_in_parent|path_relative))'
)
"""A source that does not begin as a folder of the repository."""


def _parts(source: object) -> Iterator[tuple[str, str]]:
    """What a stack is made of, by what each is called, as it is written."""
    if isinstance(source, Source):
        for block in source.syntax.body.blocks:
            if block.type in ("unit", "stack"):
                yield f"{block.type} {'.'.join(block.labels)}", source.text(block)


def _is_configuration(path: str, folder: str) -> bool:
    return path.endswith(SUFFIXES) and path.rpartition("/")[0] == folder
