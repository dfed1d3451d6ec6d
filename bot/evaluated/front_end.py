"""What a front end is to everything above it: which roots a change reaches, and what a root says on either side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ClassVar, Protocol

from bot.evaluated.config import EvaluatedConfig, EvaluationGap, Provider, Root, RootSettings
from bot.evaluated.diagnostic import Span
from bot.evaluated.fence import Expired
from bot.evaluated.redefinition import Others, Redefinition
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.thing import Names
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class RootChoices:
    """What configuration says of a directory's roots: settings, and the workspaces to evaluate each in.

    `settings.var_files` and the workspaces name the root's variants. `planned` if there is a plan that may be of it:
    then somebody applies it.
    """

    settings: RootSettings = RootSettings()
    workspaces: tuple[str, ...] = ()
    planned: bool = False


Configured = Callable[[str], RootChoices]


def unconfigured(directory: str) -> RootChoices:
    """No configuration: everything that is learnt from the environment is a symbol."""
    return RootChoices()


@dataclass(frozen=True, slots=True)
class AffectedRoots:
    """The roots to evaluate on both sides, those with changed files of their own first.

    `gaps` are changed files that no root evaluates although they may matter; `needs` files whose
    contents are wanted to tell; `irrelevant` changed paths that cannot matter. `besides` are roots that were asked
    for although nothing in them is touched. `alike` are those of the roots that say the same on both sides whatever is
    touched: comments, descriptions, what nobody uses. `assumed` is what was taken for granted of them, for people.
    """

    roots: tuple[Root, ...] = ()
    gaps: tuple[EvaluationGap, ...] = ()
    needs: frozenset[str] = frozenset()
    irrelevant: frozenset[str] = frozenset()
    besides: tuple[Root, ...] = ()
    alike: frozenset[Root] = frozenset()
    assumed: tuple[str, ...] = ()


class FrontEnd(Protocol):
    """One language in which access is written down. One is made for each review, and keeps what it has parsed.

    Roots of two front ends in one directory differ in their `variant`. Nothing raises on content: what cannot be
    read is a gap. Files are asked for by `needs`, and only listed ones.
    """

    name: ClassVar[str]
    wanted: ClassVar[tuple[str, ...]]
    """How the names of files end whose contents are fetched before anything is known of them."""

    configuration: ClassVar[tuple[str, ...]]
    """How the names of files end that make their directory a root, or a module of one."""

    values: ClassVar[tuple[str, ...]]
    """How the names of files end of which every line is a value by itself: none is shown beside another."""

    def __init__(self, provider: Provider) -> None:
        """`provider` says what data sources and resources yield."""

    def affected_roots(
        self,
        base: SourceTree,
        head: SourceTree,
        changed: frozenset[str],
        configured: Configured,
        also: frozenset[str],
    ) -> AffectedRoots:
        """The roots that a change of the files `changed` touches; those in the directories `also` are `besides`.

        `changed` are without those that front ends named before it read.
        """

    def roots_within(self, tree: SourceTree, directory: str) -> tuple[str, ...]:
        """`directory` if it holds configuration, else the directories of the roots below it, sorted."""

    def evaluate(self, tree: SourceTree, root: Root, expired: Expired, names: Names) -> EvaluatedConfig:
        """What a root says at one revision, things called by the other revision's `names`.

        Raises OutOfTime once `expired` says so.
        """

    def declared(self, tree: SourceTree, directory: str) -> frozenset[str]:
        """The addresses of managed resources and module calls that a root itself declares, without evaluating it."""

    def block_spans(self, tree: SourceTree, directory: str) -> Mapping[str, Span]:
        """Where each managed resource of a root and its modules is written, by address without instance keys."""

    def own_accounts(self, tree: SourceTree, directories: Iterable[str]) -> frozenset[str]:
        """The account ids that the roots in `directories` say are their own."""

    def handed_on(self, trees: tuple[SourceTree, SourceTree], root: Root, others: Others) -> Iterator[Redefinition]:
        """What other roots are handed on by a root, and is another thing at head, whether or not they are looked at.

        `others` are outputs that evaluate otherwise, each with where its value comes from.
        """

    def redefined(
        self,
        trees: tuple[SourceTree, SourceTree],
        configs: tuple[EvaluatedConfig, EvaluatedConfig],
        paths: Iterable[str],
    ) -> Iterator[Redefinition]:
        """What a change of the files `paths` makes stand for something else though no evaluated value shows it.

        `trees` and `configs` are a root's base and head.
        """


class FileByFile:
    """What is the same for front ends of which each file is a root by itself: nothing around it is known."""

    def roots_within(self, tree: SourceTree, directory: str) -> tuple[str, ...]:
        """None: what nobody is known to hold or take in is looked at where it changes."""
        return ()

    def declared(self, tree: SourceTree, directory: str) -> frozenset[str]:
        """Nothing that a plan would know."""
        return frozenset()

    def block_spans(self, tree: SourceTree, directory: str) -> Mapping[str, Span]:
        """Nothing that a plan would know."""
        return {}

    def own_accounts(self, tree: SourceTree, directories: Iterable[str]) -> frozenset[str]:
        """None: a file by itself does not say whose account it is for."""
        return frozenset()

    def handed_on(self, trees: tuple[SourceTree, SourceTree], root: Root, others: Others) -> Iterator[Redefinition]:
        """Nothing: nobody knows by which root's state it would be looked up."""
        return iter(())

    def redefined(
        self,
        trees: tuple[SourceTree, SourceTree],
        configs: tuple[EvaluatedConfig, EvaluatedConfig],
        paths: Iterable[str],
    ) -> Iterator[Redefinition]:
        """Nothing: all that a file says is in its values."""
        return iter(())
