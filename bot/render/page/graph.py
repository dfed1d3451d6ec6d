"""Who can become whom and act on what, laid out from left to right for an SVG drawing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from bot.frozen import dataclass
from bot.review.model import Review

MAX_NODES = 40
"""A drawing of more helps nobody; the list beside it has all."""

_WIDTH, _HEIGHT, _GAP_Y, _MARGIN = 230, 40, 16, 12
_GAP_X, _CHARACTER = 150, 7
"""The room between two columns: at least so much, and so much for each character of the longest word on an arrow."""

_LABEL = 30
_COLUMNS = 6
_RESOURCES = 3

State = Literal["new", "kept", "lost"]


@dataclass(frozen=True, slots=True)
class Link:
    """One edge in words: what leads to what, by which means."""

    source: str
    via: str
    target: str
    state: State


@dataclass(frozen=True, slots=True)
class NodeView:
    """A box; `label` fits into it, `name` is the whole. Lengths are SVG user units (pixels)."""

    name: str
    label: str
    kind: Literal["principal", "resource"]
    x: int
    y: int
    new: bool


@dataclass(frozen=True, slots=True)
class EdgeView:
    """An arrow: `path` for SVG's d, `x` and `y` the middle of its label."""

    link: Link
    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class GraphView:
    """The drawing and, for those who do not look at drawings, all links as a list."""

    width: int
    height: int
    nodes: tuple[NodeView, ...]
    edges: tuple[EdgeView, ...]
    links: tuple[Link, ...]
    left_out: int


def graph(review: Review) -> GraphView | None:
    """The graph around what changed; None where there is nothing to draw."""
    names = {f.principal.name: f.principal.address for f in review.gained if f.principal and f.principal.name}
    links = tuple(dict.fromkeys(_addressed(link, names) for link in (*_access_links(review), *_edge_links(review))))
    if not links:
        return None
    drawn = _few(links)
    columns = _columns(drawn)
    gap = max(_GAP_X, max(len(f"{link.via} (new)") for link in drawn) * _CHARACTER + 2 * _MARGIN)
    places = _places(columns, drawn, gap)
    return GraphView(
        width=max(x for x, _ in places.values()) + _WIDTH + _MARGIN,
        height=max(y for _, y in places.values()) + _HEIGHT + _MARGIN,
        nodes=tuple(_nodes(drawn, places)),
        edges=tuple(_edge(link, places, gap) for link in drawn),
        links=links,
        left_out=len(links) - len(drawn),
    )


def _nodes(drawn: tuple[Link, ...], places: Mapping[str, tuple[int, int]]) -> Iterator[NodeView]:
    resources = {link.target for link in drawn if link.via == _ACTS}
    fresh = {link.target for link in drawn if link.state == "new"}
    for name, place in places.items():
        yield NodeView(name, _label(name), "resource" if name in resources else "principal", *place, name in fresh)


_ACTS = "acts on"


def _addressed(link: Link, names: Mapping[str, str]) -> Link:
    """The same with principals by their address: a path may name one as AWS does."""
    return dataclasses.replace(
        link, source=names.get(link.source, link.source), target=names.get(link.target, link.target)
    )


def _access_links(review: Review) -> Iterable[Link]:
    """What the new findings' principals may act on now."""
    for finding in review.gained:
        if finding.principal is None or finding.kind not in ("grant", "reach", "escalation"):
            continue
        for step in finding.path:
            yield Link(step.source, step.via, step.to, "new")
        for resource in finding.resources[:_RESOURCES]:
            yield Link(finding.principal.address, _ACTS, resource, "new")


def _edge_links(review: Review) -> Iterable[Link]:
    return (Link(edge.source, edge.via, edge.target, edge.state) for edge in review.edges)


def _few(links: tuple[Link, ...]) -> tuple[Link, ...]:
    """The first links whose ends are at most MAX_NODES things."""
    nodes: set[str] = set()
    chosen = []
    for link in links:
        if len(nodes | {link.source, link.target}) <= MAX_NODES:
            nodes |= {link.source, link.target}
            chosen.append(link)
    return tuple(chosen)


def _columns(links: tuple[Link, ...]) -> Mapping[str, int]:
    """Each node one further right than what leads to it; cycles end at the last column."""
    columns = {name: 0 for link in links for name in (link.source, link.target)}
    for _ in range(_COLUMNS):
        for link in links:
            if link.source != link.target:
                columns[link.target] = min(max(columns[link.target], columns[link.source] + 1), _COLUMNS)
    last = max(columns.values())
    return {**columns, **{link.target: last for link in links if link.via == _ACTS and columns[link.target] < last}}


def _places(columns: Mapping[str, int], links: tuple[Link, ...], gap: int) -> dict[str, tuple[int, int]]:
    """Left and top of each node; within a column in the order of what leads to it, so that few arrows cross."""
    used = {column: place for place, column in enumerate(sorted(set(columns.values())))}
    places: dict[str, tuple[int, int]] = {}
    for column in used:
        here = [name for name in columns if columns[name] == column]
        for row, name in enumerate(sorted(here, key=lambda name: _middle(name, links, places))):
            places[name] = (_MARGIN + used[column] * (_WIDTH + gap), _MARGIN + row * (_HEIGHT + _GAP_Y))
    return places


def _middle(name: str, links: tuple[Link, ...], places: Mapping[str, tuple[int, int]]) -> float:
    above = [places[link.source][1] for link in links if link.target == name and link.source in places]
    return sum(above) / len(above) if above else 0.0


def _edge(link: Link, places: Mapping[str, tuple[int, int]], gap: int) -> EdgeView:
    (x1, y1), (x2, y2) = places[link.source], places[link.target]
    y1, y2 = y1 + _HEIGHT // 2, y2 + _HEIGHT // 2
    if x2 > x1:
        x1 += _WIDTH
        bend = (x2 - x1) // 2
        path = f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2 - 6} {y2}"
        return EdgeView(link, path, (x1 + x2) // 2, (y1 + y2) // 2)
    # Backwards, or to itself: around on the right.
    x1, x2 = x1 + _WIDTH, x2 + _WIDTH
    out = max(x1, x2) + gap // 2
    return EdgeView(link, f"M{x1} {y1}C{out} {y1} {out} {y2 + 8} {x2 + 6} {y2 + 8}", out, (y1 + y2) // 2)


def _label(name: str) -> str:
    """The name with its middle left out; its end tells more than its beginning."""
    return name if len(name) <= _LABEL else f"{name[:9]}…{name[-(_LABEL - 10) :]}"
