"""What became of the findings that a change request's earlier reviews had and its newest one does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from bot.conversation.change_request.kept_reviews import readable
from bot.frozen import dataclass
from bot.render.gone import Gone
from bot.review.identity import ThreadKey, read_fingerprint
from bot.review.model import Finding, Review
from bot.risk.earlier import Earlier, Recheck
from bot.risk.recheck import OUT_OF_SIGHT, was_beside

_NO_REQUESTS = ("config", "exposure")
"""Kinds of findings that are about something else than requests, and never become one of another rule."""

NOT_ASKED = "it was not asked about"


@dataclass(frozen=True, slots=True)
class Known:
    """A finding as the newest review that had it tells, `base` that review's merge base.

    `beside` are the threads of all that was found with it.
    """

    finding: Finding
    beside: frozenset[ThreadKey]
    base: str = ""

    @property
    def asked(self) -> Earlier:
        """As a review is asked about it."""
        return Earlier(self.finding.identity.newest.thread, self.finding.proofs, tuple(sorted(self.beside)))


KnownFindings = Mapping[ThreadKey, Known]


class _Named(msgspec.Struct):
    fingerprint: str = ""
    full_fingerprint: str = ""


class _Kept(msgspec.Struct):
    """As much of a kept review as is needed."""

    base: str = ""
    gained: tuple[Finding, ...] = ()
    undecided: tuple[_Named, ...] = ()


def known_findings(kept: Iterable[bytes]) -> KnownFindings:
    """The findings of kept reviews, the newest first; of one that cannot be read nothing is known."""
    found: dict[ThreadKey, Known] = {}
    for review in readable(kept, _Kept):
        beside = frozenset(_threads(review))
        for finding in review.gained:
            found.setdefault(finding.identity.newest.thread, Known(finding, beside, review.base))
    return found


def _threads(review: _Kept) -> Iterator[ThreadKey]:
    yield from (finding.identity.newest.thread for finding in review.gained)
    for named in review.undecided:
        fingerprint = read_fingerprint(named.full_fingerprint or named.fingerprint)
        if fingerprint is not None:
            yield fingerprint.thread


def became(known: KnownFindings, rechecks: Iterable[Recheck], review: Review) -> dict[ThreadKey, Gone]:
    """What became of each known finding that the review does not have."""
    answers = {one.thread: one for one in rechecks}
    present = {key for finding in (*review.gained, *review.undecided) for key in finding.identity.threads}
    return {name: _became(one, answers.get(name), review) for name, one in known.items() if name not in present}


def fixed(known: KnownFindings, rechecks: Iterable[Recheck], review: Review) -> frozenset[ThreadKey]:
    """The threads of those that the head was shown to grant nothing of any more."""
    return frozenset(thread for thread, gone in became(known, rechecks, review).items() if gone.kind == "fixed")


def _became(known: Known, answer: Recheck | None, review: Review) -> Gone:
    if not known.finding.proofs:
        return _by_comparison(known, review)
    if answer is None:
        return Gone("unchecked", why=NOT_ASKED)
    return _as_answered(known, answer, review)


def _as_answered(known: Known, answer: Recheck, review: Review) -> Gone:
    by = next((one for one in (*review.gained, *review.undecided) if one.identity.newest.thread == answer.by), None)
    if answer.standing == "allowed" and answer.at_base:
        return Gone("at-base")
    if by is not None:
        return Gone("replaced", by, answer.why)
    if answer.standing == "allowed":
        return Gone("allowed")
    if answer.standing == "unknown":
        return Gone("unchecked", why=answer.why)
    return _by_comparison(known, review) if known.finding.unproved else Gone("fixed")


def unknown(review: Review) -> Gone:
    """What became of a finding of which nothing is known any more: fixed only where nothing at all is left."""
    return _without_proof((*review.gained, *review.undecided), review)


def _by_comparison(known: Known, review: Review) -> Gone:
    """Of what no request proves, or not all of it: nothing like it may be left, and nothing that came since.

    A complete review proves that the head allows nothing that its base refuses, which has to be the same base.
    """
    if known.finding.kind not in _NO_REQUESTS and known.base != review.base:
        return Gone("unreported")
    return _without_proof(tuple(one for one in (*review.gained, *review.undecided) if _may_be(known, one)), review)


def _may_be(known: Known, other: Finding) -> bool:
    """Whether another finding may be what is left of this one."""
    family = not {known.finding.rule, *known.finding.also}.isdisjoint((other.rule, *other.also))
    if known.finding.kind in _NO_REQUESTS and not family:
        return False
    alike = family and not set(known.finding.principals).isdisjoint(other.principals)
    return alike or not was_beside(other, known.beside)


def _without_proof(left: tuple[Finding, ...], review: Review) -> Gone:
    if not review.complete:
        return Gone("unchecked", why=OUT_OF_SIGHT)
    if left or review.undecided:
        return Gone("unreported", next(iter(left), None))
    return Gone("fixed")
