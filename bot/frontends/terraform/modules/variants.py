"""The variants of a root: the var files and workspaces that it is applied with, as far as the repository says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from fnmatch import translate

from bot.evaluated.config import NamedBy
from bot.evaluated.front_end import Configured
from bot.evaluated.production import in_default_workspace
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.modules.backends import BACK_END, WHERE, is_for_back_end, workspace_name
from bot.frontends.terraform.modules.ci_words import CiWords, ci_words, pipelines
from bot.frontends.terraform.modules.module import configuration_files, load_module
from bot.frontends.terraform.modules.prefetch import reached
from bot.frontends.terraform.modules.scan import Layout
from bot.frontends.terraform.modules.var_file_names import SHARED, named, names_workspace, stem, written_paths
from bot.frontends.terraform.modules.var_file_owners import Owners
from bot.frontends.terraform.syntax.nodes import Expression, ObjectExpression, Template, TemplateText
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

_ASKED = late_pattern(rb"\bterraform\.workspace\b")
_DEFAULT = late_pattern(rb'terraform\.workspace\s*[!=]=\s*"default"|"default"\s*[!=]=\s*terraform\.workspace')
_COMPARED = late_pattern(
    rb'terraform\.workspace\s*[!=]=\s*("[^"$]{1,100}")'
    rb'|("[^"$]{1,100}")\s*[!=]=\s*terraform\.workspace'
    rb"|contains\(\s*\[([^\]]{1,1000})\]\s*,\s*terraform\.workspace"
)
_INDEXED = late_pattern(rb"\b(?:local|var)\.([\w-]+)(?:\[\s*|\s*,\s*)(?:terraform\.workspace|local\.([\w-]+))\b")
"""What is asked for an entry, and by what: `local.accounts[terraform.workspace]`, `lookup(var.accounts, local.env)`."""
_IS_WORKSPACE = late_pattern(rb"(?m)^\s*([\w-]+)\s*=\s*terraform\.workspace\s*$")
_QUOTED = late_pattern(rb'"([^"$]{1,100})"')
_PATTERN = late_pattern(r"[*?\[]")
_WILD = late_pattern(r"\\\*\\\*|\\\*|\\\?")
_AS_REGEX = {r"\*\*": ".*", r"\*": "[^/]*", r"\?": "[^/]"}
MAX_STARS = 6
"""A pattern with more says nothing: to match it takes longer with each."""

_UNNAMED = ("", "default")
OTHER_WORKSPACES = "other workspaces"
"""The variant in a workspace that nothing names."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which a root is applied; its var files are paths from the top of the repository.

    `others` are the workspaces that it is not applied in, where that is all that is known of its own.
    """

    name: str
    var_files: tuple[str, ...] = ()
    workspace: str | None = None
    named_by: tuple[NamedBy, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(slots=True)
class Variants:
    """The variants of the roots of two revisions. `needs` grows by the files that would tell of more."""

    trees: tuple[SourceTree, SourceTree]
    where: Layout
    configured: Configured
    cache: SyntaxCache
    owners: Owners
    needs: set[str] = field(default_factory=set)
    _ci: tuple[tuple[CiWords, ...], ...] | None = None
    _found: dict[str, tuple[Variant, ...]] = field(default_factory=dict)

    def of(self, directory: str) -> tuple[Variant, ...]:
        """Those of the root in a directory: as the rules say, else as its files and CI do."""
        if directory not in self._found:
            choices = self.configured(directory)
            ruled = choices.settings.var_files or choices.workspaces
            found = self._ruled(directory) if ruled else self._discovered(directory)
            self._found[directory] = tuple(found)
        return self._found[directory]

    def loading(self, path: str) -> tuple[str, ...]:
        """The directories of the roots that have a variant with that var file."""
        likely = self.owners.of(path)
        if stem(path) in SHARED:
            folder = path.rpartition("/")[0]
            beside = [one for one in self.owners.files if one.startswith(f"{folder}/" if folder else "")]
            likely = likely.union(*map(self.owners.of, beside))
        others = (root for root in self.owners.roots if root not in likely and self._may_load(root, path))
        return tuple(sorted(root for root in (*likely, *others) if self._loads(root, path)))

    def asks(self, directory: str) -> bool:
        """Whether the root, or a module that it reaches, asks which workspace it is."""
        return any(map(_ASKED.search, self._texts(directory)))

    def _has_default(self, directory: str) -> bool:
        """Whether it asks if that is the one that Terraform has by itself: then var files may well be loaded there."""
        return any(map(_DEFAULT.search, self._texts(directory)))

    def _compared(self, directory: str) -> tuple[str, ...]:
        """The workspaces by name that it asks for: somebody has them, or it would not ask."""
        found = (match for text in self._texts(directory) for match in _COMPARED.finditer(text))
        names = (name for match in found for said in match.groups(b"") for name in _QUOTED.findall(said))
        return tuple(name for name in sorted({name.decode("utf-8", "replace") for name in names}) if name != "default")

    def _texts(self, directory: str) -> Iterator[bytes]:
        for tree in self.trees:
            for each in reached(directory, self.where):
                yield from (tree.read(path) or b"" for path in self._files(tree, each))

    def _loads(self, root: str, path: str) -> bool:
        return any(path in one.var_files for one in self.of(root))

    def _may_load(self, root: str, path: str) -> bool:
        """Whether the rules or CI name var files for a root at all."""
        if self.configured(root).settings.var_files:
            return True
        said = (one for one in self._said() if one.var_files and one.directory in (None, root))
        return any(path in self._named(root, one) for one in said)

    def _files(self, tree: SourceTree, directory: str) -> tuple[str, ...]:
        return configuration_files(self.cache.directory(tree, directory))

    def _ruled(self, directory: str) -> Iterator[Variant]:
        """Var files and workspaces that the rules list, those of one name together."""
        choices = self.configured(directory)
        files = [path for written in choices.settings.var_files for path in self.expanded(directory, written)]
        groups = self._grouped(directory, files)
        workspaces = _chosen(choices.workspaces, (*groups, *self._workspaces(directory)))
        if len(groups) == 1 and workspaces and not groups.keys() & workspaces.keys():
            ((_, only),) = groups.items()
            groups = dict.fromkeys(workspaces, only)  # the one file there is goes with each workspace
        for name in dict.fromkeys((*groups, *workspaces)):
            yield Variant(name, groups.get(name, ()), name if name in workspaces else None, ("rules",))

    def _discovered(self, directory: str) -> Iterator[Variant]:
        """What the root's var files, its back end and CI name, those of one name together."""
        if not self._is_worth_asking(directory):
            return
        files = self._var_files(directory)
        projects = dict(self._projects(directory))
        planned = {path for paths in projects.values() for path in paths}
        groups = self._grouped(directory, files)
        groups = {name: paths for name, paths in groups.items() if name in projects or not planned.issuperset(paths)}
        yield from self._paired(directory, groups, projects, files)

    def _var_files(self, directory: str) -> dict[str, tuple[NamedBy, ...]]:
        """The var files of the root and those that CI names for any root; none that are for a back end."""
        files: dict[str, tuple[NamedBy, ...]] = dict.fromkeys(self.owners.files_of(directory), ("var file",))
        files |= self._beside(files)
        for one in self._said():
            if one.directory is None:
                files |= {path: _with(("CI",), files.get(path, ())) for path in self._named(directory, one)}
        return {path: why for path, why in files.items() if not self._is_of_back_end(directory, path)}

    def _projects(self, directory: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """What CI plans the root as by name, with the var files: at base, where that says anything of the root.

        A change that gives a variant other files would choose by itself what it is compared with.
        """
        of_head, of_base = ([one for one in words if one.directory == directory] for words in self._words())
        for one in of_base or of_head:
            paths = self._named(directory, one)
            name = one.workspace if one.workspace not in _UNNAMED else "".join(map(stem, paths[-1:]))
            if name:
                yield name, paths

    def _paired(
        self,
        directory: str,
        groups: Mapping[str, tuple[str, ...]],
        projects: Mapping[str, tuple[str, ...]],
        files: Mapping[str, tuple[NamedBy, ...]],
    ) -> Iterator[Variant]:
        """Each name once; a workspace is one only where the root asks for it, or CI plans the root in it.

        A var file's name is its workspace's, unless the root asks for workspaces by other names only; a root that asks
        for the default one and has none by name is looked at in that too.
        """
        spaces = self._workspaces(directory) if self.asks(directory) else {}
        only = next((name for name, why in spaces.items() if "back end" in why), None)
        unknown = not spaces and self._has_default(directory)
        asked = self._compared(directory) if groups and only is None else ()
        named_so = not asked or any(name in groups for name in asked)
        for name, paths in groups.items():
            why = tuple(dict.fromkeys(each for path in paths for each in files[path]))
            why = _with(("CI",), why) if name in projects else why
            workspace = name if name in spaces or (only is None and named_so and names_workspace(name)) else only
            given = projects.get(name) or paths
            yield Variant(name, given, workspace, _with(spaces.get(name, ()), why))
            if unknown and workspace is not None:
                yield Variant(in_default_workspace(name), given, "default", why)
        yield from (Variant(name, paths, name, ("CI",)) for name, paths in projects.items() if name not in groups)
        alone = {} if groups else spaces
        yield from (Variant(name, (), name, why) for name, why in alone.items() if name not in projects)
        if self._has_more(directory, alone):
            yield Variant(OTHER_WORKSPACES, (), None, ("comparison",), tuple(alone))

    def _has_more(self, directory: str, spaces: Mapping[str, tuple[NamedBy, ...]]) -> bool:
        """Whether there are workspaces that nothing names: CI leaves out some that the root asks for, or has an entry
        of a table for, or names but one.

        A root that asks which workspace it is in is applied in two, or it would not ask.
        """
        if not spaces or _of_back_end(spaces):
            return False
        compared = self._compared(directory)
        left_out = any(spaces[name] == ("comparison",) for name in compared) or not self._keys(directory) <= {*spaces}
        return left_out or (len(spaces) == 1 and bool(compared))

    def _keys(self, directory: str) -> frozenset[str]:
        """The keys of the tables that are written here and asked for the entry of the workspace."""
        texts = tuple(self._texts(directory))
        same = {name for text in texts for name in _IS_WORKSPACE.findall(text)}
        asked = (found for text in texts for found in _INDEXED.findall(text))
        tables = {table.decode("utf-8", "replace") for table, by in asked if not by or by in same}
        return frozenset(
            key for table in tables for written in self._written(directory, table) for key in _keys(written)
        )

    def _written(self, directory: str, name: str) -> Iterator[Expression]:
        """What locals of a name are, and variables by default, in the root and the modules that it reaches."""
        for tree in self.trees:
            for each in reached(directory, self.where):
                module = load_module(tree, each, self.cache)
                default = module.variables[name].arguments.get("default") if name in module.variables else None
                yield from (one.argument.value for one in (module.locals.get(name), default) if one is not None)

    def _workspaces(self, directory: str) -> dict[str, tuple[NamedBy, ...]]:
        """Workspaces that the back end, or CI for any root, names; beside CI's those that the root asks for."""
        kept = (workspace_name(tree, directory, self.cache) for tree in self.trees)
        found: dict[str, tuple[NamedBy, ...]] = {name: ("back end",) for name in kept if name}
        for one in self._said():
            if one.directory in (None, directory) and one.workspace not in _UNNAMED:
                found.setdefault(one.workspace, ("CI",))
        if found and not _of_back_end(found):
            found |= {name: ("comparison",) for name in self._compared(directory) if name not in found}
        return found

    def _is_worth_asking(self, directory: str) -> bool:
        return bool(self.owners.files) or self.asks(directory)

    def _words(self) -> tuple[tuple[CiWords, ...], ...]:
        """What CI says at head, and at base."""
        if self._ci is None:
            self.needs.update(path for tree in self.trees for path in pipelines(tree) if tree.missing(path))
            self._ci = tuple(map(ci_words, self.trees))
        return self._ci

    def _said(self) -> tuple[CiWords, ...]:
        """What it says on either side."""
        return tuple(dict.fromkeys(each for words in self._words() for each in words))

    def _named(self, directory: str, said: CiWords) -> tuple[str, ...]:
        """The var files that CI names for a root: beside it, or from the top if it declares some of their variables."""
        found = [path for each in said.var_files for path in self.expanded(directory, each) if self.is_there(path)]
        return tuple(path for path in found if said.directory is not None or self._fits(directory, path))

    def _fits(self, directory: str, path: str) -> bool:
        inside = not directory or path.startswith(f"{directory}/")
        keys = (key for tree in self.trees for key in self.owners.keys(path, tree))
        return inside or directory in self.owners.declaring(keys)

    def _is_of_back_end(self, directory: str, path: str) -> bool:
        """Whether a file settles where the state is kept, and no variable that says more than a region."""
        keys = frozenset(key for tree in self.trees for key in self.owners.keys(path, tree))
        own = keys - WHERE if is_for_back_end(path, keys) else keys
        return bool(keys) and keys <= BACK_END and directory not in self.owners.declaring(own)

    def is_there(self, path: str) -> bool:
        """Whether either revision has the file."""
        return any(tree.has(path) for tree in self.trees)

    def _grouped(self, directory: str, files: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The var files by the names of variants, as each revision by itself names them."""
        every, groups = tuple(files), dict[str, tuple[str, ...]]()
        for tree in self.trees:
            here = named(directory, filter(tree.has, every))
            groups |= {name: tuple(dict.fromkeys((*groups.get(name, ()), *paths))) for name, paths in here.items()}
        return groups or dict(named(directory, every))

    def expanded(self, directory: str, written: str) -> tuple[str, ...]:
        """The var files that a path or pattern names, from the root's directory or from the top; itself if none."""
        says_something = written.strip("*./") and written.count("*") <= MAX_STARS
        for way in written_paths(directory, written) if says_something else ():
            fit = self._fitting(way) if _PATTERN.search(way) else (way,) if self.is_there(way) else ()
            if fit:
                return fit
        return (written,)

    def _fitting(self, pattern: str) -> tuple[str, ...]:
        fits = re.compile(_WILD.sub(lambda found: _AS_REGEX[found.group()], re.escape(pattern))).fullmatch
        return tuple(path for path in self.owners.files if fits(path))

    def _beside(self, files: Iterable[str]) -> dict[str, tuple[NamedBy, ...]]:
        """Shared files in the folders of these, or above."""
        folders = [f"{path.rpartition('/')[0]}/" for path in files]
        shared = [path for path in self.owners.files if stem(path) in SHARED]
        return {
            path: ("var file",)
            for path in shared
            if any(folder.startswith(f"{path.rpartition('/')[0]}/") for folder in folders)
        }


def _chosen(written: Iterable[str], known: Iterable[str]) -> dict[str, None]:
    """The names that are written, and those known ones that fit a pattern."""
    found: dict[str, None] = {}
    for each in written:
        fits = re.compile(translate(each)).match
        found |= dict.fromkeys(filter(fits, known) if _PATTERN.search(each) else (each,))
    return found


def _keys(table: Expression) -> Iterator[str]:
    """The keys of a table that are written out."""
    keys = (item.key for item in table.items) if isinstance(table, ObjectExpression) else ()
    for key in keys:
        match key:
            case Template(parts=(TemplateText(text=text),)):
                yield text


def _with(more: tuple[NamedBy, ...], known: tuple[NamedBy, ...]) -> tuple[NamedBy, ...]:
    """What is known, and more, each once."""
    return tuple(dict.fromkeys((*known, *more)))


def _of_back_end(spaces: Mapping[str, tuple[NamedBy, ...]]) -> bool:
    return any("back end" in why for why in spaces.values())
