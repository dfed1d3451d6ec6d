"""Who may write where the code is kept that something runs with a role comes to the role."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.review.prose import text_of_prose
from tests.places import TESTS
from tests.risk.test_cluster_users import reviewed
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml((TESTS / "cases" / "escalation" / "code_places.yaml").read_text())
ROLE = """
resource "aws_iam_role" "{name}" {{
  name               = "{name}"
  assume_role_policy = jsonencode({{
    Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "glue.amazonaws.com" }} }}]
  }})
}}
resource "aws_iam_role_policy" "{name}" {{
  role   = aws_iam_role.{name}.name
  policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = {may}, Resource = {on} }}] }})
}}
"""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_who_writes_code_is_whom_it_runs_as(case: dict[str, Any]) -> None:
    job = case["thing"] + ROLE.format(name="job", may='"*"', on='"*"')
    base = job + ROLE.format(name="ci", may='"s3:ListAllMyBuckets"', on='"*"')
    head = job + ROLE.format(name="ci", may=json.dumps(case["may"]), on=json.dumps(case["where"]))
    gained = reviewed(base, head).gained
    ways = [one for one in gained if one.rule == "escalation"]
    assert [text_of_prose(one.title) for one in ways] == ([case["says"]] if "way" in case else [])
    assert all(one.grade == "critical" for one in ways)
