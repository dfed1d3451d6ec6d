"""Which changes cannot reach Terraform."""

from __future__ import annotations

import dataclasses

import pytest

from bot.conversation.change_request.handle import can_reach_terraform
from bot.evaluated.touched import parse_diff
from tests.fakes.contents import FakeContents

PLAIN = {"main.tf": "resource a b {}\n"}
READS = {"main.tf": 'locals { p = file ("${path.module}/p.json") }\n'}
LINK = "diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+modules/x\n"


@pytest.mark.parametrize(
    ("repository", "change", "reaches"),
    [
        ({}, {"README.md": "x\n"}, False),
        (PLAIN, {"README.md": "x\n"}, False),
        (PLAIN, {"x.tf": "locals {}\n"}, True),
        (PLAIN, {"envs/prod.tfvars": "a = 1\n"}, True),
        (PLAIN, {".iam-review.yaml": "fail_at: never\n"}, True),
        (PLAIN, {"src/main.tf.py": "x\n"}, False),
        (READS, {"p.json": "{}\n"}, True),
        ({"main.tf": "profile(1)\n"}, {"p.json": "{}\n"}, False),
        ({"main.tf": 'provisioner "local-exec" {\n}\n'}, {"run.sh": "x\n"}, True),
        ({"main.tf": 'data "external" "x" {\n}\n'}, {"run.py": "x\n"}, True),
        (READS, {}, False),
    ],
)
def test_reach(repository: dict[str, str], change: dict[str, str], reaches: bool) -> None:
    revisions = FakeContents(repository, repository | change).revisions()
    assert can_reach_terraform(revisions, parse_diff(revisions.diff)) == reaches
    back = FakeContents(repository | change, repository).revisions()
    assert can_reach_terraform(back, parse_diff(back.diff)) == reaches


def test_a_changed_link_could_lead_anywhere() -> None:
    revisions = dataclasses.replace(FakeContents(PLAIN, PLAIN).revisions(), diff=LINK)
    assert can_reach_terraform(revisions, parse_diff(revisions.diff))
