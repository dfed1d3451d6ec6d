"""The units of the revisions of one review: found, evaluated, and asked what they say that no value shows."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.evaluated.config import EvaluatedConfig, Provider, ResourceInstance, Root
from bot.evaluated.fence import Expired, never
from bot.evaluated.mentions import account_numbers
from bot.evaluated.redefinition import Redefinition
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.thing import Names
from bot.evaluated.value import Value, known_text
from bot.frontends.terraform.evaluate.instance import ModuleInstance
from bot.frontends.terraform.evaluate.known_values import generated_source
from bot.frontends.terraform.evaluate.other_roots import known_output
from bot.frontends.terraform.evaluate.root import evaluate, new_run, root_instance
from bot.frontends.terraform.evaluate.unit_call import called
from bot.frontends.terraform.evaluate.unit_files import unit_module, unit_sources, unit_var_files
from bot.frontends.terraform.modules.static_reach import ValueReach
from bot.frontends.terraform.modules.unit_changes import UnitMove
from bot.frontends.terraform.modules.unit_config import AskedOutput, UnitConfig
from bot.frontends.terraform.own_accounts import OWN_NAMES, accounts_in
from bot.frontends.terraform.syntax.source_files import Source, SyntaxCache
from bot.frontends.terraform.terragrunt.configure import configure
from bot.frontends.terraform.terragrunt.discovery import FoundUnit, Revision
from bot.frontends.terraform.terragrunt.redefined import unit_redefined

MAX_DEPTH = 8
"""So many units may ask for one another's outputs in a row."""


@dataclass(slots=True)
class _Known:
    """A revision, its units, and the modules of those whose outputs were asked for."""

    revision: Revision
    found: dict[str, FoundUnit]
    configs: dict[str, UnitConfig]
    told: dict[str, UnitConfig] = field(default_factory=dict)
    modules: dict[str, ModuleInstance | None] = field(default_factory=dict)


@dataclass(slots=True)
class Units:
    """All of it is found once a revision."""

    cache: SyntaxCache
    provider: Provider
    _known: dict[int, _Known] = field(default_factory=dict)

    def of(self, tree: SourceTree) -> Mapping[str, UnitConfig]:
        """By their folders, the outputs of other units as symbols."""
        return self._of(tree).configs

    def told(self, tree: SourceTree, unit: UnitConfig) -> UnitConfig:
        """The same unit with those outputs of other units that are certain."""
        return self._told(self._of(tree), unit, 0, never)

    def output(self, tree: SourceTree, asked: AskedOutput) -> Value | None:
        """An output of a unit, if that is certain."""
        directory, name = asked
        module = self._module(self._of(tree), directory, 0, never)
        return None if module is None else known_output(module, directory, directory, name).value

    def of_root(self, tree: SourceTree, root: Root) -> UnitConfig | None:
        """The unit that applies a root at a revision; None if there is none."""
        units = self.of(tree)
        return next((units[name] for name in root.unit if name in units), None)

    def evaluate(self, tree: SourceTree, root: Root, expired: Expired, names: Names) -> EvaluatedConfig:
        """What the module of a unit says; nothing where the revision has no such unit."""
        unit = self.of_root(tree, root)
        if unit is None:
            return EvaluatedConfig(root)
        unit = self._as_moved(self._told(self._of(tree), unit, 0, expired), root, expired)
        module = unit.module_for(root.directory)
        if unit.remote is not None and module is None:
            return called(tree, root, unit, unit.remote)
        there = dataclasses.replace(root, directory=root.directory if module is None else module)
        found = evaluate(tree, there, self.provider, self.cache, expired, names, unit)
        return dataclasses.replace(found, root=root)

    def redefined(
        self, trees: tuple[SourceTree, SourceTree], configs: tuple[EvaluatedConfig, EvaluatedConfig]
    ) -> Iterator[Redefinition]:
        """What a unit says otherwise at head that no value shows."""
        root = configs[1].root
        before = self.of_root(trees[0], root)
        before = None if before is None else self._as_moved(before, root, never, is_told=False)
        units = before, self.of_root(trees[1], root)
        module = root.directory if units[1] is None else units[1].module_for(root.directory) or root.directory
        reach = ValueReach(trees, self.cache, self.provider.carries)
        may_give = functools.partial(reach.may_give, module)
        moves_alone = functools.partial(self._moves_alone, trees)
        yield from unit_redefined(units, configs, self._declared(trees[1], root, units[1]), may_give, moves_alone)

    def _moves_alone(self, trees: tuple[SourceTree, SourceTree], base: UnitConfig, head: UnitConfig) -> bool:
        """Whether the state of a unit moves and nothing else, to where no other one is or was."""
        from bot.frontends.terraform.modules.state_places import is_alone, places

        return is_alone(base, head, (places(tree, self.cache, self.of(tree).values()) for tree in trees))

    def _as_moved(self, unit: UnitConfig, root: Root, expired: Expired, is_told: bool = True) -> UnitConfig:
        """A unit of a folder that is another one at head in the words of that, where they say the same."""
        if unit.directory == root.unit[0]:
            return unit
        known = next((one for one in self._known.values() if root.unit[0] in one.configs), None)
        if known is None:
            return unit
        head = known.configs[root.unit[0]]
        head = self._told(known, head, 0, expired) if is_told else head
        return UnitMove.of(unit, head).of_head(unit, head)

    def own_accounts(self, tree: SourceTree, modules: Iterable[str]) -> frozenset[str]:
        """The accounts that the files of the units of some modules name as theirs, also in what they generate."""
        wanted, found = frozenset(modules), set[str]()
        for unit in self.of(tree).values():
            if wanted.isdisjoint((*unit.modules, unit.directory)):
                continue
            there = (path for path in sorted(unit.reads) if path.endswith(".hcl") and tree.has(path))
            read = (self.cache.source(tree, path) for path in there)
            generated = (generated_source(one.name, one.contents, unit.at, self.cache) for one in unit.generated)
            found.update(accounts_in([one for one in (*read, *generated) if isinstance(one, Source)]))
            values = (value for name, value in unit.inputs.items() if name in OWN_NAMES)
            found.update(text for value in values if (text := known_text(value)) and account_numbers(text) == (text,))
        return frozenset(found)

    def _of(self, tree: SourceTree) -> _Known:
        """The revision is kept with what was found, so that no other listing comes to have its id."""
        known = self._known.get(id(tree.listing))
        if known is None:
            revision = Revision.of(tree, self.cache)
            earlier = next(((one.revision, one.found) for one in self._known.values()), None)
            found = {one.config.directory: one for one in revision.units(earlier)}
            configs = {name: one.config for name, one in found.items()}
            known = self._known[id(tree.listing)] = _Known(revision, found, configs)
        return known

    def _told(self, known: _Known, unit: UnitConfig, depth: int, expired: Expired) -> UnitConfig:
        """The unit with the outputs it asks for, at a `depth` of units that ask for outputs of one another."""
        found = known.found.get(unit.directory)
        if not unit.asks or found is None or depth > MAX_DEPTH:
            return unit
        if unit.directory in known.told:
            return known.told[unit.directory]
        known.told[unit.directory] = unit  # for those that it asks, and that ask for its own outputs
        elsewhere: dict[str, ResourceInstance] = {}
        needs = set(unit.needs)

        def output(other: str, name: str) -> Value | None:
            module = self._module(known, other, depth + 1, expired)
            if module is None:
                return None
            made = known_output(module, other, f"{other}.outputs", name)
            elsewhere.update(made.policies)
            needs.update(module.run.files.needs)
            return made.value

        config = configure(found.file, known.revision.reading(found.stack, output)) or unit
        told = dataclasses.replace(config, elsewhere=elsewhere, needs=config.needs | needs)
        known.told[unit.directory] = told
        return told

    def _module(self, known: _Known, directory: str, depth: int, expired: Expired) -> ModuleInstance | None:
        """The module of a unit, nothing of it evaluated yet; None if a file of it cannot be read, or if it asks."""
        if directory not in known.modules:
            known.modules[directory] = None  # while it is asked for what it asks for itself
            unit = known.configs.get(directory)
            if unit is not None and unit.modules:
                told = self._told(known, unit, depth, expired)
                run = new_run(known.revision.tree, Root(told.modules[0]), self.provider, self.cache, expired)
                instance = root_instance(run, told)
                known.modules[directory] = None if instance.module.unreadable or run.gaps else instance
        return known.modules[directory]

    def _declared(self, tree: SourceTree, root: Root, unit: UnitConfig | None) -> frozenset[str]:
        """The variables of the module that a unit applies, but for those that var files give over its inputs."""
        module = None if unit is None else unit.module_for(root.directory)
        if unit is None or module is None:
            return frozenset()
        sources = unit_sources(tree, module, unit, self.cache)
        named = (self.cache.source(tree, path) for path in unit.var_files)
        over = (*(one for _, one in unit_var_files(sources)), *named)
        given = (each.name for one in over if isinstance(one, Source) for each in one.syntax.body.arguments)
        return frozenset(unit_module(module, sources).variables) - frozenset(given)
