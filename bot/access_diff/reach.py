"""New reach: things that were there and now run as a role that they did not run as before."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterable, Iterator, Mapping

from bot.access_diff.delta import Delta, PolicySet, Reach
from bot.access_diff.guarded import there_today
from bot.access_diff.holder_diff import Compare
from bot.access_diff.renames import Renames, renamed, renamed_edge
from bot.access_diff.subjects import Grants, Side, opaque_limits, policy_set, side, trust_of
from bot.evaluated.guard import ordered
from bot.extract import Extracted
from bot.extract.pod_runners import PODS
from bot.extract.runners import ENTERED
from bot.extract.trust_edges import ASSUME, TRUST
from bot.iam.grant import Edge, EdgeNode
from bot.iam.policy_subject import PolicySubject, Role
from bot.iam.statement import PolicyKind

Edges = Mapping[EdgeNode, tuple[Edge, ...]]


def new_reach(
    base: Extracted, head: Extracted, mapping: Renames, sides: tuple[Side, Side], compare: Compare
) -> Iterator[Reach]:
    """Reach over edges that are new, from things that existed, to roles that existed; from new things, too, to roles of
    other roots that nothing here ran as before.

    Else a new thing with an old role, or an old thing with a new role, is said by the role's own findings
    or is no one's gain. A new trust is a gain of its own, told by the role; what a role comes to by it beyond that
    role is told here. Sources that are no blocks (pods, identities) count as being there. What defaults rule out is
    followed besides, from edges that they rule out.
    """
    starts, changed = head.edges, base.edges != head.edges or base.named_roles != head.named_roles
    if base.named_roles.grants or head.named_roles.grants:
        mapping = {**mapping, **_named_otherwise(base, head, mapping)}
        base, head = base.with_named_roles(), head.with_named_roles()
        sides = side(base, mapping), side(head)
    earlier, later = (*base.edges, *base.latent_edges), (*head.edges, *head.latent_edges)
    if changed:
        yield from _over(starts, (base, base.edges), (head, head.edges), mapping, sides, compare)
    if base.latent_edges != head.latent_edges:
        yield from _over(head.latent_edges, (base, earlier), (head, later), mapping, sides, compare)


def _named_otherwise(base: Extracted, head: Extracted, mapping: Renames) -> Renames:
    """What tells the base's names of other roots' roles apart from the head's: a look-up may be of another role."""
    before = {renamed(name, mapping): called for name, called in base.named_roles.called.items()}
    after = head.named_roles.called
    ends = {one.target for one in (*base.edges, *base.latent_edges) if isinstance(one.target, str)}
    there = {name: renamed(name, mapping) for name in ends}
    return {name: f"{now} before" for name, now in there.items() if now in after and before.get(now) != after[now]}


def _over(
    starts: tuple[Edge, ...],
    was: tuple[Extracted, tuple[Edge, ...]],
    now: tuple[Extracted, tuple[Edge, ...]],
    mapping: Renames,
    sides: tuple[Side, Side],
    compare: Compare,
) -> Iterator[Reach]:
    """The reach that begins with one of some edges, followed over all edges of each side."""
    (base, had), (head, has) = was, now
    earlier = _by_source(renamed_edge(edge, mapping) for edge in had)
    later = _by_source(has)
    existed = {renamed(address, mapping) for address in base.addresses}
    roles, named = (_roles(sides[0]), _roles(sides[1])), head.named_roles.called
    entered = named.keys() - {edge.target for group in earlier.values() for edge in group}
    for edge in starts:
        new_thing = edge.node in head.addresses and edge.node not in existed
        if (new_thing and edge.target not in entered) or edge in earlier.get(edge.node, ()):
            continue
        if edge.via == TRUST and edge.node not in existed:
            continue
        if edge.via == ENTERED and edge.node in earlier:  # what the tasks run as besides is told of them
            continue
        if edge.via == PODS and edge.target not in earlier:  # what is new is that they become anything
            continue
        before = _reached(edge.node, earlier) | {edge.node}
        for path in _paths(edge, later):
            target = path[-1].target
            told = edge.via == TRUST and len(path) == 1
            if not isinstance(target, str) or told or target not in roles[1] or target in before:
                continue
            if target in roles[0] or (roles[1][target].called and not _enters(path[1:], earlier, named)):
                yield from _reach(path, later, before, (roles[0], roles[1][target]), sides, compare)


def _enters(path: tuple[Edge, ...], earlier: Edges, named: Container[str]) -> bool:
    """Whether one of some edges is new, too, and leads to what another root makes: then that one says it."""
    return any(edge.target in named and edge not in earlier.get(edge.node, ()) for edge in path)


def _reach(
    path: tuple[Edge, ...],
    edges: Edges,
    before: frozenset[EdgeNode],
    roles: tuple[Mapping[str, PolicySubject], PolicySubject],
    sides: tuple[Side, Side],
    compare: Compare,
) -> Iterator[Reach]:
    """What the role at the end of a path gives beyond those of the base that were come to `before`."""
    earlier, holder = roles
    had = there_today(
        grant for address in sorted(earlier.keys() & before) for grant in sides[0].grants[earlier[address]]
    )
    has = there_today(sides[1].grants[holder])
    delta = compare(*_held(had, has), holder.name)
    if delta.gained:
        # What a role gains by its own policy is the role's finding, whoever runs as it.
        whole = path if path[0].via == ASSUME else (*_users(path[0], edges), *path)
        guards = frozenset().union(*(edge.guards for edge in whole))
        trust = trust_of(holder, sides[1])
        assumes = tuple(_assumed(has))
        gained = tuple(change.assuming(assumes) for change in delta.gained)
        yield Reach(whole, len(whole) - len(path), holder, Delta(gained=gained), has, ordered(guards), trust)


def _held(had: Grants, has: Grants) -> tuple[PolicySet, PolicySet]:
    """What counts on both sides: a limit out of sight holds nothing back, and hides all where none is in its place."""
    limited, hidden = opaque_limits(had), opaque_limits(has)
    old, new = (policy_set(PolicyKind.IDENTITY, grants, False, limited | hidden) for grants in (had, has))
    return PolicySet(PolicyKind.IDENTITY, ()) if limited - hidden else old, new


def _assumed(has: Grants) -> Iterator[str]:
    """What is taken for granted of what a role holds."""
    yield from (f"the boundary {name} allows it" for name in sorted(opaque_limits(has)))
    yield from sorted({grant.assumes for grant in has if grant.assumes})


def _users(first: Edge, edges: Edges) -> tuple[Edge, ...]:
    """What uses the thing that a path begins with, from the outermost on: group, template, profile."""
    into: dict[EdgeNode, Edge] = {}
    for group in edges.values():
        for edge in group:
            if edge.via not in (TRUST, PODS):  # many may run pods: what is told is told of whom they run as
                into.setdefault(edge.target, edge)
    steps: list[Edge] = []
    seen = {first.node}
    while (user := into.get(steps[0].node if steps else first.node)) is not None and user.node not in seen:
        seen.add(user.node)
        steps.insert(0, user)
    return tuple(steps)


def _paths(first: Edge, edges: Edges) -> Iterator[tuple[Edge, ...]]:
    """The path of one edge, and the shortest one to each that it leads on to."""
    seen = {first.node, first.target}
    waiting: deque[tuple[Edge, ...]] = deque([(first,)])
    while waiting:
        path = waiting.popleft()
        yield path
        for edge in edges.get(path[-1].target, ()):
            if edge.target not in seen:
                seen.add(edge.target)
                waiting.append((*path, edge))


def _reached(source: EdgeNode, edges: Edges) -> frozenset[EdgeNode]:
    return frozenset(path[-1].target for edge in edges.get(source, ()) for path in _paths(edge, edges))


def _roles(where: Side) -> Mapping[str, PolicySubject]:
    return {holder.address: holder for holder in where.grants if isinstance(holder, Role)}


def _by_source(edges: Iterable[Edge]) -> Edges:
    """The edges by where they begin, those first that assume least."""
    found: dict[EdgeNode, list[Edge]] = {}
    for edge in edges:
        found.setdefault(edge.node, []).append(edge)
    return {source: tuple(sorted(group, key=lambda one: len(one.doubts))) for source, group in found.items()}
