"""Judges one pair of policy documents: does the new one allow anything the old one does not?"""

from __future__ import annotations

from dataclasses import dataclass

from bot.document import from_json
from bot.iam.policy import Policy, parse_policy
from bot.iam.statement import PolicyKind
from bot.privilege_diff.delta import Delta, PolicySet, Witness
from bot.privilege_diff.diff import compare


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
    delta = compare(PolicySet(kind, before.statements), PolicySet(kind, after.statements), "principal", strict=strict)
    return _verdict(before, after, delta)


def _verdict(before: Policy, after: Policy, delta: Delta) -> PairVerdict:
    blind = [problem.reason for policy in (before, after) for problem in policy.problems if problem.blind]
    doubts = [change.why for change in delta.undecided] + blind
    gained = bool(delta.gained) and not any(problem.blind for problem in before.problems)
    witness = delta.gained[0].witness if gained else None
    may = not gained and bool(doubts)
    why = doubts[0] if may else (delta.gained[0].why_new if gained else "")
    return PairVerdict(gained, bool(delta.lost), may, why, witness)
