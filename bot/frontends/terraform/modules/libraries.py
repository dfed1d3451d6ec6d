"""Tells which modules are published to be called from elsewhere, and which roots only show or test something."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator
from dataclasses import field

from bot.evaluated.config import Root, RootKind
from bot.evaluated.front_end import RootChoices
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.modules.ci_words import applying
from bot.frontends.terraform.modules.module import Module, configuration_files, load_module
from bot.frontends.terraform.modules.scan import Layout, Scans, layout
from bot.frontends.terraform.modules.var_file_names import VAR_FILE_SUFFIXES
from bot.frontends.terraform.modules.variants import Variants
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

_WRAPPERS = frozenset({"wrapper", "wrappers"})
_TESTS = frozenset({"test", "tests"})
_EXAMPLES = frozenset({"example", "examples", "fixture", "fixtures"})
_SHOWING = _WRAPPERS | _TESTS | _EXAMPLES
"""Names of folders whose roots show or test a module, unless something says that they are applied."""

_KINDS_OF_SHOWING = frozenset(
    {
        "acceptance",
        "basic",
        "complete",
        "data",
        "e2e",
        "full",
        "integration",
        "module",
        "modules",
        "simple",
        "unit",
        "usage",
    }
)
"""Words that such a name may have beside: `test_data`, `integration-tests`, `full_example`."""

_TOP = ""
"""The folder of the module that a repository is."""

_ENVIRONMENTS = frozenset({"accounts", "env", "environment", "environments", "envs", "live", "stage", "stages"})
"""Names of folders of environments, of which one may be called test."""

_TERRAGRUNT = "terragrunt.hcl"
_WORDS = late_pattern(r"[-_]")
_KEEPS_STATE = late_pattern(rb'^\s*"?(?:backend|cloud)"?\s*[^\s\w=.-]', re.MULTILINE)
_PROVIDER = late_pattern(rb'^\s*"?provider"?\s*[^\s\w=.-]', re.MULTILINE)
"""Told from the text: many roots are asked, and most of them are applied."""

ANY_CALLER = "any caller"
"""The variant that a module's interface is called by."""

_APPLIED_BY = frozenset({"rules", "CI", "back end"})


@dataclass()
class Libraries:
    """The modules and examples among the root modules of two revisions; what is asked is kept."""

    trees: tuple[SourceTree, SourceTree]
    where: Layout
    variants: Variants
    _known: dict[str, RootKind] = field(default_factory=dict)

    def kind(self, directory: str) -> RootKind:
        """What a folder with configuration is where it is evaluated by itself."""
        if directory not in self._known:
            self._known[directory] = "root"  # while it is asked: modules that call each other in a circle are applied
            self._known[directory] = self._kind(directory)
        return self._known[directory]

    def above(self, directory: str) -> frozenset[str]:
        """What reaches a folder, itself among them, and is judged by itself too though it is called.

        Modules that nothing but examples calls, and what is applied: a test that calls it takes nothing away from that.
        """
        found, seen, waiting = set[str](), {directory}, [directory]
        while waiting:
            current = waiting.pop()
            callers = {one for one in self._callers(current) if self.kind(one) != "example"}
            if (not callers and self.kind(current) != "example") or self._keeps_state(current):
                found.add(current)
            waiting.extend(callers - seen)
            seen |= callers
        return frozenset(found) & self.where.directories - self.where.linked

    def told_apart(self, directory: str, roots: tuple[Root, ...]) -> tuple[Root, ...]:
        """The roots of a folder as what they are; of a module its interface too, whatever its callers give it."""
        kind = self.kind(directory)
        found = tuple(dataclasses.replace(one, kind=kind) for one in roots)
        interface = Root(directory, ANY_CALLER, found[0].settings, kind="interface") if kind == "module" else None
        return found if interface is None else (*found, interface)

    def is_passed_on(self, directory: str) -> bool:
        """Whether it is a wrapper: it hands what it is given on to a module that is judged by itself."""
        called = self.where.calls.get(directory, frozenset())
        return bool(_WRAPPERS & _steps(directory) and called) and all(self.kind(one) == "module" for one in called)

    def _kind(self, directory: str) -> RootKind:
        if directory not in self.where.directories or self._is_applied(directory):
            return "root"
        if is_showing(directory):
            return "example" if self._is_example(directory) else "root"
        is_module = self._is_only_shown if self._real_callers(directory) else self._cannot_be_applied
        return "module" if is_module(directory) else "root"

    def _is_example(self, directory: str) -> bool:
        """Whether it only shows or tests something: by what its folder is called, or by what it calls besides.

        Where base was a library already, its pipelines apply examples to test them.
        """
        if _EXAMPLES & _steps(directory):
            return self._is_library or (self._shows(directory) and not self._is_applied_by_ci(directory))
        calls_the_top = _TOP in self.where.calls.get(directory, frozenset())
        return (self._is_library or calls_the_top) and not self._is_environment(directory)

    def _shows(self, directory: str) -> bool:
        """Whether it calls a module of the repository that is no example itself."""
        return not all(map(is_showing, self.where.calls.get(directory, frozenset())))

    def _is_applied_by_ci(self, directory: str) -> bool:
        """Whether a pipeline that applies something names the folder."""
        named = re.compile(rf"(?<![\w/-])(?:\./)?{re.escape(directory)}(?![\w-])")
        return any(map(named.search, self._pipelines))

    @functools.cached_property
    def _pipelines(self) -> tuple[str, ...]:
        return tuple(text for tree in self.trees for text in applying(tree))

    def _real_callers(self, directory: str) -> frozenset[str]:
        """Its callers; where base was no library, without examples: what a change itself adds makes none."""
        found = self._callers(directory)
        return found if self._is_library else frozenset(one for one in found if self.kind(one) != "example")

    def _is_only_shown(self, directory: str) -> bool:
        """Whether all roots that reach a folder are examples."""
        above = self.where.roots_above(directory)
        return all(one != directory and self.kind(one) == "example" for one in above)

    @functools.cached_property
    def _is_library(self) -> bool:
        """Whether examples called modules at base already: what a change itself adds makes no library."""
        base = layout((self.trees[1],), Scans())
        where = base if base.directories else self.where
        return any(any(map(is_showing, callers)) and not is_showing(one) for one, callers in where.callers.items())

    def _is_environment(self, directory: str) -> bool:
        """Whether what is called a test calls a module that an applied root calls too."""
        if not _TESTS & _steps(directory):
            return False
        called = self.where.calls.get(directory, frozenset())
        above = {one for each in called for one in self.where.roots_above(each)}
        return any(self.kind(one) == "root" for one in above if not is_showing(one))

    @functools.cached_property
    def _applying(self) -> frozenset[str]:
        return frozenset(each for tree in self.trees for each in _given_values(tree))

    def _callers(self, directory: str) -> frozenset[str]:
        return self.where.callers.get(directory, frozenset()) - {directory}

    def _is_applied(self, directory: str) -> bool:
        """Whether the repository says that somebody applies it."""
        if directory in self.where.applied or self.variants.configured(directory) != RootChoices():
            return True
        if self._keeps_state(directory):
            return True
        return any(_APPLIED_BY.intersection(one.named_by) for one in self.variants.of(directory))

    def _keeps_state(self, directory: str) -> bool:
        return any(_KEEPS_STATE.search(text) for tree in self.trees for text in self._texts(tree, directory))

    def _texts(self, tree: SourceTree, directory: str) -> Iterator[bytes]:
        paths = configuration_files(self.variants.cache.directory(tree, directory))
        return (tree.read(path) or b"" for path in paths)

    def _cannot_be_applied(self, directory: str) -> bool:
        """Whether nobody calls it, nobody here gives it a provider, and it needs values or makes nothing by itself."""
        if directory in self._applying or _TERRAGRUNT in self._applying or self.variants.asks(directory):
            return False
        if self.variants.of(directory):
            return False
        if any(_PROVIDER.search(text) for tree in self.trees for text in self._texts(tree, directory)):
            return False
        return all(_is_for_callers(load_module(tree, directory, self.variants.cache)) for tree in self.trees)


def _given_values(tree: SourceTree) -> Iterator[str]:
    """The folders in or above which var files are; the name of Terragrunt's files where there are any."""
    for path in tree.listing:
        if path.endswith(VAR_FILE_SUFFIXES):
            steps = path.split("/")[:-1]
            yield from ("/".join(steps[:end]) for end in range(len(steps) + 1))
        elif path.endswith(_TERRAGRUNT):
            yield _TERRAGRUNT


def is_showing(directory: str) -> bool:
    """Whether a folder is called as one that shows or tests something."""
    steps = _steps(directory)
    return bool(_SHOWING & steps) and not _ENVIRONMENTS & steps


def _steps(directory: str) -> frozenset[str]:
    """The names on the way to a folder, `test_data` and its like as the word that tells."""
    return frozenset(map(_step, directory.split("/")))


def _step(name: str) -> str:
    told = [word for word in _WORDS.split(name.replace("testdata", "test_data")) if word not in _KINDS_OF_SHOWING]
    return told[0] if len(told) == 1 and told[0] in _SHOWING else name


def _is_for_callers(module: Module) -> bool:
    """Whether a side, where there is one, has a variable without default, or nothing but outputs to be had for."""
    if not module.files or any("default" not in one.arguments for one in module.variables.values()):
        return True
    makes = bool(module.calls) or any(mode == "managed" for mode, _, _ in module.resources)
    return bool(module.outputs) and not makes
