"""What evaluating the head costs once the base is evaluated: only the files that changed are read again.

Without a fetched repository a generated one is measured.

    python -m bench.head_after_base [--mirror DIR] [--repository OWNER/NAME] [--root DIRECTORY]
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from pathlib import Path

from bench.fetched import mirror, repository, tree
from bench.large_root import REPOSITORY, ROOT
from bench.peer import verdict
from bot.data_sources import PROVIDER
from bot.evaluated.config import Root
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from bot.reference_cycles import look_rarely


def main() -> int:
    """Change one file of a root and evaluate it again; 1 if more than that file was parsed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", type=Path)
    parser.add_argument("--repository", default=REPOSITORY)
    parser.add_argument("--root", default=ROOT)
    given = parser.parse_args()
    folder = mirror(given.mirror)
    found = repository(folder, given.repository) if folder else None
    base, root = (tree(found), given.root) if found else (_generated(), "live")
    look_rarely()
    changed = next(path for path in sorted(base.listing) if path.startswith(f"{root}/") and path.endswith(".tf"))
    content = (base.read(changed) or b"") + b"\n# changed\n"
    head = dataclasses.replace(
        base, listing={**base.listing, changed: "changed"}, blobs={**base.blobs, "changed": content}
    )
    cache = SyntaxCache()
    first, files = _timed(base, root, cache)
    second, again = _timed(head, root, cache)
    figures = {"root": root, "base_cpu_seconds": round(first, 3), "base_files_parsed": files}
    print(json.dumps(figures | {"head_cpu_seconds": round(second, 3), "head_files_parsed": again}))
    return verdict({"files parsed at the head": (again, 1), "share of the base's time": (second / first, 1.1)})


def _timed(side: SourceTree, root: str, cache: SyntaxCache) -> tuple[float, int]:
    begun = time.process_time()
    config = evaluate(side, Root(root), PROVIDER, cache)
    return time.process_time() - begun, config.parsed


def _generated() -> SourceTree:
    """A root of a hundred files with ten roles each."""
    role = (
        'resource "aws_iam_role" "NAME" {\n  name = "NAME"\n  assume_role_policy = jsonencode({ Statement = [] })\n}\n'
    )
    texts = {
        f"live/f{file:03}.tf": "".join(role.replace("NAME", f"r{file}-{each}") for each in range(10)).encode()
        for file in range(100)
    }
    return SourceTree("generated", {path: path for path in texts}, texts)


if __name__ == "__main__":
    sys.exit(main())
