"""Judges pairs with this engine: a JSON pair a line in, `{"id", "new_access", "seconds"}` (CPU) a line out."""

from __future__ import annotations

import json
import sys
import time

from bot.access_diff.pairs import judge_pair
from bot.iam.statement import PolicyKind


def main() -> None:
    """Answer every line; "not decided" is null."""
    for line in sys.stdin:
        pair = json.loads(line)
        started = time.process_time()
        verdict = judge_pair(pair["old"], pair["new"], PolicyKind(pair["kind"]))
        answer = None if verdict.may else verdict.new_access
        print(
            json.dumps({"id": pair["id"], "new_access": answer, "seconds": time.process_time() - started}), flush=True
        )


main()
