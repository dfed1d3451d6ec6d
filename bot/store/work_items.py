"""What there is to work on: a change request, or a place in which something may have been missed."""

from __future__ import annotations

from bot.forges.event import SweepWanted, WorkRequest
from bot.forges.port import ChangeRef, RepositoryRef
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class ReviewChange:
    """A change request: its review, the commands on it, the conclusions that its earlier heads are owed."""

    ref: ChangeRef


@dataclass(frozen=True, slots=True)
class SweepRepository:
    """A repository whose open change requests may lack a conclusion."""

    ref: RepositoryRef


@dataclass(frozen=True, slots=True)
class SweepForge:
    """A forge as a whole: its deliveries that failed, the repositories that the bot is there for."""

    forge: str


Sweep = SweepRepository | SweepForge
WorkItem = ReviewChange | Sweep


Key = tuple[str, str, int, int | None, str]
"""Forge, repository, number, account, merge group: how items are kept and told of since the first release.

A repository has the number 0, and a forge as a whole no repository.
"""


def key_of(item: WorkItem) -> Key:
    """How the item is kept."""
    match item:
        case ReviewChange(ref):
            return ref.forge, ref.repository, ref.number, ref.account, ref.group
        case SweepRepository(place):
            return place.forge, place.repository, 0, place.account, ""
        case SweepForge(forge):
            return forge, "", 0, None, ""


def item_at(forge: str, repository: str, number: int, account: int | None, group: str = "") -> WorkItem:
    """The item that is kept so."""
    if number:
        return ReviewChange(ChangeRef(forge, repository, number, account, group))
    return SweepRepository(RepositoryRef(forge, repository, account)) if repository else SweepForge(forge)


def item_of(request: WorkRequest) -> WorkItem:
    """What has to be worked on for what was asked."""
    return SweepRepository(request.ref) if isinstance(request, SweepWanted) else ReviewChange(request.ref)


def name_of(item: WorkItem) -> str:
    """For logs: OWNER/NAME#7, OWNER/NAME, or the forge."""
    match item:
        case ReviewChange(ref):
            return f"{ref.repository}#{ref.number}"
        case SweepRepository(ref):
            return ref.repository
        case SweepForge(forge):
            return forge
