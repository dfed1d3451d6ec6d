"""Judges pairs with PolicyGlass: a JSON pair a line in, `{"id", "new_access", "seconds"}` (CPU) a line out."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from policyglass import Policy, dedupe_policy_shards, policy_shards_effect  # type: ignore[import-not-found]


def effective(document: Any) -> Any:
    """What a policy allows, as PolicyGlass's shards."""
    return dedupe_policy_shards(policy_shards_effect(Policy(**document).policy_shards))


def new_access(old: Any, new: Any) -> bool:
    """Whether some shard of `new` is left after taking out every shard of `old`."""
    left = effective(new)
    for shard in effective(old):
        left = [rest for one in left for rest in one.difference(shard)]
    return bool(left)


def main() -> None:
    """Answer every line; a pair PolicyGlass cannot read gets null."""
    for line in sys.stdin:
        pair = json.loads(line)
        started = time.process_time()
        try:
            answer = new_access(pair["old"], pair["new"])
        except (ValueError, TypeError, KeyError, AttributeError, NotImplementedError, RecursionError):
            answer = None
        print(
            json.dumps({"id": pair["id"], "new_access": answer, "seconds": time.process_time() - started}), flush=True
        )


main()
