"""A review ends where arguments are lists that hold each other twice, level by level: 2 to the 45th values."""

from __future__ import annotations

import time

from bot.evaluated.diagnostic_kind import DiagnosticKind
from tests.fakes.contents import FakeContents
from tests.review.planned.reviews import reviewed

LEVELS = 45
SECONDS = 20
"""Of processor time; one second where nothing else runs."""


def configuration(action: str) -> str:
    lists = [f'  a0 = ["{action}"]'] + [f"  a{i} = [local.a{i - 1}, local.a{i - 1}]" for i in range(1, LEVELS)]
    last = f"local.a{LEVELS - 1}"
    return "\n".join((
        "locals {", *lists, "}",
        f'resource "aws_iam_role_policy" "p" {{\n  role   = "app"\n  policy = {last}\n}}',
        f'module "m" {{\n  source      = "acme/x/aws"\n  policy_arns = {last}\n}}',
        f'resource "aws_s3_bucket" "b" {{\n  bucket = "b"\n  tags   = {{ x = {last} }}\n}}',
    ))  # fmt: skip


def test_a_review_of_shared_lists_ends_and_says_what_it_did_not_look_at() -> None:
    begun = time.process_time()
    review = reviewed(FakeContents({"main.tf": configuration("s3:Get*")}, {"main.tf": configuration("s3:*")}))
    assert time.process_time() - begun < SECONDS
    met = {gap.address for gap in review.gaps if gap.kind == DiagnosticKind.OVER_BUDGET and gap.changed}
    assert {"aws_iam_role_policy.p", "module.m"} <= {address.partition("[")[0] for address in met}
    assert not review.complete
