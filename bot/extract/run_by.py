"""Who comes to what a role holds that is not known: whatever runs as the role."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from bot.evaluated.diagnostic import Trail, join_trails
from bot.extract.extracted import ExtractionGap, Holding
from bot.extract.pod_runners import PODS
from bot.extract.trust_edges import ASSUME, TRUST
from bot.iam.grant import AddressedSource, Edge
from bot.iam.policy_subject import Role, Runner

_TRUSTED = (ASSUME, PODS, TRUST)
"""Means that the role's trust says, where whom it newly lets in is told."""


def with_runners(gaps: Iterable[ExtractionGap], edges: Iterable[Edge], root: str) -> Iterator[ExtractionGap]:
    """The gaps with the blocks that run as a role that holds what is not known, and with what uses those."""
    into: dict[object, list[Edge]] = {}
    for edge in edges:
        if isinstance(edge.source, AddressedSource) and edge.via not in _TRUSTED:
            into.setdefault(edge.target, []).append(edge)
    for gap in gaps:
        more = (one for holding in gap.held for one in _running(holding, into, root))
        yield dataclasses.replace(gap, held=(*gap.held, *more)) if into else gap


def _running(holding: Holding, into: Mapping[object, Iterable[Edge]], root: str) -> Iterator[Holding]:
    if not isinstance(holding.holder, Role):
        return
    seen, waiting = set[object](), [(holding.holder.address, holding)]
    while waiting:
        at, held = waiting.pop(0)
        for edge in into.get(at, ()):
            if edge.node not in seen:
                seen.add(edge.node)
                runner = Runner(root, str(edge.node), str(edge.node))
                guards, trail = (*held.guards, *edge.guards), join_trails(edge.trail, _way(held))
                waiting.append((runner.address, Holding(runner, guards, trail)))
                yield waiting[-1][1]


def _way(held: Holding) -> Trail:
    """Where it is written that something else leads on from there."""
    return held.trail if isinstance(held.holder, Runner) else ()
