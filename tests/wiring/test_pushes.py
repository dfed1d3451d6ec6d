"""Scripted pushes by real reviews on both forges: no false "Fixed", nothing said twice, and each thread a cause."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.contents.git import GitContents
from bot.contents.port import Contents
from bot.fake_forge.world import LineComment
from bot.forges.port import ChangeRequest
from bot.render.marker import read_marker
from bot.review.codec import decode
from bot.review.model import Review
from bot.review_process import child
from bot.review_process.protocol import ChildAnswer, ChildRequest
from tests.fake_forge.stories import changed, in_days
from tests.places import TESTS
from tests.wiring.by_hand import ForgeName, Place, stop_all
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml((TESTS / "cases" / "sandbox" / "pushes.yaml").read_text())

BASE = {
    ".iam-review.yaml": b"mode: enforce\napprovers: [carol]\n",
    "main.tf": b"""\
# one
resource "aws_iam_role" "ci" {
  name = "ci"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = ["ec2.amazonaws.com"] } }]
  })
}

data "aws_iam_policy_document" "ci" {
  statement {
    actions   = ["logs:PutLogEvents"]
    resources = ["*"]
  }
  statement {
    actions   = ["sqs:ReceiveMessage"]
    resources = ["*"]
  }
  statement {
    actions   = ["sqs:DeleteMessage"]
    resources = ["arn:aws:sqs:eu-west-1:111111111111:jobs"]
  }
}

resource "aws_iam_role_policy" "ci" {
  role   = aws_iam_role.ci.name
  policy = data.aws_iam_policy_document.ci.json
}
""",
}


class RealPlace(Place):
    """Reviews what is in the sandbox's git, as it would be reviewed anywhere."""

    base = BASE

    def review(self, request: ChildRequest) -> ChildAnswer:
        """Without a child process."""
        return child.answer(request)

    def contents(self, change: ChangeRequest) -> Contents:
        """By git, which sees what was renamed."""
        return GitContents.local(self.repository.git.directory, change.merge_base, change.head)


@pytest.fixture(scope="module", autouse=True)
def _stop_sandboxes() -> Iterator[None]:
    yield
    stop_all()


@pytest.mark.parametrize("forge", ["github", "gitlab"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_pushes(forge: ForgeName, case: dict[str, Any], tmp_path: Path) -> None:
    place = RealPlace(tmp_path, forge)
    trees: list[Mapping[str, bytes]] = [BASE]
    try:
        for step in case["pushes"]:
            if "accept" in step:
                time.sleep(1 - time.time() % 1)  # forges date comments by the second: the review was published before
                place.say(f"/iam accept {_open(place)[step['accept']]} until={in_days(9)} reason=known", "carol")
            else:
                tree = trees[step["back"]] if "back" in step else changed(trees[-1], step["change"])
                trees.append(tree)
                place.push_files(tree, force=step.get("do") == "force-push")
            place.deliver(place.mine()[-1])
            place.time = datetime.now(UTC)
            place.look()
            assert _seen(place) == sorted(step["comments"]), step
            assert not place.called_fixed() & _granted(place)
    finally:
        place.close()


def _granted(place: Place) -> set[str]:
    """What the newest review finds, as markers name it."""
    kept = place.store.newest_review(place.ref)
    assert kept is not None
    review = decode(kept.review, Review)
    return {str(finding.identity.newest.thread) for finding in review.gained}


def _bodies(place: Place) -> list[LineComment]:
    assert place.pull is not None
    found = place.sandbox.world.line_comments_on(place.pull)
    return [comment for comment in found if comment.author.kind == "Bot" and "iam-review:fp=" in comment.body]


def _open(place: Place) -> list[str]:
    markers = [read_marker(comment.body) for comment in _bodies(place)]
    return [str(marker.thread) for marker in markers if marker and marker.state == ""]


def _seen(place: Place) -> list[str]:
    return sorted(_told(place, comment) for comment in _bodies(place))


def _told(place: Place, comment: LineComment) -> str:
    marker = read_marker(comment.body)
    assert marker is not None and place.pull is not None
    if marker.state == "gone":
        return comment.body.split("**")[1].lower()
    if marker.state:
        return marker.state
    if comment.line is None:
        return "outdated"
    return place.files[place.pull.head][comment.path].splitlines()[comment.line - 1].strip()
