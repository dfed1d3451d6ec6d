"""Policies that cannot be read, by who holds them: whoever comes to hold one with a change is told as a gap."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Hashable, Iterable, Iterator, Sequence

from bot.evaluated.derived import Derived, roots
from bot.evaluated.document import Symbol
from bot.evaluated.guard import Guard, implied
from bot.evaluated.moved_guards import guards_at_head
from bot.evaluated.thing import NO_NAMES, Names
from bot.extract.extracted import (
    Extracted,
    ExtractionGap,
    Holding,
    Unread,
    UnreadElement,
    UnseenPlace,
    UnseenPolicy,
)
from bot.extract.managed_arns import managed_arn
from bot.frozen import dataclass
from bot.iam.policy_subject import PolicySubject, Runner
from bot.iam.statement import Effect, Statement

Who = Hashable


@dataclass(frozen=True, slots=True)
class GapsOfRoot:
    """The gaps of policies in one root, what the other side calls its things, and all that it says of access."""

    root: str
    gaps: tuple[ExtractionGap, ...]
    names: Names = NO_NAMES
    is_alone: bool = False
    """Whether the other side has no such root: its things may be those of any other root."""
    said: Extracted = Extracted("")


@dataclass(frozen=True, slots=True)
class _Hidden:
    """A gap that there was, by the head's names, and in which cases each of those came to it who did."""

    address: str
    said: Hashable
    who: tuple[tuple[frozenset[Who], frozenset[Guard]], ...]
    beside: tuple[Statement, ...] | None = None

    def is_held(self, wanted: frozenset[Who], guards: frozenset[Guard]) -> bool:
        """Whether one of these came to it in all these cases, or more."""
        return any(who & wanted and implied(before, guards) for who, before in self.who)


class Before:
    """What was not known before the change."""

    def __init__(self, base: Iterable[GapsOfRoot], head: Iterable[GapsOfRoot]) -> None:
        here, base = tuple(head), tuple(base)
        self._here = frozenset(gap.address for root in here for gap in root.gaps)
        self._come = frozenset(root.root for root in here if root.is_alone)
        known = [each for root in base for each in _known(root)]
        self._by_words: dict[Hashable, list[_Hidden]] = {}
        self._by_address: dict[Hashable, list[_Hidden]] = {}
        for kind, one in known:
            self._by_words.setdefault((kind, one.said), []).append(one)
            self._by_address.setdefault((kind, one.address), []).append(one)
        self._there_before = frozenset(itertools.chain.from_iterable(map(_blocks, base)))
        self._made: dict[Hashable, set[tuple[str, frozenset[Symbol]]]] = {}
        for root in base:
            for gap in root.gaps:
                where = gap.diagnostic.kind, root.names.target(gap.address)
                self._made.setdefault(where, set()).update(_made_of(gap))

    def has(self, gap: ExtractionGap) -> bool:
        """Whether there was one of the same thing, named in equal words that do not deceive."""
        return is_of_one_name(gap) and (gap.diagnostic.kind, gap.unread) in self._by_words

    def makes_otherwise(self, gap: ExtractionGap) -> bool:
        """Whether what is not known is made of what it was made of, and is something else: a text with other words."""
        there = self._made.get((gap.diagnostic.kind, gap.address), set())
        known = {name for name, _ in there}
        return any(name not in known and of in {made for _, made in there} for name, of in _made_of(gap))

    def newly(self, gap: ExtractionGap) -> tuple[Holding, ...]:
        """Those who come to what the head's gap hides and did not, or not in all these cases.

        What is new and runs as a role gains nothing: it was nobody before.
        """
        there = tuple(self._there(gap))
        every = (one for one in gap.held if not isinstance(one.holder, Runner) or self._was(one.holder))
        return tuple(one for one in every if not any(each.is_held(*self._who(one)) for each in there))

    def _was(self, one: Runner) -> bool:
        return (one.root, one.address) in self._there_before

    def let_through(self, gap: ExtractionGap) -> tuple[Statement, ...]:
        """What a limit says of which a part is not known, and that lets more through: it is compared by nothing."""
        return let_through([one.beside for one in self._by_address.get((gap.diagnostic.kind, gap.address), ())], gap)

    def _who(self, one: Holding) -> tuple[frozenset[Who], frozenset[Guard]]:
        """The names that the base may have for a holder of the head."""
        return _here(one, is_alone=one.holder is not None and one.holder.root in self._come), frozenset(one.guards)

    def _there(self, gap: ExtractionGap) -> Iterator[_Hidden]:
        """What may have hidden the same."""
        kind = gap.diagnostic.kind
        same = self._by_words.get((kind, gap.unread), ())
        if is_of_one_name(gap):
            yield from same
            return
        yield from self._by_address.get((kind, gap.address), ())
        yield from (one for one in same if one.address not in self._here)


def is_of_one_name(gap: ExtractionGap) -> bool:
    """Whether equal words of a gap mean the same thing: they may deceive where they are an expression."""
    unread = gap.unread
    return isinstance(unread, UnseenPlace) or (isinstance(unread, UnseenPolicy) and unread.is_one_policy)


_OF_ANY, _OF_ONE_GONE = "any root", "a root that is gone"
"""Where a holder is of a root that one side alone has: both sides' names of it have one of these then."""


def _blocks(root: GapsOfRoot) -> Iterator[tuple[str, str]]:
    """A root's blocks, by the other side's names."""
    return ((root.root, root.names.target(address)) for address in root.said.addresses | root.said.calls)


def _made_of(gap: ExtractionGap) -> Iterator[tuple[str, frozenset[Symbol]]]:
    """The names of what a gap is unknown by, and what each is made of in the end."""
    yield from ((one.name, roots(one)) for one in gap.unknown if isinstance(one.derivation, Derived))


_NO_ONE: frozenset[Who] = frozenset({""})


def _known(root: GapsOfRoot) -> Iterator[tuple[Hashable, _Hidden]]:
    for gap in root.gaps:
        who = tuple((_there(one, root), frozenset(guards_at_head(one.guards, root.names))) for one in gap.held)
        yield (
            gap.diagnostic.kind,
            _Hidden(root.names.target(gap.address), _said(gap.unread, root.names), who, gap.beside),
        )


def _said(unread: Unread, names: Names) -> Unread:
    """What a gap of the base is of, by the head's names."""
    match unread:
        case UnseenPlace(who, what):
            return dataclasses.replace(unread, who=names.told(who), what=names.told(what))
        case UnreadElement(kind, reason):
            return UnreadElement(kind, names.told(reason))
        case UnseenPolicy(written):
            parts = tuple(
                dataclasses.replace(one, name=names.told(one.name)) if isinstance(one, Symbol) else one
                for one in written.parts
            )
            return UnseenPolicy(dataclasses.replace(written, parts=parts))
    return unread


def let_through(base: Iterable[Sequence[Statement] | None], gap: ExtractionGap) -> tuple[Statement, ...]:
    """What the known part of a limit allows and did not in any of the ways that there were, or denied and does not."""
    there = [each for each in base if each is not None]
    if gap.beside is None or not there:
        return ()
    before = tuple(itertools.chain.from_iterable(there))
    return (*_alone(Effect.ALLOW, gap.beside, before), *_alone(Effect.DENY, before, gap.beside))


def _alone(effect: Effect, some: Iterable[Statement], others: Iterable[Statement]) -> Iterator[Statement]:
    """The statements of an effect that only the first of both have, whatever they are called."""
    known = frozenset(map(_unnamed, others))
    return (one for one in some if one.effect is effect and _unnamed(one) not in known)


def _unnamed(statement: Statement) -> Statement:
    return dataclasses.replace(statement, sid="")


def _there(one: Holding, root: GapsOfRoot) -> frozenset[Who]:
    """The names that the head may have for a holder of the base."""
    if one.holder is None:
        return _NO_ONE
    roots = (one.holder.root, _OF_ANY, *([_OF_ONE_GONE] if root.is_alone else []))
    return frozenset(_names(one.holder, roots, root.names))


def _here(one: Holding, *, is_alone: bool) -> frozenset[Who]:
    """The names that the base may have for a holder of the head."""
    if one.holder is None:
        return _NO_ONE
    roots = (one.holder.root, _OF_ONE_GONE, *([_OF_ANY] if is_alone else []))
    return frozenset(_names(one.holder, roots, NO_NAMES))


def _names(holder: PolicySubject, roots: Iterable[str], names: Names) -> Iterator[Who]:
    """A holder by its address and by its name in each of some roots."""
    for root in roots:
        yield holder.kind, root, "at", names.address(holder.address)
        yield holder.kind, root, "called", names.told(holder.name) if holder.name.startswith("${") else holder.name


def let_go(base: Iterable[GapsOfRoot], head: Iterable[GapsOfRoot]) -> Iterator[tuple[ExtractionGap, Holding, bool]]:
    """The policies of the base that are not here, and who had one and is there without it: it may have denied.

    The last says whether it still is theirs in some cases.
    """
    after = {one.root: one for one in head}
    held = _HeldAtHead(after.values())
    for root in base:
        for gap in root.gaps:
            if not isinstance(gap.unread, UnseenPolicy) or gap.off or _allows_only(gap.unread):
                continue
            for one in gap.held:
                stays = one.holder in gap.holders and _stays(one, root, after.get(root.root))
                if stays and not (held.has(gap, one, root) or held.is_exchanged(gap, one, root)):
                    yield gap, one, held.has_in_some(gap, one, root)


class _HeldAtHead:
    """Which policies that are not here somebody has after the change."""

    def __init__(self, head: Iterable[GapsOfRoot]) -> None:
        roots = tuple(head)
        self._by_words: dict[Unread, list[tuple[frozenset[Who], frozenset[Guard]]]] = {}
        self._at: dict[tuple[str, str], list[tuple[Unread, frozenset[Who], frozenset[Guard]]]] = {}
        for root, gap in ((one, gap) for one in roots for gap in one.gaps):
            for one in gap.held:
                who, guards = _here(one, is_alone=root.is_alone), frozenset(one.guards)
                self._by_words.setdefault(gap.unread, []).append((who, guards))
                self._at.setdefault((root.root, gap.address), []).append((gap.unread, who, guards))
        self._read = frozenset(itertools.chain.from_iterable(map(_read_here, roots)))

    def has(self, gap: ExtractionGap, one: Holding, root: GapsOfRoot) -> bool:
        """Whether somebody of the base has it as before, or has in view what has its name."""
        assert isinstance(gap.unread, UnseenPolicy) and one.holder is not None, "only attached policies are let go"
        who, guards = _there(one, root), frozenset(guards_at_head(one.guards, root.names))
        if any(names & who and implied(cases, guards) for names, cases in self._of(gap, root)):
            return True
        return (one.holder.name, (str(gap.unread.written).rpartition("/")[2],)) in self._read

    def has_in_some(self, gap: ExtractionGap, one: Holding, root: GapsOfRoot) -> bool:
        """Whether somebody of the base has it still in some cases."""
        who = _there(one, root)
        return any(names & who for names, _ in self._of(gap, root))

    def _of(self, gap: ExtractionGap, root: GapsOfRoot) -> list[tuple[frozenset[Who], frozenset[Guard]]]:
        return self._by_words.get(_said(gap.unread, root.names), [])

    def is_exchanged(self, gap: ExtractionGap, one: Holding, root: GapsOfRoot) -> bool:
        """Whether its attachment gives another one now, or it to somebody else or in other cases: that is told."""
        before = {_said(each.unread, root.names) for each in root.gaps if each.address == gap.address}
        same, who, cases = _said(gap.unread, root.names), _there(one, root), guards_at_head(one.guards, root.names)
        return any(
            unread not in before or (unread == same and not (names & who and implied(frozenset(cases), guards)))
            for unread, names, guards in self._at.get((root.root, root.names.target(gap.address)), ())
        )


def _read_here(root: GapsOfRoot) -> Iterator[tuple[str, Hashable]]:
    """The holders of a root and the names, as values, of the policies that it makes for them, or that AWS does."""
    for grant in root.said.grants:
        called, by_aws = root.said.called.get(grant.policy), managed_arn(grant.policy)
        if by_aws is not None:
            yield grant.holder.name, (by_aws.rpartition("/")[2],)
        yield from ((grant.holder.name, name) for key, name in (called.names if called else ()) if key == "name")


def _allows_only(policy: UnseenPolicy) -> bool:
    """Whether it is one of AWS's own, which deny where their names say so alone."""
    written = str(policy.written)
    return managed_arn(written) is not None and not any(word in written for word in ("Deny", "Quarantine"))


def _stays(one: Holding, root: GapsOfRoot, after: GapsOfRoot | None) -> bool:
    """Whether a holder of the base is there afterwards: what the root did not make is."""
    if one.holder is None:
        return False
    if one.holder.address not in root.said.addresses | root.said.calls:
        return True
    if after is None:
        return False
    made = after.said.addresses | after.said.calls
    return root.names.target(one.holder.address) in made or any(
        grant.holder.name == one.holder.name for grant in after.said.grants
    )
