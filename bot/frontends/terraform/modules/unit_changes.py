"""Where it is written that two values, or all that a unit says, differ, and what is the same of one that moved."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Hashable, Iterator, Sequence

from bot.evaluated.diagnostic import Side, Span
from bot.evaluated.mentions import account_numbers, plain, spans
from bot.evaluated.production import is_of_another_environment
from bot.evaluated.redefinition import Place
from bot.evaluated.value import ListValue, ObjectValue, StringValue, Value
from bot.frontends.terraform.modules.unit_config import UnitConfig
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

ALIKE = 0.5
"""So much of what two units hand to their module is the same where they are one."""

_REGION = late_pattern(r"[a-z]{2}(-[a-z]+)+-\d")


def same(old: Value | None, new: Value | None) -> bool:
    """Whether both are there and say the same."""
    return old is not None and new is not None and plain(old) == plain(new)


def changed_places(old: Value | None, new: Value | None) -> Iterator[Place]:
    """Where the parts are written in which two values differ, those of head first."""
    if isinstance(old, ObjectValue) and isinstance(new, ObjectValue):
        for name in dict.fromkeys((*(key for key, _ in new.entries), *(key for key, _ in old.entries))):
            if not same(old.get(name), new.get(name)):
                yield from changed_places(old.get(name), new.get(name))
        return
    if isinstance(old, ListValue) and isinstance(new, ListValue):
        kept = [plain(item) for item in old.items], [plain(item) for item in new.items]
        more = [item for item, said in zip(new.items, kept[1], strict=True) if said not in kept[0]]
        less = [item for item, said in zip(old.items, kept[0], strict=True) if said not in kept[1]]
        yield from (("head", span) for item in more for span in _first(item))
        yield from (("base", span) for item in less for span in _first(item))
        return
    if isinstance(old, StringValue) and isinstance(new, StringValue):
        yield from _other_parts(old, new)
    sides: tuple[tuple[Side, Value | None], ...] = (("head", new), ("base", old))
    one_sided = old is None or new is None
    for side, value in sides:
        if value is not None:
            yield from ((side, span) for span in (spans(value) if one_sided else _first(value)))


def _other_parts(old: StringValue, new: StringValue) -> Iterator[Place]:
    """Where what one of two texts alone has is written."""
    sides: tuple[tuple[Side, StringValue, StringValue], ...] = (("head", new, old), ("base", old, new))
    for side, one, other in sides:
        known = {part.content for part in other.parts}
        apart = (part for part in one.parts if part.content not in known)
        yield from ((side, step.span) for part in apart for step in part.trail[:1])


def _first(value: Value) -> Iterator[Span]:
    """Where a value is first written."""
    yield from itertools.islice(spans(value), 1)


def changed_in(base: UnitConfig | None, head: UnitConfig | None) -> Iterator[Place]:
    """Where a unit says something else, on both sides."""
    sides: tuple[tuple[Side, UnitConfig | None], ...] = (("head", head), ("base", base))
    before, after = ({} if unit is None else _values(unit) for _, unit in reversed(sides))
    yield from ((side, unit.at) for side, unit in sides if unit is not None)
    for name in dict.fromkeys((*after, *before)):
        if not same(before.get(name), after.get(name)):
            yield from changed_places(before.get(name), after.get(name))


def _values(unit: UnitConfig) -> dict[tuple[str, str], Value]:
    inputs = {("input", name): value for name, value in unit.inputs.items()}
    generated: dict[tuple[str, str], Value] = {("file", one.name): one.contents for one in unit.generated}
    return {**inputs, **generated, **{(one.kind, one.name): one.value for one in unit.settings}}


@dataclass(frozen=True, slots=True)
class UnitMove:
    """That a unit of one folder at base is in another one at head: `was` and `now` are the steps that differ.

    What it says of paths below them, and of the region where the steps are two regions, is said in other words.
    """

    was: str
    now: str

    @classmethod
    def of(cls, base: UnitConfig, head: UnitConfig) -> UnitMove:
        """From the base's folder to the head's."""
        old, new = base.directory.split("/"), head.directory.split("/")
        first = _same_steps(old, new)
        last = _same_steps(old[first:][::-1], new[first:][::-1])
        last -= not first and last in (len(old), len(new))
        return cls("/".join(old[: len(old) - last]), "/".join(new[: len(new) - last]))

    @property
    def regions(self) -> tuple[str, str] | None:
        """The regions that the last steps name, if both do and they are all that differs."""
        old, new = self.was.split("/"), self.now.split("/")
        ends = old[-1], new[-1]
        return ends if old[:-1] == new[:-1] and all(map(_REGION.fullmatch, ends)) else None

    def is_same(self, old: Hashable, new: Hashable) -> bool:
        """Whether what is said is the same but for where the unit is."""
        return old == new or self._there(repr(old)) == self._there(repr(new))

    def keeps_state(self, old: Value | None, new: Value | None) -> bool:
        """Whether a back end differs by the unit's folder alone, which the key of the state follows."""
        if old is None or new is None or self.regions is not None:
            return False
        texts = repr(plain(old)), repr(plain(new))
        return _renamed_once(*texts, self._last) or any(
            _renamed(texts[0], was, now) == texts[1] for was in _ends(self.was) for now in _ends(self.now)
        )

    @property
    def _last(self) -> tuple[str, str]:
        """The innermost folders that differ."""
        return self.was.rpartition("/")[2], self.now.rpartition("/")[2]

    def of_head(self, base: UnitConfig, head: UnitConfig) -> UnitConfig:
        """The base's unit, but in the head's words where they say the same."""
        given = {name: self._newer(value, head.inputs.get(name)) for name, value in base.inputs.items()}
        generated = head.generated if self.is_same(_generated(base), _generated(head)) else base.generated
        return dataclasses.replace(base, inputs=given, generated=generated)

    def _newer(self, old: Value, new: Value | None) -> Value:
        return new if new is not None and self.is_same(plain(old), plain(new)) else old

    def _there(self, text: str) -> str:
        """The text with the folder at head in place of the base's, and so the region."""
        if not self.was:
            return text
        found = _renamed(text, self.was, self.now)
        if self.regions is None:
            return found
        old, new = self.regions
        return re.sub(rf"(?<![a-z0-9]){old}(?!\d)", new, found)


def _renamed(text: str, old: str, new: str) -> str:
    """A text with one folder called by another's name, where it stands for a folder."""
    ahead = r"(?![\w-])" if "/" in old else "(?=/)"
    return re.sub(rf"(?<![\w.-]){re.escape(old)}{ahead}", lambda _: new, text)


def _renamed_once(text: str, other: str, names: tuple[str, str]) -> bool:
    """Whether the other text is this one with one folder's name in place of another's, as a word, in one place."""
    old, new = names
    found = re.finditer(rf"(?<![A-Za-z0-9]){re.escape(old)}(?![A-Za-z0-9])", text) if old and new else ()
    return any(text[: one.start()] + new + text[one.end() :] == other for one in found)


def _ends(folder: str) -> Iterator[str]:
    """The folder as it is called below each of those that it is in."""
    steps = folder.split("/")
    return ("/".join(steps[first:]) for first in range(len(steps)))


def alike(base: UnitConfig, head: UnitConfig) -> float:
    """How much of what two units of different folders hand to their module is the same, 0 if they are not one: of
    another module, version, account or environment, with other files or credentials."""
    move = UnitMove.of(base, head)
    if is_of_another_environment(base.directory, head.directory) or not _may_be_one(move, base, head):
        return 0
    names = {*base.inputs, *head.inputs}
    kept = [name for name in names if _is_given(move, base.inputs.get(name), head.inputs.get(name))]
    share = len(kept) / len(names) if names else 1
    return share if share >= ALIKE else 0


def _may_be_one(move: UnitMove, base: UnitConfig, head: UnitConfig) -> bool:
    if base.problem is not None or head.problem is not None or base.remote is not None or head.remote is not None:
        return False
    sides = [(one.modules, one.blobs, None if one.version is None else plain(one.version)) for one in (base, head)]
    files = [(one.beside, one.var_files, _generated(one), _but_for_state(one)) for one in (base, head)]
    return sides[0] == sides[1] and move.is_same(*files) and _accounts(base) == _accounts(head)


def _is_given(move: UnitMove, old: Value | None, new: Value | None) -> bool:
    return old is not None and new is not None and move.is_same(plain(old), plain(new))


def _generated(unit: UnitConfig) -> Hashable:
    return tuple((one.name, plain(one.contents), one.replaces) for one in unit.generated)


def _but_for_state(unit: UnitConfig) -> Hashable:
    return tuple((one.kind, one.name, plain(one.value)) for one in unit.settings if one.kind != "state")


def _accounts(unit: UnitConfig) -> set[str]:
    """The accounts that a unit names, in whatever it says."""
    return set(account_numbers(repr((unit.said(), unit.settled()))))


def _same_steps(old: Sequence[str], new: Sequence[str]) -> int:
    """How many first steps of two paths are the same."""
    pairs = zip(old, new, strict=False)
    return next((place for place, (left, right) in enumerate(pairs) if left != right), min(len(old), len(new)))
