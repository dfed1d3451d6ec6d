"""Evaluates root modules below a folder: instances, gaps by kind, seconds and megabytes.

Usage: python -m bench.evaluate FOLDER [ROOT...]; without roots, every directory that no module call names.
"""

from __future__ import annotations

import hashlib
import resource
import sys
import time
from collections import Counter
from pathlib import Path

from bot.evaluated.config import EvaluatedConfig, Provider, Root
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.syntax.source_files import SyntaxCache


def folder_tree(folder: Path) -> SourceTree:
    """The files of a folder as one revision."""
    listing: dict[str, str] = {}
    blobs: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or ".git" in path.parts:
            continue
        content = path.read_bytes()
        blob = hashlib.sha1(content).hexdigest()
        listing[str(path.relative_to(folder))] = blob
        blobs[blob] = content
    return SourceTree("folder", listing, blobs)


def provider() -> Provider:
    """The AWS provider, if it is there."""
    try:
        from bot.data_sources import PROVIDER
    except ImportError:
        return Provider()
    found: Provider = PROVIDER
    return found


def report(config: EvaluatedConfig, seconds: float) -> None:
    kinds = dict(Counter(gap.kind for gap in config.gaps))
    print(f"{config.root.directory or '.'}: {len(config.resources)} instances, {seconds:.2f} s, gaps {kinds}")


def main(folder: str, *names: str) -> None:
    tree = folder_tree(Path(folder))
    cache = SyntaxCache()
    directories = {path.rpartition("/")[0] for path in tree.listing if path.endswith((".tf", ".tf.json"))}
    totals: Counter[str] = Counter()
    begun = time.process_time()
    for name in names or sorted(directories):
        started = time.process_time()
        config = evaluate(tree, Root(name), provider(), cache)
        seconds = time.process_time() - started
        totals.update(gap.kind for gap in config.gaps)
        if names or seconds > 0.5:
            report(config, seconds)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = time.process_time() - begun
    print(f"{len(names) or len(directories)} roots, {spent:.2f} s CPU, {megabytes:.0f} MB, gaps {dict(totals)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
