"""What units of Terragrunt are to who chooses and evaluates roots: modules with the values and files they are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal, Protocol

from bot.evaluated.config import ResourceInstance
from bot.evaluated.diagnostic import Diagnostic, Span
from bot.evaluated.mentions import plain
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.value import StringValue, Value
from bot.evaluated.wanted_modules import RemoteCall
from bot.frozen import dataclass

TERRAGRUNT = ("terragrunt.hcl", "terragrunt.hcl.json")
"""How files are called that may configure a unit."""

STACK = "terragrunt.stack.hcl"
"""How files are called that say which units a stack is made of."""


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """A file that Terragrunt writes beside the module's own before Terraform runs; `name` is relative to them.

    `replaces` says whether it takes the place of one that is there.
    """

    name: str
    contents: StringValue
    replaces: bool = True


@dataclass(frozen=True, slots=True)
class UnitSetting:
    """What else a unit says that decides what its module stands for: where its state is, whose credentials, hooks, by
    what runs leave it out, and generated files whose contents only a run knows. `makes` if such a file has blocks that
    make or call something."""

    kind: Literal["state", "credentials", "hook", "generated", "excluded"]
    name: str
    value: Value
    makes: bool = False


@dataclass(frozen=True, slots=True)
class RemoteSource:
    """A module that is not in the repository, as a unit names it, and the line that does.

    `unknown` is the source by a path out of the repository, or that only a run knows, of a module that nothing fetches.
    """

    call: RemoteCall
    at: Span
    unknown: Value | None = None

    @property
    def said(self) -> tuple[object, ...]:
        """Which module it is, as something that equals another if both are the same."""
        return (self.call, None if self.unknown is None else plain(self.unknown))


AskedOutput = tuple[str, str]
"""The folder of a unit and the name of an output of it."""


@dataclass(frozen=True, slots=True)
class UnitConfig:
    """One unit at one revision, everything that it includes and reads taken together.

    `directory` is the folder it is applied in, and its name; `file` and `at` say where it is written. `modules` are
    the folders of the repository that it may apply, mostly one: several where a condition decides, none where
    `remote` is a module from elsewhere or only a run knows (`problem` says so). `inputs` are the values of variables.
    `beside` are files of the unit's own folder, which Terragrunt copies to the module's. `var_files` come after the
    module's own, in order; `blobs` are the blob ids of both. `reads` are the files it was put together from, and
    those that would be read if they were there; `needs` those that have to be fetched first. `is_open` if it reads
    files that only a run can name. `uses` are the variables that its own and
    its generated files ask for, `asks` the outputs of other units that it asks for, `elsewhere` policies of
    those units, by the symbols that their ARNs are in `inputs`. `version` is the source where only the environment of
    a run knows which version of the repository's own module it names. `by_default` are the words that it takes where
    the environment of a run says no others.
    """

    directory: str
    file: str
    at: Span
    modules: tuple[str, ...] = ()
    remote: RemoteSource | None = None
    inputs: Mapping[str, Value] = field(default_factory=dict)
    generated: tuple[GeneratedFile, ...] = ()
    beside: tuple[str, ...] = ()
    var_files: tuple[str, ...] = ()
    blobs: tuple[str | None, ...] = ()
    settings: tuple[UnitSetting, ...] = ()
    reads: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    is_open: bool = False
    problem: Diagnostic | None = None
    uses: frozenset[str] = frozenset()
    asks: frozenset[AskedOutput] = frozenset()
    elsewhere: Mapping[str, ResourceInstance] = field(default_factory=dict)
    version: Value | None = None
    by_default: frozenset[str] = frozenset()

    def module_for(self, wanted: str) -> str | None:
        """The folder of the module that it applies: `wanted` if that may be it."""
        return wanted if wanted in self.modules else next(iter(self.modules), None)

    def said(self, used: frozenset[str] | None = None) -> tuple[object, ...]:
        """What it makes of its module, as something that equals another if nothing can evaluate otherwise.

        `used` are the variables that the module asks for, where it is in the repository.
        """
        asked = used | self.uses if used is not None and self.modules else None
        return (
            self.modules,
            None if self.remote is None else self.remote.said,
            tuple(
                sorted((name, plain(value)) for name, value in self.inputs.items() if asked is None or name in asked)
            ),
            tuple((one.name, plain(one.contents), one.replaces) for one in self.generated),
            self.beside,
            self.var_files,
            self.blobs,
            None if self.problem is None else self.problem.summary,
            None if self.version is None else plain(self.version),
        )

    def settled(self) -> tuple[object, ...]:
        """What its settings are, to be compared."""
        return tuple((one.kind, one.name, plain(one.value)) for one in self.settings)


class ReadsUnits(Protocol):
    """What knows the units of a revision."""

    def of(self, tree: SourceTree) -> Mapping[str, UnitConfig]:
        """By their folders, the outputs of other units as symbols. What is included or read and applies nothing is no
        unit."""

    def output(self, tree: SourceTree, asked: AskedOutput) -> Value | None:
        """An output of a unit, if that is certain."""

    def told(self, tree: SourceTree, unit: UnitConfig) -> UnitConfig:
        """The same unit with those outputs of other units that are certain."""


class NoUnits:
    """Of a front end without Terragrunt."""

    def of(self, tree: SourceTree) -> Mapping[str, UnitConfig]:
        """None."""
        return {}

    def output(self, tree: SourceTree, asked: AskedOutput) -> Value | None:
        """None."""
        return None

    def told(self, tree: SourceTree, unit: UnitConfig) -> UnitConfig:
        """As it is."""
        return unit
