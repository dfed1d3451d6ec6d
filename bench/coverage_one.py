"""The policies that one change touches, as JSON: how many, how many are read in full, and what hides the others.

python -m bench.coverage_one GIT_DIRECTORY BASE HEAD
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.contents.git import GitContents
from bot.data_sources import PROVIDER
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.symlinks import followed
from bot.evaluated.touched import parse_diff
from bot.extract.documents import DocumentReading, read
from bot.extract.extraction import documents, root_name
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.modules.affected_roots import affected_roots
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from bot.reference_cycles import look_rarely
from bot.review.model import Review
from bot.review.roots import root_choices
from bot.review_config.rules_file import load_file
from bot.review_process import child
from bot.review_process.protocol import ChildAnswer, ChildRequest, JudgeChange
from bot.review_process.rounds import Options, review_contents

LIMIT = 300
"""Seconds for one change."""

OF_DOCUMENTS = frozenset(kind for kind in DiagnosticKind if kind.meaning.told_by == "documents")
"""Gaps that are about a document, which is counted as such."""

REMOTE = DiagnosticKind.REMOTE_MODULE
"""The gap of a module whose code is not in the repository: it is no policy, and may hold any number of them."""

Policies = dict[tuple[str, str, int], DocumentReading]
"""By root, address and place among that address's documents."""


def main(directory: Path, base: str, head: str) -> None:
    """Print what was found."""
    requests: list[JudgeChange] = []

    def reviewer(request: ChildRequest) -> ChildAnswer:
        assert isinstance(request, JudgeChange)
        requests.append(request)
        return child.answer(request)

    review = review_contents(GitContents.local(directory, base, head), reviewer, Options(fail_at="never")).review
    print(json.dumps(_summary(review, *_both(requests[-1]))))


def _both(request: JudgeChange) -> tuple[Policies, Policies]:
    """The policies of each side."""
    look_rarely()
    fetched = request.fetched
    base, head = (
        followed(SourceTree(revision, listing, fetched.blobs, frozenset(listing.values()) - fetched.blobs.keys()))
        for revision, listing in ((fetched.base, fetched.base_listing), (fetched.head, fetched.head_listing))
    )
    rules = load_file(request.config.repository, request.config.source).rules
    cache = SyntaxCache()
    roots = affected_roots(base, head, parse_diff(request.diff).paths, root_choices(rules), cache).roots
    sides: list[Policies] = []
    for tree in (base, head):
        found: Policies = {}
        for root in roots:
            places: Counter[str] = Counter()
            for document in documents(evaluate(tree, root, PROVIDER, cache)):
                found[root_name(root), document.policy, places[document.policy]] = read(document)
                places[document.policy] += 1
        sides.append(found)
    return sides[0], sides[1]


def _summary(review: Review, before: Policies, after: Policies) -> dict[str, object]:
    changed = {
        key: after.get(key) or before[key]
        for key in {**before, **after}
        if key not in before or key not in after or _says(before[key]) != _says(after[key])
    }
    incomplete = [reading for reading in changed.values() if not reading.complete]
    reasons = list(_reasons(incomplete))
    hiding = [gap for gap in review.gaps if gap.changed and gap.carries_policy and gap.kind not in OF_DOCUMENTS]
    others = [(gap.kind, gap.reason) for gap in hiding if gap.kind != REMOTE]
    return {
        "policies": len(changed) + len(others),
        "complete": len(changed) - len(incomplete),
        "undecided": len(review.undecided),
        "doubts": [
            [one.kind, one.title, one.why, f"{one.location.file}:{one.location.line}"] for one in review.undecided
        ],
        "reasons": reasons + others,
        "remote": len(hiding) - len(others),
        "roots": review.stats.roots,
    }


def _says(reading: DocumentReading) -> object:
    return (reading.statements, [(problem.kind, problem.reason) for problem in reading.problems])


def _reasons(readings: list[DocumentReading]) -> Iterator[tuple[str, str]]:
    """The first problem that hides something, of each."""
    for reading in readings:
        problem = next(problem for problem in reading.problems if problem.blind)
        yield problem.kind, problem.reason


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
