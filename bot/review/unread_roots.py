"""Roots, and modules in them, of which one side alone could not be read whole."""

from __future__ import annotations

from collections.abc import Iterator

from bot.access_diff.unread import Place
from bot.extract import Extracted, root_name
from bot.review.seen import Seen


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
