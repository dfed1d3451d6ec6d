"""`*_policies_exclusive`: a principal's inline policies that are not on the list are taken away from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

from bot.evaluated.config import ResourceInstance
from bot.evaluated.diagnostic import Trail, join_trails
from bot.extract.argument_reading import argument, in_force, string
from bot.extract.facts import Document, ExclusiveList, Fact
from bot.extract.identities import each, owners_of
from bot.extract.reference import ResourceIndex
from bot.resource_types.known import RESOURCE_TYPES
from bot.resource_types.row import Reading

_INLINE = tuple(name for name, row in RESOURCE_TYPES.items() if row.reading is Reading.INLINE_POLICY)


def exclusive_policies(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Fact]:
    """The names of the inline policies that a role, user or group keeps; nothing where one of them is not known."""
    kept: dict[str, Trail] = {}
    for guards, item in each(argument(instance, "policy_names")):
        written = string(item)
        found = None if written is None else index.find(written, _INLINE, instance.address)
        if written is None or guards or instance.guards or (found is None and written.literal is None):
            return
        kept[str(written) if found is None else found.address] = in_force(instance, item)
    for guards, holder, _ in owners_of(instance, index):
        if not guards:
            yield ExclusiveList(holder, tuple(kept.items()))


def as_listed(documents: Iterable[Document], lists: Iterable[ExclusiveList]) -> Iterator[Document]:
    """The documents, those on a list in force also by it, those that are taken away from their holder marked so.

    Terraform would put one of those that is a block back with its next run, so that what it allows is not lost.
    """
    by_holder = {one.holder: dict(one.kept) for one in lists}
    for document in documents:
        kept = None if document.holder is None else by_holder.get(document.holder)
        if kept is None or not any(f"{name}." in document.policy for name in _INLINE):
            yield document
            continue
        by = kept.get(document.policy) or kept.get(document.name)
        if by is None:
            yield dataclasses.replace(document, denies=False)
        else:
            yield dataclasses.replace(document, attachment=join_trails(document.attachment, by))
