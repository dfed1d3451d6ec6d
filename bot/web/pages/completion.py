"""What the fields of "who can" are completed to: actions that AWS knows, and what a repository's policies name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain

from bot.iam.catalog import load_catalog
from bot.review.inventory.model import HolderInventory

SHOWN = 40
_LONGEST = 100


def named_actions(holders: Iterable[HolderInventory]) -> list[str]:
    """What the statements name, in order."""
    return sorted({action for holder in holders for one in holder.statements for action in one.actions})


def named_resources(holders: Iterable[HolderInventory]) -> list[str]:
    """What the statements are about, in order; what only Terraform knows stands in it as `${...}`."""
    return sorted({resource for holder in holders for one in holder.statements for resource in one.resources})


def action_completions(typed: str, named: Sequence[str]) -> list[str]:
    """Those in policies that hold what is typed, then AWS's that begin with it, then those that hold it."""
    typed = typed[:_LONGEST].lower()
    begin = (name for lowered, name in _known() if lowered.startswith(typed))
    hold = (name for lowered, name in _known() if typed in lowered)
    return _first(_holding(typed, named), begin, hold)


def resource_completions(typed: str, named: Sequence[str]) -> list[str]:
    """Those in policies that hold what is typed."""
    return _first(_holding(typed[:_LONGEST].lower(), named))


@cache
def _known() -> tuple[tuple[str, str], ...]:
    """AWS's actions in small letters, and as they are written."""
    return tuple((name.lower(), name) for name in load_catalog().expand("*"))


def _holding(typed: str, named: Sequence[str]) -> Iterator[str]:
    return (one for one in named if typed in one.lower())


def _first(*each: Iterable[str]) -> list[str]:
    once: dict[str, None] = {}
    for one in chain.from_iterable(each):
        once[one] = None
        if len(once) == SHOWN:
            break
    return list(once)
