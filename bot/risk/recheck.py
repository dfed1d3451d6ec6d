"""Whether what proved the findings of earlier reviews is still allowed at head, and which finding tells of it now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from bot.extract import Extracted
from bot.frozen import dataclass
from bot.iam.policy_subject import PolicySubject, subject_of
from bot.iam.statement import PolicyKind
from bot.iam.wildcard import characters, wildcard_match
from bot.late_pattern import late_pattern
from bot.review.identity import ThreadKey
from bot.review.model import Finding, FindingProof, Review
from bot.risk.earlier import Earlier, Recheck
from bot.risk.reachable import LookedAt, allowed_by, certain, possible, requests, too_many

HIDDEN = "(sensitive value)"
"""What stands for a value that is told nobody: a request with it cannot be asked again."""

_Places = frozenset[tuple[str, str]]

OUT_OF_SIGHT = "not everything that this change touches could be analysed"


@dataclass(frozen=True, slots=True)
class Looked:
    """Both sides of all roots that were looked at; `unseen` maps those that could not be to why.

    `trouble` is what kept a root from being looked at at all: what was there may be anywhere.
    """

    base: LookedAt
    head: LookedAt
    unseen: Mapping[str, str]
    trouble: str = ""

    @classmethod
    def at(
        cls, base: Iterable[Extracted], head: Iterable[Extracted], unseen: Mapping[str, str], trouble: str = ""
    ) -> Looked:
        """From what each root says."""
        return cls(LookedAt(tuple(base)), LookedAt(tuple(head)), unseen, trouble)


def recheck(earlier: Sequence[Earlier], looked: Looked, review: Review) -> tuple[Recheck, ...]:
    """The answers about all earlier findings that the review does not have any more."""
    present = {key for finding in (*review.gained, *review.undecided) for key in finding.identity.threads}
    return tuple(_answer(one, looked, review) for one in earlier if one.thread not in present)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the evaluator says about one proof: who is allowed it, or why that is not known."""

    proof: FindingProof
    holder: PolicySubject | None = None
    at_base: bool = False
    why: str = ""


def _answer(one: Earlier, looked: Looked, review: Review) -> Recheck:
    others = _others(one, review)
    asked = [_ask(proof, looked, others) for proof in one.proofs]
    allowed = [each for each in asked if each.holder is not None]
    if allowed:
        return _still_allowed(one, allowed, looked, review)
    by = next((found for proof in one.proofs if (found := _perhaps(proof, one, review, looked, others))), None)
    if by is not None:
        return Recheck(one.thread, "unknown", by=by, why="it may be the same under another name")
    why = _why_unknown(asked, one, review)
    return Recheck(one.thread, "unknown" if why else "refused", why=why)


def _still_allowed(one: Earlier, allowed: list[_Asked], looked: Looked, review: Review) -> Recheck:
    at_base = all(each.at_base for each in allowed)
    covering = (_covering(each.proof, each.holder, review, looked) for each in allowed if each.holder is not None)
    by = None if at_base else next(filter(None, covering), None)
    return Recheck(one.thread, "allowed", at_base, by)


def _why_unknown(asked: list[_Asked], one: Earlier, review: Review) -> str:
    told = next((each.why for each in asked if each.why), "")
    if told:
        return told
    if not review.complete:
        return OUT_OF_SIGHT
    return "" if one.proofs else "no request proves it"


def _others(one: Earlier, review: Review) -> _Places:
    """Those of whom findings of then still tell: none of them is a holder that is gone, renamed."""
    still = (finding for finding in review.gained if was_beside(finding, one.beside))
    return frozenset((proof.root, proof.address) for finding in still for proof in finding.proofs)


def _ask(proof: FindingProof, looked: Looked, others: _Places) -> _Asked:
    if any(HIDDEN in text for text in (*_texts(proof), proof.action, proof.name, *proof.met, *proof.reached_from)):
        return _Asked(proof, why="the request that proves it has a sensitive value")
    holders = possible(proof, looked.head, looked.base, others)
    holder = allowed_by(proof, holders, looked.head, looked.base)
    if holder is None and not holders and proof.counts == PolicyKind.LIMIT.value:
        # What held it back is gone as a whole.
        holder = subject_of(proof.holder, proof.root, proof.address, proof.name)
    if holder is None:
        return _Asked(proof, why=_doubt(proof, holders, looked))
    at_base = allowed_by(proof, certain(proof, looked.base), looked.base, looked.head) is not None
    return _Asked(proof, holder, at_base)


def _texts(proof: FindingProof) -> tuple[str, ...]:
    return (proof.principal, proof.resource, *(value for values in proof.context.values() for value in values))


def _doubt(proof: FindingProof, holders: Sequence[PolicySubject], looked: Looked) -> str:
    """Why a request that nothing was found to allow may be allowed all the same; "" if it certainly is not."""
    if looked.trouble:
        return looked.trouble
    if proof.root in looked.unseen:
        return looked.unseen[proof.root]
    if too_many(proof, looked.head, looked.base):
        return "what it is about is gone, and too many others are new"
    before = {gap.unread for holder in certain(proof, looked.base) for gap in looked.base.gaps(holder)}
    new = (gap.diagnostic.reason for holder in holders for gap in looked.head.gaps(holder) if gap.unread not in before)
    return next(new, "")


def _covering(proof: FindingProof, holder: PolicySubject, review: Review, looked: Looked) -> ThreadKey | None:
    """The thread of the finding that tells of what the holder is allowed: one that names it, else any of it."""
    own = [finding for finding in (*review.gained, *review.undecided) if _is_about(finding, holder)]
    asked = requests(proof, holder, looked.head, looked.base)
    naming = (one for one in own if any(_names(one, each.action, each.resource) for each in asked))
    found = next(naming, None) or next(iter(own), None)
    return found.identity.newest.thread if found else None


def _perhaps(
    proof: FindingProof, earlier: Earlier, review: Review, looked: Looked, others: _Places
) -> ThreadKey | None:
    """The thread of a finding that came since and may be about the same resource under another name."""
    holders = possible(proof, looked.head, looked.base, others)
    for finding in (*review.gained, *review.undecided):
        if was_beside(finding, earlier.beside) or not any(_is_about(finding, holder) for holder in holders):
            continue
        if _acts(finding, proof.action) and _may_name(finding, proof):
            return finding.identity.newest.thread
    return None


def was_beside(finding: Finding, beside: Collection[ThreadKey]) -> bool:
    """Whether the finding was among those of an earlier review, under whatever version."""
    return any(key in beside for key in finding.identity.threads)


def _is_about(finding: Finding, holder: PolicySubject) -> bool:
    if finding.proofs:
        return any((one.root, one.address) == (holder.root, holder.address) for one in finding.proofs)
    return holder.address in finding.principals


def _names(finding: Finding, action: str, resource: str) -> bool:
    resources = not finding.resources or _matches(finding.resources, resource)
    return _acts(finding, action) and resources and not _matches(finding.except_resources, resource)


def _acts(finding: Finding, action: str) -> bool:
    name = action.lower()
    return _matches([one.lower() for one in finding.actions], name) and not _matches(
        [one.lower() for one in finding.except_actions], name
    )


def _matches(patterns: Iterable[str], text: str) -> bool:
    return any(wildcard_match(characters(pattern, wild=True), text) for pattern in patterns)


def _may_name(finding: Finding, proof: FindingProof) -> bool:
    return any(may_be_named(pattern, proof.resource, proof.written) for pattern in finding.resources)


_SYMBOL = late_pattern(r"\$\{[^{}]*\}")


class _Piece(NamedTuple):
    """One character, or one symbol as a whole."""

    text: str
    symbol: bool


def may_be_named(pattern: str, resource: str, written: int) -> bool:
    """Whether `pattern`, as printed in a finding, may stand for `resource`, as in a request.

    A symbol in the pattern may stand for what an author has written: the first `written` characters of the resource;
    one in the resource for any text, and for any other symbol: two blocks that stand side by side may be of one name,
    as two queues in two regions are.
    """
    asked, wanted = _pieces(resource), _pieces(pattern)
    limit = _reach(asked, written)
    at = {0}
    for piece in wanted:
        at = _step(piece, asked, at, limit)
        if not at:
            return False
    return any(_is_empty(asked[place:]) for place in at)


def _pieces(text: str) -> list[_Piece]:
    found: list[_Piece] = []
    end = 0
    for match in _SYMBOL.finditer(text):
        found += [_Piece(char, False) for char in text[end : match.start()]]
        found.append(_Piece(match[0], True))
        end = match.end()
    return [*found, *(_Piece(char, False) for char in text[end:])]


def _reach(asked: list[_Piece], written: int) -> int:
    """How many pieces lie within so many characters."""
    length = count = 0
    for piece in asked:
        length += len(piece.text)
        if length > written:
            break
        count += 1
    return count


def _step(piece: _Piece, asked: list[_Piece], at: set[int], limit: int) -> set[int]:
    """The places in the resource that are reached with one more piece of the pattern."""
    if piece.symbol:
        same = {place + 1 for place in at if place < len(asked) and asked[place] == piece}
        return same | set(range(min(at), limit + 1))
    if piece.text == "*":
        return set(range(min(at), len(asked) + 1))
    after = set()
    for place in at:
        if place == len(asked):
            continue
        if asked[place].symbol:
            after |= {place, place + 1}  # a character of what the symbol stands for, perhaps the last one
        elif piece.text in ("?", asked[place].text):
            after.add(place + 1)
    return after


def _is_empty(rest: list[_Piece]) -> bool:
    return all(piece.symbol for piece in rest)
