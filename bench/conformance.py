"""Judges the policy pairs of ../shared/conformance: agreement with the labels, speed, and the labels known to be wrong.

    python -m bench.conformance [FOLDER]

Exits with 1 if a pair is judged otherwise than its label and docs/decisions/0013-conformance.md does not say why.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.access_diff.pairs import PairVerdict, judge_pair
from bot.iam.statement import PolicyKind

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT.parent / "shared" / "conformance"
IDENTICAL = "both policies are the same or the new one is narrower, yet labelled as new access"
VERSION = "one side has no Version: its ${...} is plain text, which the label does not know"
MISFIT = "the new resources are none the action can act on"


@dataclass(frozen=True)
class Judged:
    case: dict[str, Any]
    verdict: PairVerdict
    seconds: float

    @property
    def agrees(self) -> bool:
        return not self.verdict.may and self.verdict.new_access == self.case["new_access"]


def load(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text().splitlines()]


def judge(case: dict[str, Any]) -> Judged:
    start = time.process_time()
    verdict = judge_pair(case["old"], case["new"], PolicyKind(case["kind"]), strict=True)
    return Judged(case, verdict, time.process_time() - start)


def wrong_label(judged: Judged) -> str | None:
    """Why the label is believed wrong, None if there is no reason to believe so."""
    old, new = judged.case["old"], judged.case["new"]
    new_access = judged.verdict.new_access
    if new_access and old.get("Version") != new.get("Version") and _has_variable(old) and _has_variable(new):
        return VERSION
    if not new_access and "ec2_require_mfa" in judged.case["id"] and _same_allows(old, new):
        return IDENTICAL
    if not new_access and "ec2_validate_attach_volume" in judged.case["id"]:
        return MISFIT
    return None


def _has_variable(policy: dict[str, Any]) -> bool:
    return "${" in json.dumps(policy)


def _same_allows(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether the Allow statements are equal, so that only a Deny can differ."""
    before, after = ([s for s in policy["Statement"] if s["Effect"] == "Allow"] for policy in (old, new))
    return bool(before == after)


def main(argv: list[str]) -> int:
    folder = Path(argv[1]) if len(argv) > 1 else FOLDER
    cases = load(folder) if folder.is_dir() else []
    if not cases:
        print(f"conformance: no cases in {folder}", file=sys.stderr)
        return 2
    judge(cases[0])
    judged = [judge(case) for case in cases]
    differing = [one for one in judged if not one.agrees]
    reasons = Counter(wrong_label(one) for one in differing)
    times = sorted(one.seconds for one in judged)
    print(f"pairs                 {len(judged)}")
    print(f"as labelled           {len(judged) - len(differing)}")
    for reason, count in reasons.items():
        print(f"{'not explained' if reason is None else 'label wrong':<22}{count}  {reason or ''}")
    print(f"undecided             {sum(one.verdict.may for one in judged)}")
    print(f"pairs a second        {len(times) / sum(times):.0f}  (CPU, one core)")
    p50, p99, most = (times[index] * 1e3 for index in (len(times) // 2, len(times) * 99 // 100, -1))
    print(f"p50, p99, max         {p50:.2f}, {p99:.2f}, {most:.2f} ms")
    for one in differing:
        if wrong_label(one) is None:
            print(f"  {one.case['id']}: label {one.case['new_access']}, judged {one.verdict}")
    return int(None in reasons)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
