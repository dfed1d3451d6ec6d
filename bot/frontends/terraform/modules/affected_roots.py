"""Which root modules a change touches, and which changed files nobody evaluates."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.evaluated.config import EvaluationGap, Root
from bot.evaluated.diagnostic import Diagnostic, Span
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.front_end import AffectedRoots, Configured, unconfigured
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.symlinks import touched_aliases
from bot.frontends.terraform.modules.module import SUFFIXES
from bot.frontends.terraform.modules.prefetch import files_to_read
from bot.frontends.terraform.modules.scan import Layout, Scans, layout, readers
from bot.frontends.terraform.modules.var_file_names import AUTO_SUFFIXES, VAR_FILE_SUFFIXES, written_paths
from bot.frontends.terraform.modules.var_file_owners import owners
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from bot.frontends.terraform.terragrunt import FOLLOWED, TERRAGRUNT, is_shared, says_the_same, terragrunt_source

DIALECTS = (".tfcomponent.hcl", ".tfdeploy.hcl", ".tfstack.hcl", "cdktf.json", ".tfquery.hcl")
"""Terraform in other words, which is not evaluated."""

_TEXT = (".json", ".tpl", ".tftpl", ".tmpl", ".template", ".yaml", ".yml", ".j2")
_POLICY = re.compile(rb'"?\b(?:Statement|NotAction|Action|Principal|AssumeRolePolicyDocument)"?\s*:')


def affected_roots(
    base: SourceTree,
    head: SourceTree,
    changed: frozenset[str],
    configured: Configured = unconfigured,
    cache: SyntaxCache | None = None,
    also: frozenset[str] = frozenset(),
) -> AffectedRoots:
    """The root modules that a change from `base` to `head` of the files `changed` touches; `also` names directories.

    A module in the repository that some root calls is judged through its callers; one that nobody
    calls is a root itself. Never raises on content.
    """
    search = _Search(base, head, configured, cache or SyntaxCache(), layout((base, head), Scans()))
    linked = {alias for tree in (base, head) for alias in touched_aliases(tree, changed)}
    for path in sorted(changed | linked):
        search.path(path)
    return search.answer(also)


@dataclass(slots=True)
class _Search:
    base: SourceTree
    head: SourceTree
    configured: Configured
    cache: SyntaxCache
    where: Layout
    own: dict[str, None] = field(default_factory=dict)
    reached: dict[str, None] = field(default_factory=dict)
    variants: dict[tuple[str, str], None] = field(default_factory=dict)
    gaps: list[EvaluationGap] = field(default_factory=list)
    needs: set[str] = field(default_factory=set)
    irrelevant: set[str] = field(default_factory=set)

    @property
    def trees(self) -> tuple[SourceTree, SourceTree]:
        return (self.head, self.base)

    def path(self, path: str) -> None:
        """Sort one changed file."""
        name = path.rpartition("/")[2]
        if path in self.where.callers and path not in self.where.directories:
            self.outside(path)
        elif path.endswith(SUFFIXES):
            self.directory(path.rpartition("/")[0])
        elif path.endswith(VAR_FILE_SUFFIXES):
            self.var_file(path)
        elif name in TERRAGRUNT:
            self.terragrunt(path)
        elif path.endswith(DIALECTS):
            self.gap(path, f"{name} is a dialect that is not evaluated")
        elif is_shared(path, self.trees):
            if not says_the_same(path, self.base, self.head, self.cache):
                self.unjudged(path, f"{path} gives settings to root modules, which are not followed")
        else:
            self.other(path)

    def directory(self, directory: str) -> None:
        """Roots that reach a changed directory."""
        for root in sorted(self.where.roots_above(directory)):
            (self.own if root == directory else self.reached)[root] = None

    def var_file(self, path: str) -> None:
        """A var file: of the roots that load it, or of those it is assigned to."""
        folder, _, name = path.rpartition("/")
        loaded = name in ("terraform.tfvars", "terraform.tfvars.json") or name.endswith(AUTO_SUFFIXES)
        if loaded and folder in self.where.directories:
            self.own[folder] = None
            return
        found = owners(path, self.trees, self.where, lambda root: self.configured(root).settings.var_files, self.cache)
        for root in sorted(found):
            self.variants[root, path] = None
        if not found and not says_the_same(path, self.base, self.head, self.cache):
            reason = f"{path} gives values to variables, but no root module is known to load it"
            self.gap(path, reason, "name it in var_files of the root in .iam-review.yaml")

    def _in_both(self, path: str) -> bool:
        return all(tree.has(path) for tree in self.trees)

    def outside(self, path: str) -> None:
        """A symbolic link or submodule that a module is called from: nothing behind it is seen."""
        what = next(filter(None, (tree.outside(path) for tree in self.trees)), "not a directory")
        self.directory(path)
        self.gap(path, f"a module is called from {path}, which is {what}")

    def terragrunt(self, path: str) -> None:
        """A terragrunt.hcl with a local source is that module with its inputs; else it is not followed."""
        found = False
        if says_the_same(path, self.base, self.head, self.cache):
            return
        for tree in self.trees:
            target = terragrunt_source(tree, path, self.cache)
            if target is not None and target in self.where.directories:
                self.variants[target, path] = None
                found = True
        if not found:
            self.gap(path, f"the module that {path} configures is not in the repository or not known")
        elif self._in_both(path) and not says_the_same(path, self.base, self.head, self.cache, FOLLOWED):
            reason = f"{path} says something else besides its inputs, which is not followed"
            self.unjudged(path, reason, "check which account, state and values the root module has then")

    def other(self, path: str) -> None:
        """Any other file: it matters if some configuration reads it, or if it looks like a policy."""
        found = readers(path, self.where)
        for directory in found:
            self.directory(directory)
        if found:
            return
        if path.endswith(_TEXT) and self._looks_like_policy(path):
            self.gap(path, f"{path} looks like a policy, but no Terraform configuration is known to read it")
        else:
            self.irrelevant.add(path)

    def _looks_like_policy(self, path: str) -> bool:
        for tree in self.trees:
            if tree.missing(path):
                self.needs.add(path)
            content = tree.read(path)
            if content is not None and b"Statement" in content and len(set(_POLICY.findall(content))) > 1:
                return True
        return False

    def unjudged(self, path: str, reason: str, remedy: str = "") -> None:
        """A change of settings that are not followed."""
        self.gap(path, reason, remedy, DiagnosticKind.UNJUDGED_CHANGE)

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
        for directory, path in self.variants:
            roots.update(dict.fromkeys(self._variants(directory, path)))
        gaps = tuple(dict.fromkeys(self.gaps))
        besides = {
            root: None
            for directory in sorted(also & self.where.directories)
            for above in sorted(self.where.roots_above(directory))
            for root in self._variants(above)
            if root not in roots
        }
        read = files_to_read(self.trees, {root.directory for root in (*roots, *besides)}, self.where)
        return AffectedRoots(tuple(roots), gaps, read | self.needs, frozenset(self.irrelevant), tuple(besides))

    def _variants(self, directory: str, var_file: str | None = None) -> Iterator[Root]:
        choices = self.configured(directory)
        self._absent(directory, choices.settings.var_files)
        files = choices.settings.var_files if var_file is None else (var_file,)
        for file in files or (None,):
            for workspace in choices.workspaces or (choices.settings.workspace,):
                settings = dataclasses.replace(
                    choices.settings, workspace=workspace, var_files=() if file is None else (file,)
                )
                named = [file or "", workspace if choices.workspaces and workspace else ""]
                yield Root(directory, ", ".join(filter(None, named)), settings)

    def _absent(self, directory: str, var_files: tuple[str, ...]) -> None:
        """A configured var file that neither side has: the root's values are not those that were meant."""
        for written in var_files:
            if not any(tree.has(path) for tree in self.trees for path in written_paths(directory, written)):
                reason = f"{written} is configured as a var file of {directory or 'the top directory'}, but not there"
                self.gap(written, reason, "correct var_files in .iam-review.yaml, or commit the file")
