"""AWS-managed policies against the same policies written differently: nothing may be new, either way, and quickly.

    python -m bench.rewritten [--limit N] [--seed 1]

Statements are shuffled and split over their actions or resources, action names change case, scalars become lists,
condition keys change case. Any "new access", "not decided" or time over two seconds is printed.
"""

from __future__ import annotations

import argparse
import copy
import sys
import time
from collections import Counter
from random import Random
from typing import Any

from bot.access_diff.pairs import judge_pair
from bot.iam.managed import managed_policy, managed_policy_arns
from bot.iam.statement import PolicyKind
from tests.oracles.iam_simulate import Json

SLOWEST_ALLOWED = 2.0


def rewritten(random: Random, document: Json) -> Json:
    """The same permissions in other words."""
    statements = [part for statement in _listed(document["Statement"]) for part in _split(random, statement)]
    random.shuffle(statements)
    return {**document, "Statement": [_respelled(random, statement) for statement in statements]}


def _split(random: Random, statement: Json) -> list[Json]:
    """The statement as several, each with some of its actions and resources; an Allow or Deny of parts is the same."""
    parts = [{key: value for key, value in statement.items() if key != "Sid"}]
    for element in ("Action", "Resource"):
        items = list(_listed(statement.get(element, ())))
        if len(items) > 1 and random.random() < 0.5:
            random.shuffle(items)
            cut = random.randrange(1, len(items))
            parts = [{**part, element: some} for part in parts for some in (items[:cut], items[cut:])]
    return parts


def _respelled(random: Random, statement: Json) -> Json:
    statement = copy.deepcopy(statement)
    for element in ("Action", "NotAction"):
        if element in statement:
            statement[element] = [
                random.choice((str.lower, str.upper, str))(name) for name in _listed(statement[element])
            ]
    for element in ("Resource", "NotResource"):
        if element in statement:
            statement[element] = _listed(statement[element])
    for operator, keys in statement.get("Condition", {}).items():
        statement["Condition"][operator] = {_other_case(random, key): _listed(values) for key, values in keys.items()}
    return statement


def _other_case(random: Random, key: str) -> str:
    """A tag's name keeps its case: in it, case counts for the service."""
    return key if "/" in key else random.choice((key, key.lower()))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def main() -> int:
    """Judge both ways, print what is wrong; 1 if anything is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, help="only N policies, chosen by the seed")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random = Random(options.seed)
    arns = list(managed_policy_arns())
    random.shuffle(arns)
    problems: Counter[str] = Counter()
    for arn in arns[: options.limit]:
        document = managed_policy(arn)
        assert document is not None
        other = rewritten(random, document)
        for old, new in ((document, other), (other, document)):
            for problem in _problems(old, new):
                problems[problem.split(":")[0]] += 1
                print(f"{arn.rpartition('/')[2]}: {problem}")
    print(f"{2 * len(arns[: options.limit]):,} pairs: {dict(problems) or 'nothing new, all in time'}")
    return 1 if problems else 0


def _problems(old: Json, new: Json) -> list[str]:
    started = time.process_time()
    verdict = judge_pair(old, new, PolicyKind.IDENTITY)
    seconds = time.process_time() - started
    found = [f"slow: {seconds:.1f} s"] if seconds > SLOWEST_ALLOWED else []
    if verdict.new_access:
        found.append(f"false alarm: {verdict.witness}")
    if verdict.may:
        found.append(f"not decided: {verdict.why}")
    return found


if __name__ == "__main__":
    sys.exit(main())
