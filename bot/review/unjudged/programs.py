"""Data sources that run something, whether or not anybody uses what it prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.evaluated.address import block_of
from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.diagnostic import MAX_LINES, Side, Span
from bot.evaluated.mentions import spans
from bot.evaluated.redefinition import Place, Redefinition, redefinition
from bot.evaluated.thing import Asked, Thing

PROGRAMS = frozenset({"external", "aws_lambda_invocation", "shell_script"})

_REMEDY = "check what it does, with the credentials that Terraform runs with"


def other_programs(base: EvaluatedConfig, head: EvaluatedConfig) -> Iterator[Redefinition]:
    """The data sources that run another program at head, or the same one with other arguments."""
    data = [one for one in base.resources if one.mode == "data"]
    there = {**{one.here: one for one in data}, **{one.address: one for one in data}}  # by head's name for the same
    found: dict[str, None] = {}
    for new in head.resources:
        if new.mode != "data" or new.type not in PROGRAMS or block_of(new.address) in found:
            continue
        old = there.get(new.address)
        asked = _differing(None if old is None else old.thing, new.thing)
        if asked:
            found[block_of(new.address)] = None
            yield redefinition(
                new.address,
                f"{block_of(new.address)} runs something else ({', '.join(one.name for one in asked)})",
                _REMEDY,
                tuple(_places(old, new, asked)),
                f"data.{new.type}.{new.name}",
            )


def _differing(old: Thing | None, new: Thing | None) -> tuple[Asked, ...]:
    """The arguments by which another thing is asked for."""
    before, after = ({one.name: one for one in (thing and thing.asked) or ()} for thing in (old, new))
    every = {**before, **after}
    return tuple(one for name, one in every.items() if before.get(name) != after.get(name))


def _places(old: ResourceInstance | None, new: ResourceInstance, asked: Sequence[Asked]) -> Iterator[Place]:
    yield from (("head", Span(one.file, 1, 1, MAX_LINES, 1)) for one in asked if one.file)
    sides: tuple[tuple[Side, ResourceInstance | None], ...] = (("head", new), ("base", old))
    there = [(side, one) for side, one in sides if one is not None]
    for side, instance in there:
        yield from ((side, span) for span in _spans(instance, asked))
    yield from ((side, one.span) for side, one in there)


def _spans(instance: ResourceInstance, asked: Sequence[Asked]) -> Iterator[Span]:
    for one in asked:
        value = instance.attribute(one.name)
        yield from () if value is None else spans(value)
