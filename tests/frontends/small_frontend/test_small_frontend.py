"""A second front end costs one package and one line: its changes are reviewed, and told on their lines."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversation.change_request.handle import Ports, review_change_request
from bot.frontends import front_ends
from bot.review_process import child
from tests.fakes.contents import FakeContents
from tests.fakes.forge import REF, FakeForge
from tests.frontends.small_frontend.toy import Toy
from tests.places import TESTS
from tests.told import told_in_review
from tests.yaml_files import read_yaml

CASES: dict[str, dict[str, Any]] = read_yaml((TESTS / "cases" / "small_frontend" / "changes.yaml").read_text())
RULES = {".iam-review.yaml": "mode: enforce\n"}
BASE = "role crawler lambda.amazonaws.com\nallow crawler s3:GetObject arn:aws:s3:::pages/*\n"
TERRAFORM = """resource "aws_iam_user_policy" "p" {
  user   = "u"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }] })
}
"""


@pytest.fixture(autouse=True)
def _one_line_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_ends, "FRONT_ENDS", (*front_ends.FRONT_ENDS, Toy))


@pytest.mark.parametrize("name", CASES)
def test_change(name: str) -> None:
    case, forge = CASES[name], FakeForge()
    contents = FakeContents(RULES | {"app/main.toy": BASE}, RULES | {"app/main.toy": BASE + case["adds"]})
    outcome = review_change_request(REF, Ports(forge, lambda _: contents, child.answer), lambda: False)
    assert outcome.review is not None
    inline = {one.line: one.body for one in forge.comments.get(REF, ()) if one.kind == "inline"}
    wanted = case.get("comments", {})
    assert inline.keys() == wanted.keys(), inline
    assert all(words in inline[line] for line, words in wanted.items()), inline
    assert told_in_review(outcome.review.gaps) == case.get("gaps", [])
    assert not contents.asked


def test_both_languages_in_one_directory() -> None:
    forge = FakeForge()
    base = RULES | {"main.toy": BASE, "main.tf": TERRAFORM}
    head = RULES | {"main.toy": BASE + "allow crawler iam:* *\n", "main.tf": TERRAFORM.replace("GetObject", "*")}
    review_change_request(REF, Ports(forge, lambda _: FakeContents(base, head), child.answer), lambda: False)
    inline = {(one.path, one.line) for one in forge.comments.get(REF, ()) if one.kind == "inline"}
    assert inline == {("main.toy", 3), ("main.tf", 3)}
