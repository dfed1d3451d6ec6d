"""Whose text it is that an example has: what a module that did not change gives its callers is no news."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator

from bot.access_diff.delta import Change, HolderDelta
from bot.evaluated.diagnostic import Side, Step, Trail
from bot.evaluated.fetched_modules import is_fetched
from bot.evaluated.touched import Touched
from bot.iam.grant import Grant
from bot.iam.policy_subject import PolicySubject
from bot.iam.statement import Statement
from bot.risk.fingerprint import root_directory
from bot.risk.resource_scope import ResourceScope, pattern_width


class WrittenBy(enum.Enum):
    """Whose text it is that an example has: in part its own, that of a module that the change edits, or of one that
    stays as it is."""

    EXAMPLE = enum.auto()
    CHANGED_MODULE = enum.auto()
    MODULE = enum.auto()


def written_by(change: Change, delta: HolderDelta, holder: PolicySubject, touched: Touched) -> WrittenBy:
    """Whose text it is that the holder, of an example, gains by."""
    folder = f"{root_directory(holder.root)}/"
    grants = [one for one in delta.grants if one.statement == change.statement]
    own = any(_is_of(folder, step) for trail in _widening(change) for step in trail)
    if own or not all(_is_of_module(trail, folder) for trail in _giving(change.statement, grants)):
        return WrittenBy.EXAMPLE
    here = (*change.causes, change.statement.trail, *(one.attachment for one in grants))
    there = (*change.removed, *(one.attachment for one in delta.base_grants))
    if _is_edited(here, folder, touched, "head") or _is_edited(there, folder, touched, "base"):
        return WrittenBy.CHANGED_MODULE
    chosen = not all(_is_of_module(trail, folder) for trail in _chosen(holder, grants))
    return WrittenBy.EXAMPLE if chosen else WrittenBy.MODULE


def _is_of(folder: str, step: Step) -> bool:
    return step.span.file.startswith(folder)


def _widening(change: Change) -> Iterator[Trail]:
    """Where wide resources come from, and where that is first written which was left out."""
    yield from (text.trail for text in change.statement.resources if pattern_width(str(text)) >= ResourceScope.TYPE)
    yield from (trail[:1] for trail in change.removed)


def _giving(statement: Statement, grants: Iterable[Grant]) -> Iterator[Trail]:
    """Where that is written which says what is given: the actions or the policy that has them, and to whom; and where
    it is put in force."""
    actions = [text.trail for text in statement.actions if text.trail]
    yield from actions or (one.named for one in grants)
    if statement.principals is not None:
        yield from (one.identifier.trail for one in statement.principals.entries)
    yield from (one.attachment[-1:] for one in grants)


def _chosen(holder: PolicySubject, grants: Iterable[Grant]) -> Iterator[Trail]:
    """Where that is written which says whose it becomes, where no block here makes the holder."""
    if holder.name == holder.address:
        yield from (one.attachment for one in grants)


def _is_of_module(trail: Trail, folder: str) -> bool:
    """Whether it is first written in a module of the repository; not where nothing says where it is."""
    files = [step.span.file for step in trail[:1]]
    return bool(files) and not any(one.startswith(folder) or is_fetched(one) for one in files)


def _is_edited(trails: Iterable[Trail], folder: str, touched: Touched, side: Side) -> bool:
    """Whether the change edits any of it outside of the example."""
    return any(_touches(step, folder, touched, side) for trail in trails for step in trail)


def _touches(step: Step, folder: str, touched: Touched, side: Side) -> bool:
    return not _is_of(folder, step) and touched.touches_code(step.span, side)
