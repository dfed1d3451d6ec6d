"""The units of Terragrunt that a change reaches: by a file they are put together from, a module, another's output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.evaluated.config import EvaluationGap, Root
from bot.evaluated.diagnostic import Diagnostic, Span
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.mentions import plain, spans
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.modules.unit_changes import changed_in, same
from bot.frontends.terraform.modules.unit_config import AskedOutput, ReadsUnits
from bot.frontends.terraform.modules.unit_roots import UnitPair, UnitPairs


@dataclass(slots=True)
class TouchedUnits:
    """Of two revisions. `needs` grows by the files that have to be fetched to tell."""

    base: SourceTree
    head: SourceTree
    units: ReadsUnits
    pairs: UnitPairs = field(init=False)
    needs: set[str] = field(init=False)
    _touched: dict[str, UnitPair] = field(default_factory=dict)
    _outputs: dict[AskedOutput, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pairs = UnitPairs.of(self.units.of(self.base), self.units.of(self.head))
        self.needs = set(self.pairs.needs)

    def read(self, path: str) -> bool:
        """Note the units that are put together from a file; whether there are any."""
        found = self.pairs.reading(path)
        self._touched.update((one.name, one) for one in found)
        return bool(found)

    def add_dependents(self, modules: Iterable[str]) -> None:
        """Note the units to which outputs of the touched ones say something else, as far as they are certain, and
        those to which theirs do then; of `modules` all units are touched."""
        of_modules = (one.name for module in modules for one in self.pairs.by_module.get(module, ()))
        reached = more = {*self._touched, *of_modules}
        while more:
            asking = [(one, asked) for one, asked in self.pairs.asking(more) if one.name not in reached]
            more = {one.name for one, asked in asking if self._is_told_otherwise(one, asked)}
            reached |= more

    def _is_told_otherwise(self, pair: UnitPair, asked: Iterable[AskedOutput]) -> bool:
        """Whether some of the outputs that a unit asks for differ; if so it is noted, with what they say."""
        if pair.base is None or pair.head is None or not any(map(self._differs, asked)):
            return False
        base, head = self.units.told(self.base, pair.base), self.units.told(self.head, pair.head)
        self.needs |= base.needs | head.needs
        self._touched[pair.name] = UnitPair(base, head)
        return True

    def _differs(self, asked: AskedOutput) -> bool:
        """Whether an output says something else at head, as far as it is certain."""
        if asked not in self._outputs:
            before, after = self.units.output(self.base, asked), self.units.output(self.head, asked)
            differs = (None if before is None else plain(before)) != (None if after is None else plain(after))
            self._outputs[asked] = differs
        return self._outputs[asked]

    def of(self, root: Root) -> UnitPair:
        """The unit that applies a root."""
        return self._touched.get(root.unit[0]) or self.pairs.pairs[root.unit[0]]

    def by_module(self) -> Iterator[tuple[str, tuple[UnitPair, ...]]]:
        """The touched units of each module that has some."""
        for module, every in self.pairs.by_module.items():
            found = tuple(self._touched[one.name] for one in every if one.name in self._touched)
            if found:
                yield module, found

    def left_by(self) -> Iterator[str]:
        """The folders that units were applied in, and none is any more, nor applies what is in them."""
        units = self.units.of(self.head)
        there = {*units, *(module for one in units.values() for module in one.modules)}
        found = (one.base.directory for one in self._touched.values() if one.base is not None)
        return (directory for directory in found if directory not in there)

    def unread(self) -> Iterator[EvaluationGap]:
        """The touched units whose module cannot be looked at on both sides, if they say something else now."""
        for one in self._touched.values():
            unit, problem = one.newest, one.newest.problem
            if one.only == "base":
                continue  # as a call that is gone of a module that is not here
            if (problem is None and not one.is_elsewhere_once) or one.says_the_same() or one.takes_one_version:
                continue
            reason = "its module is in the repository on one side only" if problem is None else problem.reason
            places = tuple(dict.fromkeys((*(span for _, span in changed_in(one.base, one.head)), *_of_version(one))))
            told = Diagnostic.of(DiagnosticKind.NOT_EVALUATED, f"the unit {unit.directory}: {reason}", unit.at)
            yield EvaluationGap(told, unit.file, places)

    def assumed(self, roots: Iterable[Root]) -> Iterator[str]:
        """What is taken for granted of units that are judged with their module as it is here."""
        units = [root.unit[0] for root in roots if root.unit and self.of(root).takes_one_version]
        if units:
            more = f" and {len(units) - 1} more" if len(units) > 1 else ""
            take = "take" if more else "takes"
            yield (
                f"only a run knows which version of its module {units[0]}{more} {take}: "
                "taken for granted that it has what is here"
            )


def _of_version(pair: UnitPair) -> Iterator[Span]:
    """What flowed into the version of a unit's module, which only a run knows, where that is another."""
    before, after = (None if one is None else one.version for one in (pair.base, pair.head))
    if after is not None and not same(before, after):
        yield from spans(after)
