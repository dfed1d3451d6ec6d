"""The languages that are reviewed, one line each, and all of them at work on one review."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from bot.evaluated.config import EvaluatedConfig, EvaluationGap, Provider, Root
from bot.evaluated.diagnostic import Span
from bot.evaluated.fence import Expired, never
from bot.evaluated.front_end import AffectedRoots, Configured, FrontEnd, unconfigured
from bot.evaluated.redefinition import Others, Redefinition
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.thing import NO_NAMES, Names
from bot.frontends.copied_terraform.copied_terraform import CopiedTerraform
from bot.frontends.policy_files.policy_files import PolicyFiles
from bot.frontends.terraform.terraform import Terraform

FRONT_ENDS: tuple[type[FrontEnd], ...] = (
    Terraform,
    CopiedTerraform,
    PolicyFiles,
)  # fmt: skip
"""Each is asked of the files that those above it do not read; the first evaluates roots nobody chose, but named."""


def wanted() -> tuple[str, ...]:
    """How the names of files end whose contents are fetched before anything is known of them."""
    return tuple(suffix for kind in FRONT_ENDS for suffix in kind.wanted)


def is_configuration(path: str) -> bool:
    """Whether a file makes its directory a root, or a module of one."""
    return any(path.endswith(kind.configuration) for kind in FRONT_ENDS)


def holds_values(path: str) -> bool:
    """Whether every line of a file is a value by itself."""
    return any(path.endswith(kind.values) for kind in FRONT_ENDS)


class FrontEnds:
    """Every front end, made for one review; a root goes to the one that chose it."""

    def __init__(self, provider: Provider) -> None:
        self._all: dict[str, FrontEnd] = {kind.name: kind(provider) for kind in FRONT_ENDS}

    def affected_roots(
        self,
        base: SourceTree,
        head: SourceTree,
        changed: frozenset[str],
        configured: Configured = unconfigured,
        also: frozenset[str] = frozenset(),
    ) -> AffectedRoots:
        """What all of them say; a file that is one's configuration is no gap of another's."""
        found, left = dict[str, AffectedRoots](), changed
        for name, one in self._all.items():
            found[name] = one.affected_roots(base, head, left, configured, also)
            left &= found[name].irrelevant | {path for path in left if _is_of_another(path, name)}
        return AffectedRoots(
            roots=tuple(_chosen(root, name) for name, one in found.items() for root in one.roots),
            gaps=tuple(gap for name, one in found.items() for gap in _own_gaps(one, name)),
            needs=frozenset[str]().union(*(one.needs for one in found.values())),
            irrelevant=left,
            besides=tuple(_chosen(root, name) for name, one in found.items() for root in one.besides),
            alike=frozenset(_chosen(root, name) for name, one in found.items() for root in one.alike),
            assumed=tuple(told for one in found.values() for told in one.assumed),
        )

    def roots_within(self, tree: SourceTree, directory: str) -> tuple[Root, ...]:
        """The roots at a directory, else those below it."""
        return tuple(
            Root(at, front_end=name) for name, one in self._all.items() for at in one.roots_within(tree, directory)
        )

    def evaluate(
        self, tree: SourceTree, root: Root, expired: Expired = never, names: Names = NO_NAMES
    ) -> EvaluatedConfig:
        """What a root says at one revision; the base is told the head's `names` for things.

        Raises OutOfTime once `expired` says so.
        """
        return self._of(root).evaluate(tree, root, expired, names)

    def declared(self, tree: SourceTree, directory: str) -> frozenset[str]:
        """The addresses of what is declared in a directory."""
        return frozenset[str]().union(*(one.declared(tree, directory) for one in self._all.values()))

    def block_spans(self, tree: SourceTree, directory: str) -> Mapping[str, Span]:
        """Where each managed resource of a root is written, by address without instance keys."""
        return {name: span for one in self._all.values() for name, span in one.block_spans(tree, directory).items()}

    def own_accounts(self, tree: SourceTree, directories: Iterable[str]) -> frozenset[str]:
        """The account ids that the roots in `directories` say are their own."""
        where = tuple(directories)
        return frozenset[str]().union(*(one.own_accounts(tree, where) for one in self._all.values()))

    def handed_on(self, trees: tuple[SourceTree, SourceTree], root: Root, others: Others) -> Iterator[Redefinition]:
        """What other roots are handed on by a root, and is another thing at head."""
        return self._of(root).handed_on(trees, root, others)

    def redefined(
        self,
        trees: tuple[SourceTree, SourceTree],
        configs: tuple[EvaluatedConfig, EvaluatedConfig],
        paths: Iterable[str],
    ) -> Iterator[Redefinition]:
        """What the change of a root's files makes stand for something else without a trace in its values."""
        return self._of(configs[1].root).redefined(trees, configs, paths)

    def _of(self, root: Root) -> FrontEnd:
        return self._all[root.front_end or FRONT_ENDS[0].name]


def _chosen(root: Root, name: str) -> Root:
    return dataclasses.replace(root, front_end=name)


def _is_of_another(path: str, name: str) -> bool:
    return any(path.endswith(kind.configuration) for kind in FRONT_ENDS if kind.name != name)


def _own_gaps(found: AffectedRoots, name: str) -> Iterator[EvaluationGap]:
    return (gap for gap in found.gaps if not _is_of_another(gap.diagnostic.span.file, name))
