"""Which of the things that a change makes others are told by a finding or a gap already; the rest are gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.diagnostic import Side
from bot.evaluated.fence import Trouble, fenced
from bot.evaluated.mentions import mentions, symbols
from bot.evaluated.redefinition import Redefinition
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.touched import Touched
from bot.extract import Extracted, root_name
from bot.frontends.front_ends import FrontEnds
from bot.frozen import dataclass
from bot.review.gaps import as_changed, identity
from bot.review.model import Finding, Gap
from bot.review.unjudged.accounts import changed_accounts
from bot.review.unjudged.lookups import repointed

Line = tuple[Side, str, int]
Known = Mapping[str, ResourceInstance]


@dataclass(frozen=True, slots=True)
class RootPair:
    """One root at base and at head as it is written, whatever plans say of it, and what it says about access."""

    base: EvaluatedConfig
    head: EvaluatedConfig
    before: Extracted
    after: Extracted

    @property
    def holds_access(self) -> bool:
        """Whether anything in it could be somebody's access, on either side."""
        return any(map(_holds, (self.before, self.after)))

    def reads(self, paths: Iterable[str]) -> bool:
        """Whether it is read from any of these files, on either side."""
        return not (self.base.files | self.head.files).isdisjoint(paths)


def _holds(one: Extracted) -> bool:
    stated = (one.grants, one.edges, one.latent_edges, one.credentials, one.members, one.public_access_blocks)
    return any(stated) or bool(one.gaps)


@dataclass(frozen=True, slots=True)
class Redefinitions:
    """The things that are others now, and what kept some roots from being asked."""

    found: tuple[Redefinition, ...] = ()
    troubles: tuple[Trouble, ...] = ()


def redefinitions(
    trees: tuple[SourceTree, SourceTree], roots: Sequence[RootPair], touched: Touched, front_ends: FrontEnds
) -> Redefinitions:
    """What a change makes others of, root by root."""

    def of(root: RootPair) -> list[Redefinition] | Trouble:
        name = root_name(root.head.root)
        return fenced(name, "judging", lambda: list(_things(trees, root, touched, front_ends)))

    each = [of(root) for root in roots]
    return Redefinitions(
        tuple(thing for one in each if not isinstance(one, Trouble) for thing in one),
        tuple(one for one in each if isinstance(one, Trouble)),
    )


def disposed(
    things: Sequence[Redefinition],
    roots: Sequence[RootPair],
    touched: Touched,
    findings: Iterable[Finding],
    gaps: Sequence[Gap],
) -> tuple[Gap, ...]:
    """The gaps, with those that rest on a thing that is another now as changed ones, and one for each thing not told.

    `findings` are all that is said of access: gained, undecided and lost.
    """
    if not things:
        return tuple(gaps)
    known = {one.address: one for root in roots for one in (*root.head.resources, *root.head.latent)}
    standing = tuple(_resting(gap, things, known) for gap in gaps)
    told = frozenset(_lines_of(findings))
    rest = (thing for thing in things if not _is_told(thing, touched, told, standing, known))
    found = {gap.id: gap for gap in (_gap(thing, touched) for thing in rest)}
    return tuple(sorted((*found.values(), *standing), key=lambda gap: (not gap.changed, not gap.carries_policy)))


def _things(
    trees: tuple[SourceTree, SourceTree], root: RootPair, touched: Touched, front_ends: FrontEnds
) -> Iterator[Redefinition]:
    if not root.holds_access or not root.reads(touched.paths):
        return
    yield from repointed(root.base, root.head)
    yield from changed_accounts(root.base, root.head)
    yield from front_ends.redefined(trees, (root.base, root.head), sorted(touched.paths))


def _resting(gap: Gap, things: Sequence[Redefinition], known: Known) -> Gap:
    """The gap, changed if what is not known of it is named after something that is looked up otherwise."""
    rests = not gap.changed and gap.carries_policy and any(_rests_on(gap, thing, known) for thing in things)
    return as_changed(gap) if rests else gap


def _rests_on(gap: Gap, thing: Redefinition, known: Known) -> bool:
    one = known.get(gap.address)
    if one is None or not thing.block:
        return False
    return any(map(mentions(thing.block), symbols(one.attributes)))


def _is_told(thing: Redefinition, touched: Touched, told: frozenset[Line], gaps: Iterable[Gap], known: Known) -> bool:
    lines = frozenset(_touched_lines(thing, touched))
    if lines & told:
        return True
    return any(
        gap.address == thing.address or (gap.side, gap.file, gap.line) in lines or _rests_on(gap, thing, known)
        for gap in gaps
        if gap.changed and gap.carries_policy
    )


def _lines_of(findings: Iterable[Finding]) -> Iterator[Line]:
    for finding in findings:
        place = finding.location
        yield from ((place.side, place.file, line) for line in range(place.line, place.end_line + 1))
        yield from ((step.side, step.file, step.line) for step in finding.trail)


def _touched_lines(thing: Redefinition, touched: Touched) -> Iterator[Line]:
    for side, span in thing.places:
        yield from ((side, span.file, line) for line in touched.code_lines(span, side))


def _gap(thing: Redefinition, touched: Touched) -> Gap:
    first, span = thing.places[0]
    side, file, line = next(_touched_lines(thing, touched), (first, span.file, span.line))
    told = thing.diagnostic
    return Gap(
        id=identity(told.kind, thing.address, told.reason),
        reason=told.reason,
        address=thing.address,
        file=file,
        line=line,
        side=side,
        changed=True,
        carries_policy=True,
        grade="medium",
        kind=told.kind.value,
        remedy=told.remedy,
    )
