"""Tables of environments with more keys than before: what their new entries say is compared with nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.evaluated.redefinition import Place, Redefinition, redefinition
from bot.evaluated.rekeyed import Rekeyed
from bot.review.unjudged.root_pair import RootPair

_REMEDY = "check what the entries name and whom they let in"
_MOST = 4


def other_keys(root: RootPair) -> Iterator[Redefinition]:
    """One thing for each set of keys that came, however many tables have them."""
    alike: dict[tuple[str, ...], list[Rekeyed]] = {}
    for one in root.base.rekeyed:
        alike.setdefault(tuple(entry.key for entry in one.come), []).append(one)
    for keys, tables in alike.items():
        what = tables[0].expression + (f" and {len(tables) - 1} more" if len(tables) > 1 else "")
        yield redefinition(
            tables[0].expression,
            f"{what}: new for {_listed(keys)}, and what only {_these(keys)} is compared by nothing",
            _REMEDY,
            tuple(_places(tables)),
        )


def _listed(keys: Sequence[str]) -> str:
    over = len(keys) - _MOST
    return ", ".join(keys[:_MOST]) + (f" and {over} more" if over > 0 else "")


def _these(keys: Sequence[str]) -> str:
    return "this entry says" if len(keys) == 1 else "these entries say"


def _places(tables: Sequence[Rekeyed]) -> Iterator[Place]:
    for one in tables:
        yield from (("head", span) for entry in one.come for span in entry.spans)
        yield "base", one.at
