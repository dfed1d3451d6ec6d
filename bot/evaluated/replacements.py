"""Which addresses of a root bear another thing at head than at base."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.evaluated.config import EvaluatedConfig
from bot.evaluated.thing import Replacement


def replacements(
    base: Sequence[EvaluatedConfig], head: Sequence[EvaluatedConfig]
) -> Iterator[tuple[EvaluatedConfig, tuple[Replacement, ...]]]:
    """Of each root that has any, with its head; both sides' roots stand in the same order."""
    for before, after in zip(base, head, strict=True):
        if found := tuple(_replaced(before, after)):
            yield after, found


def _replaced(before: EvaluatedConfig, after: EvaluatedConfig) -> Iterator[Replacement]:
    others = [one for one in (*before.resources, *before.latent) if one.written and one.thing is not None]
    if not others:
        return
    there = after.names()
    for one in others:
        address = there.target(one.written)
        now = there.things.get(address)
        if now is not None and one.thing is not None and not now.may_be(one.thing):
            yield Replacement(address, now, one.thing)
