"""Tags that a provider gives to all it makes, and of which a policy's condition asks for some."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.evaluated.diagnostic import Side
from bot.evaluated.mentions import spans
from bot.evaluated.redefinition import Place
from bot.review.unjudged.asked_for import tags_in, without_humps
from bot.review.unjudged.changed_blocks import Pair
from bot.review.unjudged.disposition import ArgumentOutcome, Disposition
from bot.review.unjudged.leaves import leaves
from bot.review.unjudged.root_pair import RootPair

DEFAULT_TAGS = "default_tags"
AWS = "aws"


def tags_by_default(root: RootPair, keys: Iterable[str]) -> Iterator[Disposition]:
    """What is open of the AWS providers' default tags; `keys` are the condition keys that the root's policies ask for.

    A provider that is new may make what another one made before: it is compared with the default one.
    """
    tags = tags_in(keys)
    if not tags:
        return
    before = {one.name: one for one in root.base.providers}
    for new in root.head.providers:
        old = before.get(new.name) or before.get(AWS)
        if new.type == AWS and old is not None:
            yield from _open(Pair(old, new, (DEFAULT_TAGS,)), tags)


def _open(pair: Pair, tags: frozenset[str]) -> Iterator[Disposition]:
    one, found = pair.some, leaves(DEFAULT_TAGS, *pair.values(DEFAULT_TAGS))
    for path in dict.fromkeys(path for path, _ in found if without_humps(path[-1]) in tags):
        places = tuple(_places(pair))
        yield Disposition(one.mode, one.type, one.address, DEFAULT_TAGS, ArgumentOutcome.OPEN, None, path, places)


def _places(pair: Pair) -> Iterator[Place]:
    sides: tuple[tuple[Side, int], ...] = (("head", 1), ("base", 0))
    for side, which in sides:
        value = pair.values(DEFAULT_TAGS)[which]
        yield from ((side, span) for span in (spans(value) if value is not None else ()))
    yield "head", pair.some.span
