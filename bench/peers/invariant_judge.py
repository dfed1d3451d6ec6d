"""Judges pairs with invariant-sast (z3): a JSON pair a line in, `{"id", "new_access", "seconds"}` (CPU) a line out."""

from __future__ import annotations

import json
import sys
import time

import z3  # type: ignore[import-not-found]
from invariant.policy_check import find_grant_regression  # type: ignore[import-not-found]

SECONDS = 10


def main() -> None:
    """Answer every line; a pair that is not read, or not solved in time, gets null."""
    z3.set_param("timeout", SECONDS * 1000)
    for line in sys.stdin:
        pair = json.loads(line)
        for side in ("old", "new"):
            if isinstance(pair[side]["Statement"], dict):
                pair[side]["Statement"] = [pair[side]["Statement"]]
        started = time.process_time()
        try:
            answer = find_grant_regression(pair["old"], pair["new"]) is not None
        except (z3.Z3Exception, ValueError, TypeError, KeyError, AttributeError):
            answer = None
        seconds = time.process_time() - started
        answer = None if answer is False and seconds >= SECONDS else answer
        print(json.dumps({"id": pair["id"], "new_access": answer, "seconds": seconds}), flush=True)


main()
