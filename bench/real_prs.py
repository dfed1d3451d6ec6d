"""Re-runs the read list of real pull requests and reports the verdicts that changed; 1 if any did.

    python -m bench.real_prs --mirror DIR [--list docs/measurements/real-prs.tsv]

DIR holds `<owner>+<name>/repo`, a git directory per repository. The list has one judged line per finding (or `-` for
a judged silence): repository, base, head, fingerprint, right|wrong|noise|missed, why. A pull request whose repository
is absent is counted, not run.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIST = ROOT / "docs" / "measurements" / "real-prs.tsv"
SILENCE = "-"


@dataclass(frozen=True, slots=True, order=True)
class PullRequest:
    """Repository as `owner/name`, base and head as (abbreviated) commits."""

    repository: str
    base: str
    head: str


def judged(path: Path) -> dict[PullRequest, dict[str, str]]:
    """Judgement by fingerprint, by pull request; a silence is not a fingerprint."""
    found: dict[PullRequest, dict[str, str]] = defaultdict(dict)
    with path.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            seen = found[PullRequest(row["repository"], row["base"], row["head"])]
            if row["fingerprint"] != SILENCE:
                seen[row["fingerprint"]] = row["judgement"]
    return dict(found)


def reported(pull: PullRequest, repository: Path) -> set[str] | str:
    """Fingerprints of what is gained or undecided, or the message of a run that failed."""
    command = [sys.executable, "-m", "bot", "diff", "--repo", str(repository)]
    command += ["--base", pull.base, "--head", pull.head, "--format", "json", "--fail-at", "never"]
    run = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if run.returncode > 1:
        return (run.stderr.strip() or f"exit {run.returncode}").splitlines()[-1]
    review = json.loads(run.stdout)
    return {finding["fingerprint"] for part in ("gained", "undecided") for finding in review[part]}


def changes(known: dict[str, str], now: set[str] | str) -> list[str]:
    """One line per verdict that changed."""
    if isinstance(now, str):
        return [f"failed: {now}"]
    gone = [f"no longer found: {one} (judged {known[one]})" for one in sorted(known.keys() - now)]
    return gone + [f"new, not judged: {one}" for one in sorted(now - known.keys())]


def main() -> int:
    """Run each pull request of the list once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--list", type=Path, default=LIST)
    options = parser.parse_args()
    absent = changed = 0
    pulls = judged(options.list)
    for pull, known in sorted(pulls.items()):
        repository = options.mirror / pull.repository.replace("/", "+") / "repo"
        if not repository.is_dir():
            absent += 1
            continue
        for line in changes(known, reported(pull, repository)):
            changed += 1
            print(f"{pull.repository} {pull.base}..{pull.head} {line}", flush=True)
    print(f"{len(pulls) - absent} pull requests run, {absent} absent, {changed} verdicts changed")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
