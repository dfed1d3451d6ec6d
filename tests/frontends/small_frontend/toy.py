"""A second front end, as small as one can be: roles and what they may do, a line each, in `*.toy` files.

role NAME SERVICE                      a role that a service becomes
allow NAME ACTION RESOURCE [when $X]   what it may do; $X in a resource, or as a condition, is not known here
include ...                            something that this front end cannot read
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from bot.evaluated.config import EvaluatedConfig, EvaluationGap, Provider, ResourceInstance, Root
from bot.evaluated.diagnostic import Diagnostic, Span, Step, Trail
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Symbol
from bot.evaluated.fence import Expired
from bot.evaluated.front_end import AffectedRoots, Configured
from bot.evaluated.guard import Guard, Undecided
from bot.evaluated.redefinition import Others, Redefinition
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.thing import Names
from bot.evaluated.value import ListValue, ObjectValue, Part, StringValue, Value

SUFFIX = ".toy"
_SYMBOL = re.compile(r"\$(\w+)")


class Toy:
    """Every directory with a `*.toy` file is a root."""

    name: ClassVar[str] = "toy"
    wanted: ClassVar[tuple[str, ...]] = (SUFFIX,)
    configuration: ClassVar[tuple[str, ...]] = (SUFFIX,)
    values: ClassVar[tuple[str, ...]] = ()

    def __init__(self, provider: Provider) -> None:
        """Nothing is looked up, so that no provider is asked."""

    def affected_roots(
        self, base: SourceTree, head: SourceTree, changed: frozenset[str], configured: Configured, also: frozenset[str]
    ) -> AffectedRoots:
        roots = dict.fromkeys(_directory(path) for path in sorted(changed) if path.endswith(SUFFIX))
        there = {_directory(path) for tree in (base, head) for path in tree.listing if path.endswith(SUFFIX)}
        return AffectedRoots(
            roots=tuple(_root(directory) for directory in roots),
            irrelevant=frozenset(path for path in changed if not path.endswith(SUFFIX)),
            besides=tuple(_root(directory) for directory in sorted(also & there - roots.keys())),
        )

    def roots_within(self, tree: SourceTree, directory: str) -> tuple[str, ...]:
        found = {_directory(path) for path in tree.listing if path.endswith(SUFFIX)}
        return (directory,) if directory in found else tuple(sorted(found)) if directory == "" else ()

    def evaluate(self, tree: SourceTree, root: Root, expired: Expired, names: Names) -> EvaluatedConfig:
        paths = [path for path in tree.directory(root.directory) if path.endswith(SUFFIX)]
        lines = [line for path in paths for line in _lines(path, tree.read(path) or b"")]
        return EvaluatedConfig(
            root,
            resources=tuple(_resources(lines)),
            gaps=tuple(_gap(span, words) for span, words in lines if words[0] not in ("role", "allow")),
            files=frozenset(paths),
            parsed=len(paths),
        )

    def declared(self, tree: SourceTree, directory: str) -> frozenset[str]:
        return frozenset()

    def block_spans(self, tree: SourceTree, directory: str) -> Mapping[str, Span]:
        return {}

    def own_accounts(self, tree: SourceTree, directories: Iterable[str]) -> frozenset[str]:
        return frozenset()

    def handed_on(self, trees: tuple[SourceTree, SourceTree], root: Root, others: Others) -> Iterator[Redefinition]:
        return iter(())

    def redefined(
        self,
        trees: tuple[SourceTree, SourceTree],
        configs: tuple[EvaluatedConfig, EvaluatedConfig],
        paths: Iterable[str],
    ) -> Iterator[Redefinition]:
        return iter(())


Line = tuple[Span, list[str]]


def _directory(path: str) -> str:
    return path.rpartition("/")[0]


def _root(directory: str) -> Root:
    return Root(directory, "toy")


def _lines(path: str, content: bytes) -> Iterator[Line]:
    for number, text in enumerate(content.decode().splitlines(), 1):
        if text.strip() and not text.startswith("#"):
            yield Span(path, number, 1, number, len(text) + 1), text.split()


def _resources(lines: Iterable[Line]) -> Iterator[ResourceInstance]:
    seen: dict[str, int] = {}
    for span, words in lines:
        if words[0] == "role":
            trust = _policy(span, sts="sts:AssumeRole", Principal=_object(Service=_text(words[2], span)))
            yield _instance(
                "aws_iam_role", words[1], span, _object(name=_text(words[1], span), assume_role_policy=trust)
            )
        elif words[0] == "allow":
            seen[words[1]] = number = seen.get(words[1], 0) + 1
            policy = _policy(span, sts=words[2], Resource=_text(words[3], span))
            arguments = _object(role=_text(words[1], span), policy=policy)
            guards = (Guard(Undecided(words[5], words[5])),) if words[4:5] == ["when"] else ()
            yield _instance("aws_iam_role_policy", f"{words[1]}_{number}", span, arguments, guards)


def _instance(
    kind: str, label: str, span: Span, arguments: ObjectValue, guards: tuple[Guard, ...] = ()
) -> ResourceInstance:
    return ResourceInstance(f"{kind}.{label}", "managed", kind, label, arguments, span, guards=guards)


def _policy(span: Span, sts: str, **others: Value) -> StringValue:
    statement = _object(Effect=_text("Allow", span), Action=_text(sts, span), **others)
    document = _object(Version=_text("2012-10-17", span), Statement=ListValue((statement,)))
    return StringValue((Part("{...}", (Step(span, "policy"),)),), encoded=document)


def _object(**entries: Value) -> ObjectValue:
    return ObjectValue(tuple(sorted(entries.items())))


def _text(text: str, span: Span) -> StringValue:
    trail: Trail = (Step(span, "literal"),)
    parts = (_symbol(one) if n % 2 else one for n, one in enumerate(_SYMBOL.split(text)))
    return StringValue(tuple(Part(one, trail) for one in parts if one))


def _symbol(name: str) -> Symbol:
    return Symbol(name, f"{name} is set elsewhere")


def _gap(span: Span, words: list[str]) -> EvaluationGap:
    reason = f"{words[0]} is not understood"
    told = Diagnostic(DiagnosticKind.NOT_EVALUATED, reason, span=span, remedy="write its roles here")
    return EvaluationGap(told, inputs=(span,))
