"""Every AWS-managed policy given to a new role: which ways up it completes, and what looking for them costs.

python -m bench.escalation_managed [--write docs/measurements/FILE.md]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.peer import verdict
from bot.access_diff.delta import Change, Delta, HolderDelta
from bot.access_diff.rows import plain_row
from bot.evaluated.document import from_json
from bot.iam.grant import Grant
from bot.iam.packaged import data_lines
from bot.iam.policy import parse_policy
from bot.iam.policy_subject import Role
from bot.iam.statement import Effect, PolicyKind
from bot.risk.escalation.find import escalations
from bot.risk.escalation.iam_graph import EMPTY_GRAPH
from bot.risk.escalation.model import Escalation

MAX_SECONDS_EACH = 10.0
MAX_SECONDS_ALL = 60.0
ROLE = Role("", "aws_iam_role.new", "new")


@dataclass(frozen=True, slots=True)
class Looked:
    """One policy: its name, the ways up it completes, CPU seconds."""

    name: str
    found: tuple[Escalation, ...]
    seconds: float


def looked() -> Iterator[Looked]:
    """Every managed policy of the package."""
    for line in data_lines("managed_policies.jsonl.gz"):
        row = json.loads(line) if line.strip() else {}
        if isinstance(row, list):
            statements = parse_policy(from_json(row[-1]), PolicyKind.IDENTITY).statements
            grants = tuple(Grant(ROLE, PolicyKind.IDENTITY, one, row[0]) for one in statements)
            gained = tuple(Change(plain_row(one), one, ()) for one in statements if one.effect is Effect.ALLOW)
            delta = HolderDelta(None, ROLE, PolicyKind.IDENTITY, Delta(gained), grants)
            started = time.process_time()
            found = escalations(delta, EMPTY_GRAPH)
            yield Looked(row[0], found, time.process_time() - started)


def main() -> int:
    """Print the figures; 1 if one is over its bound."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, help="also write the figures to this file")
    given = parser.parse_args()
    every = list(looked())
    slowest = max(every, key=lambda one: one.seconds)
    whole = sum(one.seconds for one in every)
    worst = [one for one in every if one.found and one.found[0].outcome.grade == "critical"]
    paths = Counter(path.path.id for one in every for path in one.found)
    text = (
        f"{len(every)} policies in {whole:.1f} s of CPU, the slowest ({slowest.name}) in {slowest.seconds:.1f} s; "
        f"{sum(bool(one.found) for one in every)} complete a way up, {len(worst)} to administrator.\n\n"
        "| path | policies |\n|---|---|\n" + "\n".join(f"| {path} | {count} |" for path, count in paths.most_common(15))
    )
    print(text)
    if given.write:
        named = "\n".join(f"- {one.name}: {one.found[0].path.id}" for one in worst)
        given.write.write_text(
            f"# Ways up in AWS's own policies\n\n`python -m bench.escalation_managed`\n\n{text}\n\n"
            f"Those that lead to administrator, each with the shortest path:\n\n{named}\n"
        )
    return verdict({"slowest policy": (slowest.seconds, MAX_SECONDS_EACH), "all": (whole, MAX_SECONDS_ALL)})


if __name__ == "__main__":
    sys.exit(main())
