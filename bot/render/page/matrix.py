"""The access of holders as tables: a row a service, a column an access level, a cell before and after."""

from __future__ import annotations

from collections.abc import Iterable

from bot.frozen import dataclass
from bot.review.access_table import AccessCell, AccessLevelName, HolderAccess

COLUMNS: tuple[tuple[AccessLevelName, str], ...] = (
    ("list", "List"),
    ("read", "Read"),
    ("tagging", "Tag"),
    ("write", "Write"),
    ("permissions", "Permissions"),
    ("unknown", "Other"),
)


@dataclass(frozen=True, slots=True)
class CellView:
    """`state` is new, wider, narrower, gone, changed or same; `word` says it for people."""

    state: str
    word: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowView:
    """One service; `cells` has an entry for each of the table's columns."""

    service: str
    cells: tuple[CellView | None, ...]


@dataclass(frozen=True, slots=True)
class HolderView:
    """One table. `columns` leaves "Other" out where nothing is in it; `unchanged` is what the change left alone."""

    kind: str
    name: str
    address: str
    state: str
    columns: tuple[str, ...]
    rows: tuple[RowView, ...]
    unchanged: tuple[tuple[str, tuple[str, ...]], ...]


def matrix(access: Iterable[HolderAccess]) -> tuple[HolderView, ...]:
    """One view a holder, in order."""
    return tuple(map(_holder, access))


def _holder(holder: HolderAccess) -> HolderView:
    services = dict.fromkeys(cell.service for cell in holder.cells if cell.gained or cell.lost)
    shown = [cell for cell in holder.cells if cell.service in services]
    other = any(cell.level == "unknown" for cell in shown)
    columns = COLUMNS if other else COLUMNS[:-1]
    placed = {(cell.service, cell.level): _cell(cell) for cell in shown}
    kept = [cell for cell in holder.cells if cell.service not in services]
    return HolderView(
        kind=holder.kind.replace("_", " "),
        name=holder.name,
        address=holder.address,
        state=_holder_state(holder),
        columns=tuple(title for _, title in columns),
        rows=tuple(_row(service, [placed.get((service, level)) for level, _ in columns]) for service in services),
        unchanged=tuple((f"{cell.service} {cell.level}", cell.after) for cell in kept),
    )


def _holder_state(holder: HolderAccess) -> str:
    if holder.before and holder.after:
        return ""
    return "new" if holder.after else "gone"


def _row(service: str, cells: Iterable[CellView | None]) -> RowView:
    return RowView("every service" if service == "*" else service, tuple(cells))


def _cell(cell: AccessCell) -> CellView:
    state = _state(cell)
    word = "same" if state == "same" else state
    return CellView(state, word, cell.before, cell.after)


def _state(cell: AccessCell) -> str:
    if cell.gained and cell.lost:
        return "changed"
    if cell.gained:
        return "wider" if cell.before else "new"
    if cell.lost:
        return "narrower" if cell.after else "gone"
    return "same"
