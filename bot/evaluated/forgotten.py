"""What Terraform only forgets at head: it leaves the state, and stays in AWS as the base made it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from bot.evaluated.address import block_of, enclosing
from bot.evaluated.config import EvaluatedConfig, ResourceInstance


def with_forgotten(base: Sequence[EvaluatedConfig], head: Sequence[EvaluatedConfig]) -> Iterator[EvaluatedConfig]:
    """The heads, each with what its base made and it forgets; both sides' roots stand in the same order.

    Not where a resource of the type comes into being at head, in whatever root: the thing may go on under that
    address, and what it holds would be told as new beside itself.
    """
    if not any(after.forgotten for after in head):
        yield from head
        return
    pairs = tuple(zip(base, head, strict=True))
    new = {one.type for pair in pairs for one in _coming(*pair)}
    for before, after in pairs:
        kept = tuple(one for one in _forgotten(before, after) if one.type not in new) if after.forgotten else ()
        yield dataclasses.replace(after, resources=(*after.resources, *kept)) if kept else after


def _coming(before: EvaluatedConfig, after: EvaluatedConfig) -> Iterator[ResourceInstance]:
    there = {block_of(one.here) for one in before.resources}
    return (one for one in after.resources if one.mode == "managed" and block_of(one.address) not in there)


def _forgotten(before: EvaluatedConfig, after: EvaluatedConfig) -> Iterator[ResourceInstance]:
    left = {block_of(one.address) for one in after.resources}
    for one in before.resources:
        block = block_of(one.here)
        named = block in after.forgotten or not after.forgotten.isdisjoint(enclosing(block))
        if one.mode == "managed" and named and block not in left:
            yield one
