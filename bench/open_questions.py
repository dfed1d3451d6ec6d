"""How often a review leaves something open: merged changes of fetched repositories that touch Terraform, by cause.

    python -m bench.open_questions --mirror DIR [--changes 200] [--part build|fresh|all] [--seed N] [--json FILE]

Calls of modules that cannot be read are counted apart. A change that takes too long, or that a snapshot lacks files
of, is counted and left out.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Any

from bench.mirrors.bounded import Bounds
from bench.mirrors.drawing import arguments, counted
from bench.mirrors.repositories import Change, Repository, drawn, merged, repositories
from bench.mirrors.reviews import Code, of_change

MODULE = "remote-module"
MOST = 0.06
"""So many of the changes may have something open that is no call of an unread module."""

Found = dict[str, Any]


def main() -> int:
    """Review the drawn changes; 1 if more than the bound have something open."""
    given = arguments(__doc__, changes=200, seconds=60)
    every = {one.name: one for one in repositories(given.mirror, given.part)}
    share = -(-given.changes // max(1, len(every))) * 2
    names = {change.name: change for one in every.values() for change in merged(one, share)}
    found = counted(given, every, (names[name] for name in drawn(names, given.changes, given.seed)), _open)
    if given.json:
        given.json.write_text(json.dumps([one for one in found if one], indent=1), "utf-8")
    return _report([one for one in found if one], len(found))


def _open(code: Code, repository: Repository, change: Change, bounds: Bounds) -> Found | None:
    outcome = of_change(code, repository, change, bounds)
    if outcome.review is None:
        return None
    gaps = [gap for gap in outcome.review["gaps"] if gap["changed"] and gap["carries_policy"]]
    told = outcome.review["gained"] or outcome.review["undecided"]
    print(f"{change.name}: {outcome.seconds:.1f} s", *(f"\n  {_words(gap)}" for gap in gaps), flush=True)
    return {
        "change": change.name,
        "told": bool(told),
        "modules": [gap for gap in gaps if gap["kind"] == MODULE],
        "open": [gap for gap in gaps if gap["kind"] != MODULE],
    }


def _words(gap: Found) -> str:
    return f"{gap['kind']} {gap['file']}:{gap['line']} {gap['reason']}"


def _report(found: list[Found], drawn_changes: int) -> int:
    causes: Counter[str] = Counter()
    for one in found:
        for gap in one["open"]:
            causes[gap["kind"]] += 1
    some, modules = (sum(bool(one[key]) for one in found) for key in ("open", "modules"))
    share = some / max(1, len(found))
    print(
        f"{len(found)} of {drawn_changes} changes reviewed: something open in {some} ({share:.1%}), "
        f"calls of unread modules in {modules}; by kind: {dict(causes.most_common())}"
    )
    return int(share > MOST)


if __name__ == "__main__":
    sys.exit(main())
