"""The largest root module of a real repository, evaluated, beside PyPI's tfparse on the same files in the same run.

python -m bench.large_root [--mirror DIR] [--repository OWNER/NAME] [--root DIRECTORY]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from bench.fetched import mirror, repository, tree
from bench.peer import environment, verdict
from bench.small_change import measure
from bot.data_sources import PROVIDER
from bot.evaluated.config import Root
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from bot.reference_cycles import look_rarely

REPOSITORY = "ministryofjustice/modernisation-platform-environments"
ROOT = "terraform/environments/electronic-monitoring-data"
MAX_SHARE = 0.05
MAX_MEGABYTES = 300.0


def main() -> int:
    """Measure both, each in a process of its own; 1 if a figure is over its bound."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", type=Path)
    parser.add_argument("--repository", default=REPOSITORY)
    parser.add_argument("--root", default=ROOT)
    parser.add_argument("--only-evaluate", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    folder = mirror(given.mirror)
    found = repository(folder, given.repository) if folder else None
    if found is None:
        return 0
    if given.only_evaluate:
        print(json.dumps(_evaluate(tree(found), given.root)))
        return 0
    options = ("--mirror", str(folder), "--repository", given.repository, "--root", given.root, "--only-evaluate")
    with tempfile.NamedTemporaryFile() as answer:
        whole, megabytes, _ = measure((sys.executable, "-m", "bench.large_root", *options), Path(answer.name))
        figures: dict[str, object] = json.loads(answer.read())
    seconds = float(str(figures["cpu_seconds"]))
    bounds = {"megabytes": (megabytes, MAX_MEGABYTES)}
    figures |= {"cpu_seconds_with_start_and_git": round(whole, 2), "megabytes": round(megabytes, 1)}
    programs = environment("tfparse")
    if programs is not None:
        theirs, their_megabytes = _tfparse(programs, tree(found), given.root)
        figures |= {"tfparse_cpu_seconds": round(theirs, 1), "tfparse_megabytes": round(their_megabytes)}
        figures["share_of_tfparse"] = round(seconds / theirs, 4)
        bounds["share of tfparse"] = (seconds / theirs, MAX_SHARE)
    print(json.dumps(figures))
    return verdict(bounds)


def _evaluate(found: SourceTree, root: str) -> dict[str, object]:
    look_rarely()
    begun = time.process_time()
    config = evaluate(found, Root(root), PROVIDER, SyntaxCache())
    seconds = time.process_time() - begun
    return {
        "root": root,
        "instances": len(config.resources),
        "gaps": len(config.gaps),
        "cpu_seconds": round(seconds, 2),
    }


def _tfparse(programs: Path, found: SourceTree, root: str) -> tuple[float, float]:
    """Its CPU seconds and megabytes on the same files in a folder."""
    with tempfile.TemporaryDirectory() as folder:
        for path in found.listing:
            content = found.read(path)
            if content is not None:
                (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
                (Path(folder) / path).write_bytes(content)
        script = "import sys, tfparse; tfparse.load_from_path(sys.argv[1])"
        seconds, megabytes, _ = measure((str(programs / "python"), "-c", script, f"{folder}/{root}"))
    return seconds, megabytes


if __name__ == "__main__":
    sys.exit(main())
