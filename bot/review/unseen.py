"""The gaps of a review: what of both sides could not be looked at, and which places could be read on one side only."""

from __future__ import annotations

from collections.abc import Iterator

from bot.access_diff.unread import Place
from bot.evaluated.front_end import AffectedRoots
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.thing import NO_NAMES, Names
from bot.evaluated.touched import Touched
from bot.extract import Extracted, root_name
from bot.review.gaps import RootGaps, SideGaps, Stood, gaps, given_to_others, read_by_nothing
from bot.review.model import Gap
from bot.review.seen import Both, Seen, trouble_gap


def unread(side: Seen, other: Seen, name: str) -> dict[Place, str]:
    """Places of which something could not be read on this side only, and why."""
    roots = {
        (root_name(config.root), ""): f"at the {name}, {gap.diagnostic.reason}"
        for config, opposite in zip(side.configs, other.configs, strict=True)
        for gap in config.gaps
        if gap.unreadable
        and gap.diagnostic.span.file not in {one.diagnostic.span.file for one in opposite.gaps if one.unreadable}
    }
    sides = zip(side.extracted, other.extracted, strict=True)
    calls = ((here.root, call) for here, there in sides for call in _read_there(here, there))
    return roots | {place: f"at the {name}, {place[1]} is a module that is not in the repository" for place in calls}


def _read_there(here: Extracted, there: Extracted) -> Iterator[str]:
    """The calls of modules that are read on the other side alone."""
    for call in here.calls - there.calls:
        if any(address.startswith((f"{call}.", f"{call}[")) for address in there.addresses):
            yield call


def unseen_gaps(both: Both, scope: AffectedRoots, head: SourceTree, touched: Touched, stood: Stood) -> tuple[Gap, ...]:
    """What could not be looked at; the gaps of the choice of roots are on the side that was touched."""
    missing_files = scope.gaps
    files = {gap.diagnostic.span.file for gap in missing_files}
    left = {file for file in files if head.has(file) and not touched.only_removes(file)}
    gone = tuple(gap for gap in missing_files if gap.diagnostic.span.file not in left)
    here = tuple(gap for gap in missing_files if gap.diagnostic.span.file in left)
    claimed = frozenset(touched.by_head) - scope.irrelevant - files
    elsewhere = (
        *given_to_others(head, zip(both.base.configs, both.head.configs, strict=True), both.head.extracted, touched),
        *read_by_nothing(head, both.head.configs, claimed),
    )
    directories = {root_name(config.root): config.root.directory for config in both.head.configs}
    lost = (
        RootGaps(one.root, frozenset(), (trouble_gap(one, directories.get(one.root, "")),), ())
        for one in both.troubles
        if not one.about
    )
    besides = (trouble_gap(one, one.about if head.has(one.about) else "") for one in both.troubles if one.about)
    return gaps(
        SideGaps("base", tuple(_root_gaps(both.base, both.head)), gone),
        SideGaps("head", (*_root_gaps(both.head, both.head), *lost), (*here, *elsewhere, *besides)),
        touched,
        stood,
    )


def _root_gaps(side: Seen, head: Seen) -> Iterator[RootGaps]:
    for config, extracted, after in zip(side.configs, side.extracted, head.configs, strict=True):
        names = NO_NAMES if config is after else Names(moved=after.names().moved)
        yield RootGaps(root_name(config.root), config.files, config.gaps, extracted.gaps, names, extracted)
