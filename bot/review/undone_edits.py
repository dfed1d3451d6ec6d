"""Finds the edit that causes a gain whose own lines the change does not touch, by undoing one edit after another.

A value that is gone leaves no trace at head: what switched a limit off, chose another branch, or took an element out of
a list is written where nothing of the grant comes from. The head is evaluated again with one edit undone at a time.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import TypeVar

from bot.access_diff.delta import Change, HolderDelta, PrivilegeDiff, Row
from bot.access_diff.diff_configs import diff_configs
from bot.evaluated.config import EvaluatedConfig
from bot.evaluated.diagnostic import Side, Span, Step
from bot.evaluated.fence import Clock, Trouble, fenced
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.thing import NO_NAMES
from bot.evaluated.touched import FileChange, Touched
from bot.extract import Extracted, root_name
from bot.extract.elsewhere import without_made_up
from bot.frontends.front_ends import FrontEnds
from bot.frozen import dataclass
from bot.iam.statement import PolicyKind
from bot.review.seen import Evaluated, both_extracted, extracted
from bot.risk.cause import cause_of

T = TypeVar("T")

MAX_EDITS = 24
"""So many edits of one root are undone, each by itself."""

MAX_INSTANCES = 10_000
"""So many resources are evaluated again in all: some two seconds."""

ROOT_COST = 100
"""What evaluating a root takes beside its resources, as a number of them."""

MAX_NARROWED = 40
"""An edit of more lines is not looked into line by line."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """Lines of one file that the change made others: `new` at head in place of `old` at base; both count from 0."""

    file: FileChange
    old: range
    new: range

    @property
    def side(self) -> Side:
        """Where it can be seen: at base if it only takes out."""
        return "head" if self.new else "base"

    @property
    def step(self) -> Step:
        """Its place."""
        path, lines = (self.file.head, self.new) if self.new else (self.file.base, self.old)
        return Step(Span(path, lines.start + 1, 1, lines.stop, 1), path.rpartition("/")[2])

    def lines(self) -> Iterator[_Edit]:
        """Its lines one by one, where each can be undone by itself."""
        if len(self.old) == len(self.new):
            pairs = zip(self.old, self.new, strict=True)
            yield from (_Edit(self.file, range(old, old + 1), range(new, new + 1)) for old, new in pairs)
        elif not self.old:
            yield from (_Edit(self.file, self.old, range(new, new + 1)) for new in self.new)


_Gain = tuple[HolderDelta, Change]
_Rows = Mapping[tuple[str, PolicyKind], tuple[Row, ...]]


@dataclass(frozen=True, slots=True)
class _Root:
    """A root as it is written, without what a plan knows of it, and what it says of access on either side."""

    config: EvaluatedConfig
    base: Extracted
    head: Extracted


@dataclass(slots=True)
class UndoneEdits:
    """Undoes edits of one change, whose roots are `written` so.

    `left` is how many resources may still be evaluated, `faults` what went wrong meanwhile: for a log, as nothing of
    the review hangs on it but where a finding stands.
    """

    base: SourceTree
    head: SourceTree
    touched: Touched
    written: Evaluated
    front_ends: FrontEnds
    clock: Clock
    own_accounts: frozenset[str]
    left: int = MAX_INSTANCES
    faults: tuple[Trouble, ...] = ()

    def placed(self, changes: PrivilegeDiff) -> PrivilegeDiff:
        """The changes, those that no touched line carries with the edit that lets them through as a cause."""
        homeless: dict[str, list[_Gain]] = {}
        for delta in changes.holders:
            if delta.head is not None and (gains := list(self._homeless(delta))):
                homeless.setdefault(delta.head.root, []).extend(gains)
        places: dict[int, _Edit] = {}
        for base, head in zip(self.written.base, self.written.head, strict=True) if homeless else ():
            if gains := homeless.get(root_name(head.root), []):
                places |= self._of_root(gains, base, head)
        return dataclasses.replace(changes, holders=tuple(_with_places(delta, places) for delta in changes.holders))

    def _homeless(self, delta: HolderDelta) -> Iterator[_Gain]:
        for change in (*delta.delta.gained, *delta.delta.undecided):
            if not cause_of(change, delta, self.touched).is_exact:
                yield delta, change

    def _of_root(self, gains: list[_Gain], base: EvaluatedConfig, head: EvaluatedConfig) -> dict[int, _Edit]:
        """By the id of a change the edit that it needs, the exact line of it if one alone does it."""
        before, after = map(self._settled, both_extracted(base, head))
        if before is None or after is None:
            return {}
        root = _Root(head, before, after)
        told = self._rows(root, after) or {}
        left = [gain for gain in gains if _is_in(gain, told)]
        found: dict[int, _Edit] = {}
        changed: dict[int, _Edit] = {}
        for edit in self._edits(head):
            asked = [gain for gain in left if id(gain[1]) not in found]
            for gain, rows in self._gone_without(edit, root, asked):
                (changed if _is_like(gain, rows) else found).setdefault(id(gain[1]), edit)
        found = changed | found
        for edit in dict.fromkeys(found.values()):
            mine = [gain for gain in left if found.get(id(gain[1])) == edit]
            for line in edit.lines() if 1 < len(edit.new) <= MAX_NARROWED else ():
                found |= {id(gain[1]): line for gain, _ in self._gone_without(line, root, mine)}
        return found

    def _edits(self, config: EvaluatedConfig) -> list[_Edit]:
        """The edits of the files that a root is read from, the smallest first."""
        files = [one for one in self.touched.files if not one.opaque and {one.base, one.head} & config.files]
        edits = [edit for file in files for edit in self._edits_of(file)]
        return sorted(edits, key=lambda edit: len(edit.new) + len(edit.old))[:MAX_EDITS]

    def _edits_of(self, file: FileChange) -> Iterator[_Edit]:
        old, new = _lines(self.base, file.base), _lines(self.head, file.head)
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
            if tag != "equal":
                yield _Edit(file, range(i1, i2), range(j1, j2))

    def _gone_without(self, edit: _Edit, root: _Root, gains: list[_Gain]) -> list[tuple[_Gain, _Rows]]:
        """The changes that are not there without an edit, and what is gained then."""
        without = self._without(edit, root) if gains else None
        rows = None if without is None else self._rows(root, without)
        return [] if rows is None else [(gain, rows) for gain in gains if not _is_in(gain, rows)]

    def _rows(self, root: _Root, head: Extracted) -> _Rows | None:
        """What is gained by a head; None if that takes too long."""
        compare = functools.partial(diff_configs, own_accounts=self.own_accounts, work=self.clock.charged)
        found = self._settled(fenced(root.head.root, "judging", lambda: compare((root.base,), (head,))))
        return None if found is None else _rows(found)

    def _without(self, edit: _Edit, root: _Root) -> Extracted | None:
        """What the root says of access without an edit; None if it is then less well understood, or time is over."""
        config, cost = root.config, len(root.config.resources) + ROOT_COST
        if cost > self.left:
            return None
        self.left -= cost
        tree, expired = self._tree(edit), self.clock.root()
        evaluate = functools.partial(self.front_ends.evaluate, tree, config.root, expired, NO_NAMES)
        undone = self._settled(fenced(root.head.root, "evaluating", evaluate))
        if undone is None or undone.needs or undone.modules or len(undone.gaps) > len(config.gaps):
            return None
        found = self._settled(extracted(undone))
        if found is None or len(found.gaps) > len(root.head.gaps):
            return None
        return without_made_up(root.base, found)

    def _settled(self, found: T | Trouble) -> T | None:
        """What was asked for; None where it could not be had, which a fault of ours is kept of."""
        if not isinstance(found, Trouble):
            return found
        self.faults += () if found.limit else (found,)
        return None

    def _tree(self, edit: _Edit) -> SourceTree:
        """The head with an edit undone."""
        file, listing = edit.file, dict(self.head.listing)
        old, new = _lines(self.base, file.base), _lines(self.head, file.head)
        text = "".join((*new[: edit.new.start], *old[edit.old.start : edit.old.stop], *new[edit.new.stop :]))
        path, blob = file.head or file.base, f"undone:{edit.file.head}:{edit.old}:{edit.new}"
        listing[path] = blob
        return dataclasses.replace(
            self.head, listing=listing, blobs={**self.head.blobs, blob: text.encode("utf-8", "surrogateescape")}
        )


def _lines(tree: SourceTree, path: str) -> list[str]:
    content = tree.read(path) if path else None
    return [] if content is None else content.decode("utf-8", "surrogateescape").splitlines(keepends=True)


def _rows(changes: PrivilegeDiff) -> _Rows:
    """By holder and kind what is gained, or may be; of one holder several cases may be told."""
    found: dict[tuple[str, PolicyKind], tuple[Row, ...]] = {}
    for delta in changes.holders:
        if delta.head is not None:
            key, told = (delta.head.address, delta.kind), (*delta.delta.gained, *delta.delta.undecided)
            found[key] = (*found.get(key, ()), *(change.row for change in told))
    return found


def _is_in(gain: _Gain, rows: _Rows) -> bool:
    delta, change = gain
    return delta.head is not None and change.row in rows.get((delta.head.address, delta.kind), ())


def _is_like(gain: _Gain, rows: _Rows) -> bool:
    """Whether the same is gained, but under other values of its conditions: it is not gained by the edit undone."""
    delta, change = gain
    held = () if delta.head is None else rows.get((delta.head.address, delta.kind), ())
    return _without_values(change.row) in map(_without_values, held)


def _without_values(row: Row) -> Row:
    asked = tuple(dataclasses.replace(one, values=()) for one in row.conditions)
    return dataclasses.replace(row, conditions=asked)


def _with_places(delta: HolderDelta, places: Mapping[int, _Edit]) -> HolderDelta:
    def placed(changes: Iterable[Change]) -> tuple[Change, ...]:
        return tuple(_at(change, places.get(id(change))) for change in changes)

    told = delta.delta
    if not any(id(change) in places for change in (*told.gained, *told.undecided)):
        return delta
    found = dataclasses.replace(told, gained=placed(told.gained), undecided=placed(told.undecided))
    return dataclasses.replace(delta, delta=found)


def _at(change: Change, edit: _Edit | None) -> Change:
    if edit is None:
        return change
    if edit.side == "base":
        return dataclasses.replace(change, removed=(*change.removed, (edit.step,)))
    way = next(iter(change.causes), ())
    return dataclasses.replace(change, causes=(*change.causes, (edit.step, *way)))
