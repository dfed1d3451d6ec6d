"""Roots that units of Terragrunt apply: a module's units are its variants, those that say the same evaluated once."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from bot.evaluated.config import Root, RootSettings
from bot.evaluated.derived import symbols_in
from bot.evaluated.diagnostic import Side
from bot.evaluated.front_end import Configured, RootChoices
from bot.frontends.terraform.modules.unit_changes import alike, same
from bot.frontends.terraform.modules.unit_config import AskedOutput, UnitConfig
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

_ENVIRONMENT = late_pattern(r'get_env\("\w+"\)')
"""What the environment of a run says, as Terragrunt's function asks it."""

MAX_UNITS = 512
"""So many units of one module are evaluated."""


@dataclass(frozen=True, slots=True)
class UnitPair:
    """A unit on both sides, None where it is not there; one that only moved has two names."""

    base: UnitConfig | None
    head: UnitConfig | None

    @property
    def newest(self) -> UnitConfig:
        """The unit at head, or as it was before it was gone."""
        found = self.head or self.base
        assert found is not None, "a pair has a side"
        return found

    @property
    def name(self) -> str:
        """The folder that it is applied in."""
        return self.newest.directory

    @property
    def names(self) -> tuple[str, ...]:
        """Its folder, and the one it had at base where that is another."""
        return tuple(dict.fromkeys(one.directory for one in (self.head, self.base) if one is not None))

    @property
    def only(self) -> Side | None:
        """The side that alone has it."""
        return "head" if self.base is None else "base" if self.head is None else None

    @property
    def modules(self) -> tuple[str, ...]:
        """The folders of the modules that it may apply; its own for one from elsewhere."""
        one = self.newest
        return one.modules or ((one.directory,) if one.remote is not None else ())

    @property
    def reads(self) -> frozenset[str]:
        """The files that it is put together from on either side."""
        return frozenset[str]().union(*(one.reads for one in (self.base, self.head) if one is not None))

    @property
    def is_elsewhere_once(self) -> bool:
        """Whether its module is in the repository on one side, and on the other from elsewhere or not known."""
        return self.base is not None and self.head is not None and bool(self.base.modules) != bool(self.head.modules)

    @property
    def is_made_anew(self) -> bool:
        """Whether its module came into the repository or went out of it, and is known on both sides, with the same
        state, credentials and hooks: all that it makes at head is new then."""
        if self.base is None or self.head is None or not self.is_elsewhere_once:
            return False
        known = all(one.problem is None and (one.modules or one.remote) for one in (self.base, self.head))
        return known and self.base.settled() == self.head.settled()

    @property
    def as_if_new(self) -> UnitPair:
        """The head's unit alone."""
        return UnitPair(None, self.head)

    @property
    def takes_one_version(self) -> bool:
        """Whether only the environment of a run knows the version of its module, and both sides name it in the same
        words, of which nothing in the repository decides."""
        if self.base is None or self.head is None or self.head.version is None:
            return False
        return same(self.base.version, self.head.version) and all(
            _ENVIRONMENT.fullmatch(symbol.name) for symbol in symbols_in(self.head.version)
        )

    def asks(self, units: set[str]) -> frozenset[AskedOutput]:
        """The outputs of these units that it asks for."""
        sides = (one for one in (self.base, self.head) if one is not None)
        return frozenset(asked for one in sides for asked in one.asks if asked[0] in units)

    def says_the_same(self, used: frozenset[str] | None = None) -> bool:
        """Whether nothing it says by itself can make its module, which asks for the variables `used`, evaluate
        otherwise or stand for something else."""
        if self.base is None or self.head is None:
            return False
        return self.base.said(used) == self.head.said(used) and self.base.settled() == self.head.settled()


@dataclass(frozen=True, slots=True)
class UnitPairs:
    """The units of both sides by their folders, those that apply a module, and the `readers` of a file.

    `is_open` if some read files that only a run can name. `beside` are files of units' own folders, which are part of
    their modules and make no root where they are. `perhaps` are the files that a unit reads by default, patterns
    of those that the environment of a run may make it read in their place, and a unit that does.
    """

    pairs: Mapping[str, UnitPair] = field(default_factory=dict)
    by_module: Mapping[str, tuple[UnitPair, ...]] = field(default_factory=dict)
    is_open: bool = False
    beside: frozenset[str] = frozenset()
    readers: Mapping[str, tuple[UnitPair, ...]] = field(default_factory=dict)
    perhaps: tuple[tuple[str, re.Pattern[str], str], ...] = ()

    @classmethod
    def of(cls, base: Mapping[str, UnitConfig], head: Mapping[str, UnitConfig]) -> UnitPairs:
        """Those of two revisions; one that is gone and one that says the same in another folder are one."""
        moved = dict(_moved(base, head))
        both = {
            name: UnitPair(base.get(moved.get(name, name)), head.get(name))
            for name in dict.fromkeys((*head, *base))
            if name not in moved.values()
        }
        pairs = {name: one.as_if_new if one.is_made_anew else one for name, one in both.items()}
        every = (*base.values(), *head.values())
        return cls(
            pairs,
            _grouped((module, one) for one in pairs.values() for module in one.modules),
            any(one.is_open for one in every),
            frozenset(path for one in every for path in one.beside),
            _grouped((path, pairs[name]) for name, one in both.items() for path in one.reads),
            tuple((own, re.compile(words), unit) for (own, words), unit in _perhaps(every).items()),
        )

    def perhaps_reading(self, path: str) -> str:
        """A unit that may be put together from a file in place of one whose name the environment gives; "" if none."""
        found = (unit for own, words, unit in self.perhaps if path != own and words.fullmatch(path))
        return next(found, "")

    def reading(self, path: str) -> tuple[UnitPair, ...]:
        """The units that are put together from a file, or would be if it were there."""
        return self.readers.get(path, ())

    def asking(self, names: set[str]) -> Iterator[tuple[UnitPair, frozenset[AskedOutput]]]:
        """The units that ask for outputs of these, and what they ask."""
        return ((one, asked) for one in self.pairs.values() if (asked := one.asks(names)))

    @property
    def needs(self) -> frozenset[str]:
        """The files that have to be fetched before all is known of them."""
        sides = (side for one in self.pairs.values() for side in (one.base, one.head) if side is not None)
        return frozenset(path for side in sides for path in side.needs)


def _perhaps(units: Iterable[UnitConfig]) -> dict[tuple[str, str], str]:
    """The files that units read whose paths have a word for which the environment may say another, each with what
    paths are like then, and one of the units."""
    found: dict[tuple[str, str], str] = {}
    for unit in units:
        for word in unit.by_default:
            whole = re.compile(rf"(?<![^\W_]){re.escape(re.escape(word))}(?![^\W_])")
            for path in unit.reads - {unit.file}:
                words = whole.sub(lambda _: "[^/]*", re.escape(path))
                if words != re.escape(path):
                    found[path, words] = unit.directory
    return found


def _grouped(named: Iterable[tuple[str, UnitPair]]) -> dict[str, tuple[UnitPair, ...]]:
    found: dict[str, list[UnitPair]] = {}
    for name, one in named:
        found.setdefault(name, []).append(one)
    return {name: tuple(every) for name, every in found.items()}


def _moved(base: Mapping[str, UnitConfig], head: Mapping[str, UnitConfig]) -> Iterator[tuple[str, str]]:
    """New folders of units by their old ones: what they say is the same, and nobody else says it; then those that are
    most alike of what is left, where no other is as much."""
    gone = {name: one for name, one in base.items() if name not in head}
    come = {name: one for name, one in head.items() if name not in base}
    words = _by_word(gone.values()), _by_word(come.values())
    same = {new[0]: old[0] for word, old in words[0].items() if len(old) == len(new := words[1].get(word, [])) == 1}
    yield from same.items()
    left = [one for name, one in gone.items() if name not in same.values()]
    yield from _near(left, [one for name, one in come.items() if name not in same])


def _near(gone: Iterable[UnitConfig], come: Sequence[UnitConfig]) -> Iterator[tuple[str, str]]:
    """Those of which each is nearer to the other than anything else is."""
    ranks = {
        (new.directory, old.directory): (share, _same_end(old.directory, new.directory))
        for old in gone
        for new in come
        if old.modules == new.modules != () and (share := alike(old, new))
    }
    for (new, old), rank in ranks.items():
        beside = (other for names, other in ranks.items() if (names[0] == new) != (names[1] == old))
        if all(other < rank for other in beside):
            yield new, old


def _same_end(old: str, new: str) -> int:
    """How many last steps of two folders are the same."""
    return _shared([one.split("/")[::-1] for one in (old, new)])


def _by_word(units: Iterable[UnitConfig]) -> dict[Hashable, list[str]]:
    found: dict[Hashable, list[str]] = {}
    for one in units:
        found.setdefault(one.said(), []).append(one.directory)
    return found


def unit_roots(
    module: str, wanted: Iterable[UnitPair], every: tuple[UnitPair, ...], used: frozenset[str], configured: Configured
) -> Iterator[Root]:
    """The module once for each way in which the wanted ones of its units differ, as far as it asks: `used` are its
    variables."""
    names = short_names(tuple(one.name for one in every)) if len(every) > 1 or every[0].name != module else {}
    found: dict[Hashable, Root] = {}
    for one in wanted:
        name = names.get(one.name, "")
        settings = _settings(module, one, configured)
        key = (*_words(one, used), settings, one.name if _is_set_otherwise(one) else None)
        same = found.get(key)
        if same is not None:
            found[key] = dataclasses.replace(same, alike=(*same.alike, name))
            continue
        root = Root(module, name, settings, only=one.only, named_by=("Terragrunt",), unit=one.names)
        found[key] = root
    yield from (dataclasses.replace(one, one_of=len(every)) for one in found.values())


def _words(one: UnitPair, used: frozenset[str]) -> tuple[object, ...]:
    return tuple(None if side is None else side.said(used) for side in (one.base, one.head))


def _is_set_otherwise(one: UnitPair) -> bool:
    """Whether its state, credentials or hooks are others: what is told of that is told of it alone."""
    return one.base is not None and one.head is not None and one.base.settled() != one.head.settled()


def _settings(module: str, one: UnitPair, configured: Configured) -> RootSettings:
    """What the rules say of the unit's folder, or else of the module's."""
    choices = configured(one.name)
    settings = (configured(module) if choices == RootChoices() else choices).settings
    return dataclasses.replace(settings, var_files=())


def short_names(folders: tuple[str, ...]) -> dict[str, str]:
    """Folders by what tells them apart: without the first and last steps that all have in common."""
    paths = [one.split("/") for one in folders]
    first = _shared(paths)
    last = _shared([list(reversed(path[first:])) for path in paths])
    found = {}
    for folder, path in zip(folders, paths, strict=True):
        kept = path[first : len(path) - last]
        found[folder] = "/".join(kept) or folder
    return found if len(set(found.values())) == len(found) else {folder: folder for folder in folders}


def _shared(paths: list[list[str]]) -> int:
    """How many first steps all paths have in common."""
    count = 0
    for steps in zip(*paths, strict=False):
        if len(set(steps)) > 1 or len(paths) < 2:
            break
        count += 1
    return count
