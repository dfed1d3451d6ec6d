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
from bot.extract.extracted import ExtractionGap, Holding, Unread, UnreadElement, UnseenPlace, UnseenPolicy
from bot.frozen import dataclass
from bot.iam.policy_subject import PolicySubject
from bot.iam.statement import Effect, Statement

Who = Hashable


@dataclass(frozen=True, slots=True)
class GapsOfRoot:
    """The gaps of policies in one root, and what the other side calls its things."""

    root: str
    gaps: tuple[ExtractionGap, ...]
    names: Names = NO_NAMES
    is_alone: bool = False
    """Whether the other side has no such root: its things may be those of any other root."""


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
        """Those who come to what the head's gap hides and did not, or not in all these cases."""
        there = tuple(self._there(gap))
        return tuple(one for one in gap.held if not any(each.is_held(*self._who(one)) for each in there))

    def let_through(self, gap: ExtractionGap) -> tuple[Statement, ...]:
        """What a limit says of which a part is not known, and that lets more through: it is compared by nothing."""
        return let_through([one.beside for one in self._by_address.get((gap.diagnostic.kind, gap.address), ())], gap)

    def _who(self, one: Holding) -> tuple[frozenset[Who], frozenset[Guard]]:
        """The names that the base may have for a holder of the head."""
        if one.holder is None:
            return _NO_ONE, frozenset(one.guards)
        roots = (one.holder.root, _OF_ONE_GONE, *([_OF_ANY] if one.holder.root in self._come else []))
        return frozenset(_names(one.holder, roots, NO_NAMES)), frozenset(one.guards)

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


def _names(holder: PolicySubject, roots: Iterable[str], names: Names) -> Iterator[Who]:
    """A holder by its address and by its name in each of some roots."""
    for root in roots:
        yield holder.kind, root, "at", names.address(holder.address)
        yield holder.kind, root, "called", names.told(holder.name) if holder.name.startswith("${") else holder.name
