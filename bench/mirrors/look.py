"""Evaluates, extracts and inventories the roots of one fetched repository; each root's exception ends that root alone.

    python -m bench.mirrors.look GIT_DIRECTORY ROOTS SEED SECONDS < done

Run by `bench.mirrors.roots` in a process with bounds. One JSON line when a root is begun and one when it is done, so
that whoever started this knows which root ended the whole process. `done` is a JSON list of roots to leave out.
"""

from __future__ import annotations

import json
import signal
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from bench.mirrors.repositories import drawn
from bot.contents.git import GitContents
from bot.contents.port import Revisions
from bot.data_sources import PROVIDER
from bot.evaluated.config import EvaluatedConfig, Root
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.symlinks import followed
from bot.extract import extract
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.modules.affected_roots import affected_roots
from bot.frontends.terraform.modules.module import SUFFIXES
from bot.frontends.terraform.modules.var_file_names import VAR_FILE_SUFFIXES
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from bot.iam.managed import managed_policy
from bot.reference_cycles import look_rarely
from bot.render.inventory_text import write
from bot.review.inventory.model import inventory
from bot.review.roots import root_choices
from bot.review_config.settings import ReviewConfig
from bot.review_process.rounds import MAX_ROUNDS

CHOICE = "(which roots there are)"
"""Stands for a root where the search for them fails."""


class TooLong(BaseException):
    """A root used up its CPU seconds; no Exception, so that nothing takes it for one of the bot's."""


class Head:
    """The files of HEAD; more of them are read as they are asked for."""

    def __init__(self, directory: Path) -> None:
        self.contents = GitContents.local(directory, "HEAD", "HEAD")
        self.found: Revisions = self.contents.revisions()
        self.blobs = dict(self.found.blobs)
        self.cache = SyntaxCache()

    def tree(self, last: bool = False) -> SourceTree:
        listing = self.found.head_listing
        absent = frozenset(listing.values()) - self.blobs.keys() if last else frozenset[str]()
        return followed(SourceTree("HEAD", listing, self.blobs, absent))

    def bring(self, paths: frozenset[str]) -> None:
        wanted = {self.found.head_listing[path] for path in paths if path in self.found.head_listing}
        self.blobs.update(self.contents.read(wanted - self.blobs.keys()))

    def roots(self) -> tuple[Root, ...]:
        """Every root module, once for each set of var files."""
        changed = frozenset(path for path in self.found.head_listing if path.endswith((*SUFFIXES, *VAR_FILE_SUFFIXES)))
        for turn in range(MAX_ROUNDS + 1):
            tree = self.tree(turn == MAX_ROUNDS)
            answer = affected_roots(tree, tree, changed, root_choices(ReviewConfig()), self.cache)
            if not answer.needs:
                break
            self.bring(answer.needs)
        return answer.roots

    def config(self, root: Root) -> EvaluatedConfig:
        """One root, evaluated with all that it reads."""
        for turn in range(MAX_ROUNDS + 1):
            config = evaluate(self.tree(turn == MAX_ROUNDS), root, PROVIDER, self.cache)
            if not config.needs:
                break
            self.bring(config.needs)
        return config


def main(directory: Path, most: int, seed: str, seconds: float, done: frozenset[str]) -> None:
    """Print the roots there are, then what comes of each of them."""
    look_rarely()
    signal.signal(signal.SIGPROF, _too_long)
    _say(begin=CHOICE)
    started = time.process_time()
    try:
        head = Head(directory)
        roots = {_name(root): root for root in head.roots()}
    except Exception:  # noqa: BLE001  Told to whoever started this.
        _say(end=CHOICE, traceback=traceback.format_exc(), seconds=_since(started))
        return
    _say(end=CHOICE, roots=len(roots), seconds=_since(started))
    for name in drawn(roots, most, seed):
        if name not in done:
            _say(begin=name)
            _say(end=name, **_looked_at(head, roots[name], seconds))


def _looked_at(head: Head, root: Root, seconds: float) -> dict[str, object]:
    started = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, seconds)
    found: dict[str, object]
    try:
        config = head.config(root)
        extracted = extract(config, managed_policy)
        write(inventory([extracted]))
        kinds = [gap.diagnostic.kind for gap in config.gaps if gap.diagnostic.kind.meaning.structural]
        kinds += [gap.diagnostic.kind for gap in extracted.gaps]
        found = {"instances": len(config.resources), "gaps": Counter(kinds)}
    except TooLong:
        found = {"over": f"CPU, after {seconds:.0f} s"}
    except MemoryError:
        found = {"over": "memory"}
    except Exception:  # noqa: BLE001  One root's exception is reported, and the next root looked at.
        found = {"traceback": traceback.format_exc()}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return {**found, "seconds": _since(started)}


def _too_long(_signal: int, _frame: object) -> None:
    raise TooLong


def _name(root: Root) -> str:
    choices = [root.variant, root.settings.workspace or ""]
    return " ".join(filter(None, [root.directory or ".", *choices]))


def _since(started: float) -> float:
    return round(time.process_time() - started, 3)


def _say(**line: object) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], float(sys.argv[4]), frozenset(json.load(sys.stdin)))
