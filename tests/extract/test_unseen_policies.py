"""Where the name of an attached policy that is not seen comes from, and whether equal words mean one policy."""

from __future__ import annotations

from typing import Any

import pytest

from bot.data_sources import PROVIDER
from bot.evaluated.config import Root
from bot.evaluated.document import Symbol
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.symbol_origin import origin_of
from bot.extract import extract
from bot.extract.extracted import UnseenPolicy
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from bot.iam.managed import managed_policy
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml((TESTS / "cases/diagnostics/unseen_policies.yaml").read_text("utf-8"))

AROUND = """
variable "x" {}
variable "o" {}
variable "l" {}
variable "m" {}
data "terraform_remote_state" "iam" { backend = "s3" }
data "aws_ssm_parameter" "p" { name = "p" }
resource "aws_ssm_parameter" "p" { name = "p" }
module "m" { source = "example/m/aws" }
"""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["written"])
def test_origin(case: dict[str, Any]) -> None:
    attachment = (
        f'resource "aws_iam_user_policy_attachment" "a" {{\n  user = "u"\n  policy_arn = {case["written"]}\n}}\n'
    )
    tree = SourceTree("head", {"main.tf": "1"}, {"1": (AROUND + attachment).encode()})
    extracted = extract(evaluate(tree, Root(""), PROVIDER, SyntaxCache()), managed_policy)
    (unseen,) = [gap.unread for gap in extracted.gaps if isinstance(gap.unread, UnseenPolicy)]
    assert sorted(origin_of(part).name for part in unseen.written.parts if isinstance(part, Symbol)) == case["from"]
    assert unseen.is_one_policy is case["one"]
