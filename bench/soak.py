"""The long comparisons one after another (`make soak`), an hour on one core; 1 if any finds something.

    python -m bench.soak [--seed 1]

Over 100,000 requests at base and at head through the simulator, every request of a small world, AWS-managed policies
against their next version and against themselves in other words, the former put to an SMT solver too, 5,000 small
changes of Terraform against a judge of its own (1,500 of them of the repositories that IAM_REVIEW_MIRROR names), 500
conversations on each forge through troubles, by hand and with the whole bot (which is mostly waiting), ten times the
random examples of the tests, and what they nest at ten times the depth. A tenth or so of each is in `make test`:
recorded answers, tests/oracles/test_small_world.py, the properties, what tests/soaking.py is asked by.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

COMPARISONS: tuple[tuple[str, ...], ...] = (
    ("bench.differential", "--world", "identity", "--pairs", "6000"),
    ("bench.differential", "--world", "resource", "--pairs", "2500"),
    ("bench.differential", "--world", "trust", "--pairs", "1500"),
    ("bench.differential", "--world", "bounded", "--pairs", "1500"),
    ("bench.brute_force", "--kind", "identity", "--minutes", "10"),
    ("bench.brute_force", "--kind", "resource", "--minutes", "10"),
    ("bench.rewritten",),
    ("bench.soak_managed",),
    ("bench.smt", "--pairs", "conformance", "--new"),
    ("bench.smt", "--pairs", "managed", "--new"),
    ("bench.smt", "--pairs", "managed", "--reverse"),
    ("bench.silence", "--own", "3500", "--fetched", "1500"),
    ("bench.soak_conversation", "500", "github"),
    ("bench.soak_conversation", "500", "gitlab"),
    ("bench.prism_judge",),
    ("pytest", "--hypothesis-profile", "soak", "tests/wiring/test_conversation_machine.py"),
    ("pytest", "--hypothesis-profile", "soak", "tests/review/recheck/test_never_wrong.py"),
    ("pytest", "--hypothesis-profile", "soak", "tests/frontends/terraform/test_nesting.py"),
    ("pytest", "--hypothesis-profile", "soak", "tests/frontends/terraform/test_bombs.py"),
    ("pytest", "--hypothesis-profile", "soak", "tests/frontends/terraform/test_same_tree.py"),
    ("pytest", "--hypothesis-profile", "soak", "tests/frontends/terraform/test_any_value.py"),
    ("pytest", "--hypothesis-profile", "soak", "tests/frontends/terraform/functions/test_any_argument.py"),
    ("pytest", "--hypothesis-profile", "soak", "tests/review/redaction/test_reviews.py"),
    ("pytest", "--hypothesis-profile", "soak", "tests/fake_forge/test_stories.py", "-k", "thousand"),
    ("pytest", "--hypothesis-profile", "soak", "tests/iam/test_patterns.py", "tests/access_diff/test_properties.py"),
    ("pytest", "--hypothesis-profile", "soak", "tests/risk/test_score.py"),
)

UNSEEDED = ("bench.soak_managed", "bench.soak_conversation", "bench.prism_judge", "pytest")


def main() -> int:
    """Run each, its output as it comes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", default="1")
    seed = parser.parse_args().seed
    failed = []
    for module, *options in COMPARISONS:
        seeded = [] if module in UNSEEDED else ["--seed", seed]
        print(f"== {' '.join([module, *options])}", flush=True)
        if subprocess.run([sys.executable, "-m", module, *options, *seeded], cwd=ROOT, check=False).returncode:
            failed.append(" ".join([module, *options]))
    print(f"== {'found something: ' + ', '.join(failed) if failed else 'all agree'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
