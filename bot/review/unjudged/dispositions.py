"""Which of the things that a change makes others are told by a finding or a gap already; the rest are gaps."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Iterable, Iterator, Sequence

from bot.evaluated.diagnostic import Side
from bot.evaluated.fence import Trouble, fenced
from bot.evaluated.program_run import ProgramRun
from bot.evaluated.public_method import PublicMethod
from bot.evaluated.redefinition import Redefinition
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.touched import Touched
from bot.extract import root_name
from bot.extract.api_descriptions import is_description
from bot.extract.cloudformation import is_stack
from bot.frontends.front_ends import FrontEnds
from bot.frozen import dataclass
from bot.review.gaps import identity
from bot.review.model import Finding, Gap
from bot.review.unjudged.accounts import changed_accounts
from bot.review.unjudged.api_methods import keyed_apis, public_methods
from bot.review.unjudged.changed_blocks import IsAsked, everywhere
from bot.review.unjudged.defaults import left_to_defaults
from bot.review.unjudged.described_calls import described_methods
from bot.review.unjudged.disposition import Disposition
from bot.review.unjudged.handed_secrets import secrets_handed_out
from bot.review.unjudged.handed_values import outputs_otherwise
from bot.review.unjudged.lifted_blocks import lifted_blocks
from bot.review.unjudged.open_changes import open_changes
from bot.review.unjudged.programs import of_hook, other_programs, provisioners
from bot.review.unjudged.read_back import left_behind
from bot.review.unjudged.root_pair import RootPair
from bot.review.unjudged.same_elsewhere import same_elsewhere
from bot.review.unjudged.sinks import dispositions
from bot.review.unjudged.touched_gaps import Standing, rests_on

Line = tuple[Side, str, int]


@dataclass(frozen=True, slots=True)
class Redefinitions:
    """The things that are others now, what became of each argument, and what kept some roots from being asked.

    `unseen` are those of which nothing in the root shows it. `defaults` are what AWS lets more into without the policy
    that is gone: what that policy no longer allows tells nothing of it. `runs` are programs that Terraform runs, each
    a finding, `asked` those of them that data sources ask: what they answer may be another thing. `methods` are
    calls that ask nobody who they are.
    """

    found: tuple[Redefinition, ...] = ()
    defaults: tuple[Redefinition, ...] = ()
    unseen: tuple[Redefinition, ...] = ()
    arguments: tuple[Disposition, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    runs: tuple[ProgramRun, ...] = ()
    asked: tuple[Redefinition, ...] = ()
    methods: tuple[PublicMethod, ...] = ()

    @property
    def others(self) -> tuple[Redefinition, ...]:
        """Everything that may be another thing, told or not."""
        return (*self.found, *self.asked)

    def beside(self, found: Iterable[Redefinition]) -> Redefinitions:
        """The same with more of which nothing shows what it is now."""
        return dataclasses.replace(self, found=(*self.found, *found))


def redefinitions(
    trees: tuple[SourceTree, SourceTree],
    roots: Sequence[RootPair],
    is_asked: IsAsked = everywhere,
    *,
    touched: Touched,
    front_ends: FrontEnds,
) -> Redefinitions:
    """What a change makes others of, root by root; of the blocks that differ what is asked about."""

    def of(root: RootPair) -> Redefinitions | Trouble:
        judge = functools.partial(_of_root, trees, root, is_asked, touched, front_ends)
        return fenced(root_name(root.head.root), "judging", judge)

    moves = frozenset(left_behind((root.base, root.head) for root in roots))
    reading = [dataclasses.replace(root, moves=moves, tree=trees[1]) for root in roots if root.reads(touched.paths)]
    each = [of(root) for root in reading]
    asked = [(root, one) for root, one in zip(reading, each, strict=True) if isinstance(one, Redefinitions)]
    unseen = tuple(_in_every_variant(asked))
    hooks = (of_hook(root, thing) for root, thing in unseen)
    return Redefinitions(
        (
            *itertools.chain.from_iterable(one.found for _, one in asked),
            *(thing for _, thing in unseen if thing.runs is None),
        ),
        tuple(itertools.chain.from_iterable(one.defaults for _, one in asked)),
        arguments=tuple(itertools.chain.from_iterable(one.arguments for _, one in asked)),
        troubles=tuple(one for one in each if isinstance(one, Trouble)),
        runs=(
            *itertools.chain.from_iterable(one.runs for _, one in asked),
            *(run for run in hooks if run is not None),
        ),
        asked=tuple(itertools.chain.from_iterable(one.asked for _, one in asked)),
        methods=tuple(itertools.chain.from_iterable(one.methods for _, one in asked)),
    )


def _in_every_variant(asked: Sequence[tuple[RootPair, Redefinitions]]) -> Iterator[tuple[RootPair, Redefinition]]:
    """What no variant of its root shows, of those that are read from where it is written."""
    for root, found in asked:
        for thing in found.unseen:
            files = {span.file for _, span in thing.places}
            others = [one for other, one in asked if _is_beside(other, root) and other.reads(files)]
            if all(any(_is_alike(one, thing) for one in other.unseen) for other in others):
                yield root, thing


def _is_alike(one: Redefinition, other: Redefinition) -> bool:
    """Whether two variants are told the same: one of another folder says it there, in place of the file of both."""
    return one.address == other.address or one.diagnostic.summary == other.diagnostic.summary


def _is_beside(one: RootPair, other: RootPair) -> bool:
    return one.holds_access and one.head.root.directory == other.head.root.directory


def disposed(
    things: Redefinitions,
    known: Standing,
    touched: Touched,
    findings: Iterable[Finding],
    gaps: Sequence[Gap],
) -> tuple[Gap, ...]:
    """The gaps, and one for each thing that is another now and not told.

    `findings` are all that is said of access: gained, undecided and lost.
    """
    told = frozenset(_lines_of(findings))
    rest = (thing for thing in things.found if not _is_told(thing, touched, told, gaps, known))
    found = {gap.id: gap for gap in (_gap(thing, touched) for thing in (*rest, *things.defaults))}
    return tuple(sorted((*found.values(), *gaps), key=lambda gap: (not gap.changed, not gap.carries_policy)))


def _of_root(
    trees: tuple[SourceTree, SourceTree], root: RootPair, is_asked: IsAsked, touched: Touched, front_ends: FrontEnds
) -> Redefinitions:
    arguments = tuple(dispositions(root, is_asked))
    found, sides = tuple(open_changes(arguments, touched, root.after)), (root.base, root.head)
    if root.may_hold_access:
        found = (*found, *changed_accounts(*sides), *same_elsewhere(*sides))
    if root.head.root.kind == "root":
        found = (*found, *secrets_handed_out(*sides))
    found = (
        *found,
        *front_ends.handed_on(trees, root.head.root, outputs_otherwise(*sides)),
        *lifted_blocks(trees[1], root),
    )
    defaults = tuple(left_to_defaults(root))
    ways = (public_methods, keyed_apis, described_methods)
    methods = tuple(itertools.chain.from_iterable(find(*sides, arguments) for find in ways))
    programs = tuple(other_programs(*sides))
    runs, asked = (*provisioners(*sides, arguments), *(run for _, run in programs)), tuple(one for one, _ in programs)
    unseen = tuple(front_ends.redefined(trees, sides, sorted(touched.paths))) if root.holds_access else ()
    return Redefinitions(found, defaults, unseen, arguments, runs=runs, asked=asked, methods=methods)


def _is_told(
    thing: Redefinition, touched: Touched, told: frozenset[Line], gaps: Iterable[Gap], known: Standing
) -> bool:
    lines = frozenset(_touched_lines(thing, touched))
    if lines & told and not is_description(thing.address) and (lines <= told or not is_stack(thing.address)):
        return True
    return any(
        gap.address == thing.address or (gap.side, gap.file, gap.line) in lines or rests_on(gap, thing, known.head)
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
