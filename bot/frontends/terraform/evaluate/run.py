"""What one evaluation of a root module shares: files, provider, functions, budgets, and the gaps found."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.evaluated.call import Function, FunctionFault
from bot.evaluated.config import DataRequest, EvaluationGap, Provider, ResourceInstance, Root
from bot.evaluated.diagnostic import Diagnostic, Span
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.fence import Expired, look_at, never
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.thing import NO_NAMES, Names
from bot.evaluated.value import BoolValue, ListValue, ObjectValue, Value
from bot.evaluated.wanted_modules import RemoteCall
from bot.frontends.terraform.evaluate.branches import Branches, Left, Where
from bot.frontends.terraform.evaluate.homes import Homes, no_homes
from bot.frontends.terraform.modules.provider_aliases import Alias
from bot.frontends.terraform.modules.remote_places import CallPlace
from bot.frontends.terraform.modules.revision_files import TreeFiles
from bot.frontends.terraform.syntax.nodes import Node
from bot.frontends.terraform.syntax.source_files import SyntaxCache

T = TypeVar("T")

MAX_STEPS = 1_000_000
MAX_STEPS_EACH = 250_000
"""For one resource or module call and what it is first to ask for, so that no single one takes all."""

STEPS_A_LOOK = 512
"""After so many steps at the latest the clock is looked at."""

STEPS_A_CALL = 128
"""A call of a function brings that as much nearer: one may do as much as many expressions."""

MAX_DEPTH = 300
MAX_INSTANCES = 10_000
MAX_MODULES = 2_000


MAX_REMEMBERED = 16
"""So many results of one call are kept at a time: a loop asks for the same ones again."""


@dataclass(slots=True)
class DearCall:
    """A function's call that took long: what it gave last, and what it was given, whose identities tell it."""

    node: Node
    results: dict[Hashable, Value] = field(default_factory=dict)
    held: dict[Hashable, object] = field(default_factory=dict)

    def remember(self, asked: Hashable, result: Value, held: object) -> None:
        """Keep a result, and what must not end before it is forgotten."""
        if len(self.results) >= MAX_REMEMBERED:
            oldest = next(iter(self.results))
            del self.results[oldest], self.held[oldest]
        self.results[asked], self.held[asked] = result, held


@dataclass(slots=True)
class Origins:
    """What one value came of, in order: values that it asked for, of which module instance, and what was told besides.

    `files` were read or looked for. If not `whole` it came of more, which is not noted.
    """

    events: list[tuple[object, tuple[object, ...]] | Callable[[Any], None]] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    whole: bool = True


@dataclass(slots=True)
class Run:
    """One evaluation. `catching` is above 0 while faults are to be raised, inside `try` and `can`.

    `reading` are the directories of the roots that led here by their outputs, and this one's. With `open_defaults`
    a variable of the root module that no file gives a value is not known. `elsewhere` are policies of other roots,
    by the symbol that their ARN is here. `names` are the other revision's for things, `homes` where providers work.
    `branches` are what was evaluated and what was not, `dear_calls` those of functions by their nodes' identity.
    `note` is what the value at hand comes of, None where nobody is to take it over; `taken_from` are the module
    instances that take over from those of an earlier evaluation, by the identity of these.
    `expired` tells when its time is over; it is asked when `steps` pass `look`.
    """

    tree: SourceTree
    root: Root
    provider: Provider
    functions: Mapping[str, Function]
    cache: SyntaxCache
    files: TreeFiles
    call: Callable[..., Any]
    installed: dict[str, str] | None = None
    steps: int = 0
    limit: int = MAX_STEPS_EACH
    owner: str = ""
    depth: int = 0
    instances: int = 0
    modules: int = 0
    catching: int = 0
    address: str = ""
    aliases: dict[str, Alias] = field(default_factory=dict)
    gaps: dict[tuple[DiagnosticKind, str, Span], EvaluationGap] = field(default_factory=dict)
    modules_wanted: set[RemoteCall] = field(default_factory=set)
    anchors: dict[str, CallPlace] = field(default_factory=dict)
    reading: tuple[str, ...] = ()
    open_defaults: bool = False
    elsewhere: dict[str, ResourceInstance] = field(default_factory=dict)
    expired: Expired = never
    look: int = 0
    names: Names = NO_NAMES
    homes: Homes = field(default_factory=no_homes)
    branches: Branches = field(default_factory=Branches)
    note: Origins | None = None
    taken_from: dict[int, Any] = field(default_factory=dict)
    dear_calls: dict[int, DearCall] = field(default_factory=dict)

    def opens(self, variable: str, default: Value) -> bool:
        """Whether whoever applies the root is taken to give a variable a value of its own in place of its default.

        Callers of a module choose what it does; of lists that are not empty they are taken to leave the default, as
        these say what it does to what, and hardly anything could be told of a module without them.
        """
        kept = self.root.kind == "interface" and isinstance(default, ListValue) and bool(default.items)
        return variable in self.root.settings.given or (self.open_defaults and not kept)

    def chosen(self, variable: str, prefix: str, default: Value) -> Value | None:
        """What a variable that is given nothing is: its default, or what is asked for; None if that is not known."""
        asked = self.root.settings.otherwise
        if not prefix and self.opens(variable, default):
            return None
        if f"{prefix}var.{variable}" not in asked:
            return default
        if len(asked) > 1 or not isinstance(default, BoolValue):
            return None
        return BoolValue(not default.value, default.trail)

    def leave(
        self, scope: Where, nodes: tuple[Node, ...], decided: Node, value: Value, picked: frozenset[str] | None = None
    ) -> None:
        """Note what a value that decided so left out."""
        self.branches.leave(Left(nodes, decided, value, scope, self.address, picked))
        if self.note is not None:
            self.note.events.append(lambda again: again.run.leave(again.scope(scope), nodes, decided, value, picked))

    def take(self, nodes: Sequence[Node], scope: Where) -> None:
        """Note what is evaluated of what could be left out."""
        self.branches.take(nodes, scope)
        if self.note is not None:
            self.note.events.append(lambda again: again.run.branches.take(nodes, scope))

    def place(self, address: str) -> None:
        """Go on to an address, which what is told from now on is told of."""
        self.address = address
        if self.note is not None:
            self.note.events.append(lambda again: again.run.place(address))

    def ask(self, where: object, key: tuple[object, ...]) -> None:
        """Note that the value at hand comes of that one of a module instance's."""
        if self.note is not None:
            self.note.events.append((where, key))

    def use(self, paths: tuple[str, ...] | None, read: bool) -> None:
        """Note which files the value at hand comes of, `read` or not there; None for a listing of them."""
        if self.note is None:
            return
        if paths is None:
            self.note.whole = False
        else:
            self.note.files.update(paths)
        if paths is not None and read:
            self.note.events.append(lambda again: again.run.files.read_paths.update(paths))

    def noted(self, compute: Callable[[], T], notes: dict[tuple[object, ...], Origins], key: tuple[object, ...]) -> T:
        """The result of `compute`; if anything is noted, what it came of is in `notes` then, by `key`."""
        outer = self.note
        if outer is None:
            return compute()
        self.note = inner = Origins()
        try:
            result = compute()
        finally:
            self.note = outer
        notes[key] = inner
        return result

    def keep_apart(self) -> None:
        """Note that the value at hand comes of more than is noted: nobody may take it over."""
        if self.note is not None:
            self.note.whole = False

    def maker(self, name: str) -> Alias:
        """A provider of the root by its name, in the region that is written or, as far as that is known, evaluated."""
        alias = self.aliases.get(name, Alias("", self.root.settings, False))
        region = alias.settings.region or self.homes.region(name)
        return dataclasses.replace(alias, settings=dataclasses.replace(alias.settings, region=region))

    def provide(self, data_source: Callable[[DataRequest], ObjectValue], kind: str) -> None:
        """Add a data source that depends on what is evaluated."""
        table = {**self.provider.data_sources, kind: data_source}
        self.provider = dataclasses.replace(self.provider, data_sources=table)

    def tick(self) -> None:
        """Count one expression. Raises FunctionFault when the budget is spent."""
        self.steps += 1
        if self.steps > self.look:
            self._look()
        if self.depth > MAX_DEPTH:
            raise FunctionFault(
                DiagnosticKind.OVER_BUDGET, f"expressions refer to each other more than {MAX_DEPTH} deep"
            )

    def spend(self, steps: int) -> None:
        """Count work that is as much as `steps` expressions. Raises FunctionFault when the budget is spent."""
        self.steps += steps
        if self.steps > self.look:
            self._look()

    def called(self) -> None:
        """Count a call of a function: the time it took is looked at sooner."""
        self.look -= STEPS_A_CALL

    def _look(self) -> None:
        """At the budget of steps, and at the clock: raises OutOfTime, as there is no time left for what remains."""
        if self.steps > self.limit:
            raise FunctionFault(
                DiagnosticKind.OVER_BUDGET, f"evaluating {self.owner} took more than {MAX_STEPS_EACH} steps"
            )
        look_at(self.expired)
        self.look = min(self.limit, self.steps + STEPS_A_LOOK)

    def begin(self, address: str) -> None:
        """Start on a resource or module call, with a budget of its own as far as the whole allows."""
        self.address = self.owner = address
        self.limit = min(self.steps + MAX_STEPS_EACH, MAX_STEPS)
        self.look = min(self.look, self.limit)

    def expand(self, count: int) -> None:
        """Count resource or module instances. Raises FunctionFault when there are too many."""
        self.instances += count
        if self.note is not None:
            self.note.events.append(lambda again: again.run.expand(count))
        if self.instances > MAX_INSTANCES:
            raise FunctionFault(DiagnosticKind.OVER_BUDGET, f"there are more than {MAX_INSTANCES} instances")

    def enter(self, modules: int) -> None:
        """Count module instances. Raises FunctionFault when there are too many."""
        self.modules += modules
        if self.modules > MAX_MODULES:
            raise FunctionFault(DiagnosticKind.OVER_BUDGET, f"there are more than {MAX_MODULES} module instances")

    def gap(
        self, kind: DiagnosticKind, reason: str, span: Span, inputs: tuple[Span, ...] = (), address: str = ""
    ) -> None:
        """Record what could not be evaluated, once a place and reason. What only waits for a file is no gap."""
        self.tell(Diagnostic.of(kind, reason, span), inputs, address)

    def tell(self, found: Diagnostic, inputs: tuple[Span, ...] = (), address: str = "") -> None:
        """The same of something that is told already."""
        meaning = found.kind.meaning
        if self.note is not None:
            self.note.events.append(lambda again: again.run.tell(found, inputs, address))
        if meaning.waits:
            return
        told = found if meaning.told_as is None else dataclasses.replace(found, kind=meaning.told_as)
        gap = EvaluationGap(told, address or self.address, inputs, meaning.unreadable)
        self.gaps.setdefault((told.kind, told.summary, told.span), gap)

    def remote(self, reason: str, span: Span, address: str) -> None:
        """Record a module that is not in the repository."""
        told = Diagnostic.of(DiagnosticKind.REMOTE_MODULE, reason, span)
        self.gaps.setdefault((told.kind, address, span), EvaluationGap(told, address, (span,)))
