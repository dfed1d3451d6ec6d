"""Every root of every fetched repository evaluated at HEAD, its last merged changes reviewed; 1 if anything raised.

    python -m bench.mirrors --mirror DIR [--part build|fresh|all] [--quick] [--seed N] [--minutes N] [--state DIR]
                            [--repository OWNER/NAME] [--json FILE] [--record DIR]
    python -m bench.mirrors --mirror DIR --compare DIR [--limit N] [--code CHECKOUT]
                            [--keep DIR | --kept DIR] [--but GROUP ...]

DIR holds `<owner>+<name>/repo`, a git directory for each repository. Repositories are split once and for all, by a hash
of their name, into `build` and `fresh`; of fresh ones beside build ones only exceptions and seconds are shown.
`--quick` draws some changes of each, ends within 5 minutes and says what it left out. Without it a run that
was ended goes on where it was, as long as the bot's code is the same. `--record` keeps every review, and those of the
cases of tests/cases/changes, without their seconds; `--compare` runs them again, with the code of another checkout if
wanted, and prints what differs, last in groups: a field of the JSON, how it differs, how many reviews, some of them.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.fetched import mirror
from bench.mirrors import oracle
from bench.mirrors.budget import Budget
from bench.mirrors.faults import Fault, told
from bench.mirrors.repositories import repositories
from bench.mirrors.reviews import ROOT, Code
from bench.mirrors.state import State, code_hash
from bench.mirrors.survey import Extent, Seen, Survey
from bench.mirrors.tally import as_json, table, tally, total

QUICK = Extent(changes=20)
QUICK_MINUTES = 4.7
"""The rest of five minutes is for listing before and ending after it."""

STATE = Path(tempfile.gettempdir()) / "iam-review-bench" / "mirrors"


def main() -> int:
    """Survey or compare."""
    given = _options()
    folder = mirror(given.mirror)
    if folder is None:
        return 0
    if given.compare:
        against = oracle.Against(folder, Code.of(given.code), given.keep, given.kept, tuple(given.but))
        return oracle.compare(given.compare, against, given.limit)
    part = given.part or ("all" if given.record or given.repository else "build")
    found = [one for one in repositories(folder, part) if given.repository in (None, one.name)]
    if not found:
        print(f"no repository {given.repository or ''} of part {part} in {folder}")
        return 1
    started = time.monotonic()
    minutes = given.minutes or (QUICK_MINUTES if given.quick else None)
    state = given.state or (None if given.quick else STATE)
    extent = dataclasses.replace(QUICK if given.quick else Extent(given.changes, given.changes), seed=given.seed)
    budget = Budget(minutes * 60 if minutes else None, len(found))
    seen = Survey(extent, budget, State.of(state, ROOT / "bot")).run(found)
    of_cases = _record(given.record, seen) if given.record else []
    return _report(seen, of_cases, part, time.monotonic() - started, given.json)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", type=Path)
    parser.add_argument("--part", choices=("build", "fresh", "all"), help="default: build; all with --record")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seed", default="0", help="another one draws other changes and roots")
    parser.add_argument("--repository", metavar="OWNER/NAME", help="look at this one only")
    parser.add_argument("--minutes", type=float, help="wall time to share out among the repositories")
    parser.add_argument("--changes", type=int, default=30, help="so many of each repository, the last ones")
    parser.add_argument("--state", type=Path, help=f"default: {STATE}; none with --quick")
    parser.add_argument("--json", type=Path, help="write everything there, tracebacks too")
    parser.add_argument("--record", type=Path, metavar="DIR")
    parser.add_argument("--compare", type=Path, metavar="DIR")
    parser.add_argument("--limit", type=int, help="compare so many of the recorded reviews, always the same")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="with --compare: what is said now is written there")
    parser.add_argument("--kept", type=Path, metavar="DIR", help="with --compare: what was kept, nothing is run again")
    parser.add_argument("--but", nargs="*", default=[], metavar="GROUP", help="with --compare: known groups, not told")
    parser.add_argument("--code", type=Path, help="compare with the bot of this checkout")
    return parser.parse_args()


def _record(folder: Path, seen: Sequence[Seen]) -> list[Fault]:
    outcomes = ((change, one.outcomes[change]) for one in seen for change in one.drawn if change in one.outcomes)
    written, skipped = oracle.record_changes(folder, outcomes)
    cases, faults = oracle.record_cases(folder, Code())
    print(f"recorded {written} changes and {cases} cases")
    for name in skipped:
        print(f"not recorded, not finished: {name}")
    return faults


def _report(seen: Sequence[Seen], of_cases: Sequence[Fault], part: str, seconds: float, file: Path | None) -> int:
    tallies = [tally(one) for one in seen]
    judged = [one for one in tallies if part != "all" or one.part == "build"]
    print("\n".join(table(tallies, judged)))
    faults = [*total(tallies).faults, *of_cases]
    print("\n".join(told(faults)))
    print(f"{len(tallies)} repositories ({part}), {len(faults)} exceptions, {seconds:.0f} s")
    if file is not None:
        content = {
            "code": code_hash(ROOT / "bot"),
            "part": part,
            "seconds": round(seconds, 1),
            "exceptions": len(faults),
            "repositories": [as_json(one, one in judged) for one in tallies],
            "total": as_json(total(judged), True),
        }
        file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
