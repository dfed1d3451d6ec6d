"""Values of sensitive variables are in no review: not in a finding, a witness, a trail or a gap."""

from __future__ import annotations

import pytest

from bot.evaluated.source_tree import SourceTree
from bot.review.codec import encode
from bot.review.redaction.declared import sensitive_values
from bot.review_process import child
from bot.review_process.rounds import review_contents
from tests.fakes.contents import FakeContents
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES: dict[str, dict[str, str]] = read_yaml((TESTS / "cases" / "secrecy" / "sensitive.yaml").read_text())

MAIN = """resource "aws_iam_policy" "p" {
  name = "p"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["ACTION"]
      Resource  = ["arn:aws:s3:::b/*"]
      Condition = { StringEquals = { "aws:Referer" = trimspace(var.token) } }
    }]
  })
}
"""


def reviewed(files: dict[str, str]) -> str:
    before, after = ({"main.tf": MAIN.replace("ACTION", action), **files} for action in ("s3:GetObject", "s3:*"))
    review = review_contents(FakeContents(before, after), child.answer).review
    assert review.gained
    return encode(review).decode()


@pytest.mark.parametrize("name", CASES)
def test_a_sensitive_value_is_hidden(name: str) -> None:
    said = reviewed(CASES[name])
    assert "hunter2-canary" not in said
    assert "(sensitive value)" in said


def test_other_values_are_shown() -> None:
    said = reviewed({"variables.tf": 'variable "token" {}\n', "terraform.tfvars": 'token = "hunter2-canary"\n'})
    assert "hunter2-canary" in said


def test_values_that_stand_in_objects() -> None:
    """What Terragrunt gives, and what an attribute of an object type is by default."""
    files = {
        "v.tf": 'variable "token" {\n  type = object({ a = optional(string, "by default}") })\n  sensitive = true\n}\n',
        "terragrunt.hcl": 'inputs = {\n  name  = "p"\n  token = { a = "given}", b = [123456, 234567] }\n}\n',
    }
    tree = SourceTree("head", {path: path for path in files}, {path: text.encode() for path, text in files.items()})
    assert sensitive_values([tree]) == {"by default}", "given}", "123456", "234567"}
