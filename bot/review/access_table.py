"""Who can do what before and after, service by service, and who can become whom, as the JSON contract tells it."""

from __future__ import annotations

from typing import Literal

from bot.frozen import dataclass

AccessLevelName = Literal["list", "read", "tagging", "write", "permissions", "unknown"]


@dataclass(frozen=True, slots=True)
class AccessCell:
    """What one holder's policies say about one service at one of AWS's access levels, on both sides.

    A line is a statement's part that concerns the cell ("GetObject, PutObject on arn:aws:s3:::b/*"). `service` "*" is
    what concerns every service. `gained` and `lost`: whether the difference of the two sides reaches into the cell.
    """

    service: str
    level: AccessLevelName
    before: tuple[str, ...]
    after: tuple[str, ...]
    gained: bool
    lost: bool


@dataclass(frozen=True, slots=True)
class HolderAccess:
    """The cells of one holder whose access differs; `before` and `after`: whether it is there on that side."""

    kind: str
    name: str
    address: str
    before: bool
    after: bool
    cells: tuple[AccessCell, ...]


@dataclass(frozen=True, slots=True)
class AccessEdge:
    """Who can become or run as whom, around the holders whose access differs; addresses or principals in text."""

    source: str
    via: str
    target: str
    state: Literal["kept", "new", "lost"]
