"""Judges one pair of policy documents: does the new one allow anything the old one does not?"""

from __future__ import annotations

from collections.abc import Iterator

from bot.access_diff.coincident import specials
from bot.access_diff.condense import Piece
from bot.access_diff.delta import Delta, PolicySet, Witness
from bot.access_diff.diff import compare, directions
from bot.access_diff.direction import Direction
from bot.evaluated.document import from_json
from bot.frozen import dataclass
from bot.iam.pattern import TooComplex
from bot.iam.policy import Policy, parse_policy
from bot.iam.statement import PolicyKind


@dataclass(frozen=True, slots=True)
class PairVerdict:
    """The answer to one pair. `new_access` only with a confirmed witness; `may` is "not decided"."""

    new_access: bool
    lost_access: bool
    may: bool
    why: str
    witness: Witness | None


def judge_pair(old: object, new: object, kind: PolicyKind, *, strict: bool = False) -> PairVerdict:
    """Judge two policies as `json.loads` returns them. What cannot be read makes the answer "may"."""
    before, after = parse_policy(from_json(old), kind), parse_policy(from_json(new), kind)
    try:
        gains, losses = directions(
            PolicySet(kind, before.statements), PolicySet(kind, after.statements), "principal", strict=strict
        )
    except TooComplex as reason:
        return PairVerdict(False, False, True, str(reason), None)
    gain = None if _blind(before) else next(_pieces(gains), None)
    loss = None if _blind(after) else next(_pieces(losses), None)
    if gain is not None:
        return PairVerdict(True, loss is not None, False, str(gain.cell.reason), gain.proof.witness)
    doubts = [*(doubt.why for doubt in gains.doubts), *_blind(before), *_blind(after)]
    return PairVerdict(False, loss is not None, bool(doubts), doubts[0] if doubts else "", None)


def difference(old: object, new: object, kind: PolicyKind) -> Delta:
    """All that the two policies allow otherwise, row by row; what one of them leaves open is in no row."""
    before, after = (parse_policy(from_json(one), kind).statements for one in (old, new))
    return compare(PolicySet(kind, before), PolicySet(kind, after))


def _pieces(general: Direction) -> Iterator[Piece]:
    """What is proved, in general and then where variables have certain values."""
    yield from general.pieces()
    for special in specials(general):
        yield from special.direction.pieces()
        general.doubts += special.direction.doubts


def _blind(policy: Policy) -> list[str]:
    return [problem.diagnostic.reason for problem in policy.problems if problem.blind]
