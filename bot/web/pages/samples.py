"""What the playground starts with: one small change for each rule, and one that grants nothing."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """Two texts of Terraform and what they show; `name` is the id of the rule that judges them."""

    name: str
    title: str
    base: str
    head: str


@cache
def samples() -> tuple[Sample, ...]:
    """Those of `bot/web/samples`, by title: `TITLE`, then both texts, each under `--- before` or `--- after`."""
    places = (place for place in (files("bot.web") / "samples").iterdir() if place.name.endswith(".txt"))
    read = (_read(place.name.removesuffix(".txt"), place.read_text(encoding="utf-8")) for place in places)
    return tuple(sorted(read, key=lambda one: one.title))


def _read(name: str, text: str) -> Sample:
    title, _, texts = text.partition("\n--- before\n")
    base, _, head = texts.partition("--- after\n")
    return Sample(name, title, base, head)
