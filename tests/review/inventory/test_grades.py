"""A holder has one grade: what the inventory says of it is the worst that a review against nothing finds about it."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from bot.evaluated.fence import Clock
from bot.review.inventory.stock import Stock, head_inventory
from bot.review.model import GRADES, Finding
from bot.review_config.settings import ReviewConfig
from bot.review_process import child
from bot.review_process.protocol import Fetched
from bot.review_process.rounds import review_contents, take_inventory
from tests.fakes.contents import FakeContents
from tests.places import TESTS

HEADS = [
    head
    for head in sorted(TESTS.glob("cases/changes/*/head"))
    if not head.parent.name.startswith("latent-") and zlib.crc32(head.parent.name.encode()) % 5 == 0
]
"""One in five, by name, so that a new case takes no other's place; without what a default keeps out, which a review
tells and nobody holds."""


def _files(directory: Path) -> dict[str, str]:
    found = (path for path in directory.rglob("*") if path.is_file() and path.name != ".iam-review.yaml")
    return {path.relative_to(directory).as_posix(): path.read_text(errors="replace") for path in found}


OTHERS = ("credential-created", "cross-account")
"""A credential has a finding of its own, and which accounts are ours a review asks its base, which says nothing."""


def _of_holders(finding: Finding) -> bool:
    """Whether it is what a holder itself has: no thing's that runs as one, no example's."""
    rules = {finding.rule, *finding.also}
    return finding.kind != "reach" and bool(finding.proofs) and finding.may_block and rules.isdisjoint(OTHERS)


@pytest.mark.parametrize("head", HEADS, ids=lambda path: path.parent.name)
def test_the_worst_is_that_of_a_review_against_nothing(head: Path) -> None:
    files = _files(head)
    review = review_contents(FakeContents({}, files), child.answer).review
    holders = take_inventory(FakeContents(files, files), child.answer).holders
    found = {(one.root, one.address): GRADES.index(one.grade) for one in holders}
    for finding in filter(_of_holders, review.gained):
        if any(proof.root in files for proof in finding.proofs):
            continue  # a policy that no Terraform reads is in no inventory
        proved = [found.get((proof.root, proof.address), 0) for proof in finding.proofs]
        assert max(proved) >= GRADES.index(finding.grade), finding.title
    worst = max(found.values(), default=0)
    assert worst <= max((GRADES.index(one.grade) for one in (*review.gained, *review.undecided)), default=0)


def test_without_time_each_statement_is_graded_by_itself_and_that_is_said() -> None:
    role = 'resource "aws_iam_role_policy" "p" {\n  role = "app"\n  policy = jsonencode({Version = "2012-10-17", '
    role += 'Statement = [{Effect = "Allow", Action = "s3:GetObject", Resource = "*"}]})\n}\n'
    tree = child.head_of(Fetched("a", "a", {"main.tf": "1"}, {"main.tf": "1"}, {"1": role.encode()}))
    ticks = iter(range(10**6))
    whole = head_inventory(tree, ReviewConfig())
    late = head_inventory(tree, ReviewConfig(), clock=Clock(1.0, lambda: float(next(ticks))))
    assert isinstance(whole, Stock) and isinstance(late, Stock)
    assert [one.grade for one in (*whole.holders, *late.holders)] == ["high", "high"]
    assert [one.worst.endswith("; by the statement alone") for one in (*whole.holders, *late.holders)] == [False, True]
