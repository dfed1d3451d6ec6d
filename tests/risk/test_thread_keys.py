"""Which findings of two heads are told in one thread."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.review.model import Review
from tests.fakes.contents import FakeContents
from tests.places import TESTS
from tests.review.planned.reviews import reviewed
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml((TESTS / "cases" / "risk" / "thread_keys.yaml").read_text("utf-8"))


BEFORE = [{"Effect": "Allow", "Action": "sns:ListTopics", "Resource": "*"}]


def _review(statements: list[dict[str, Any]]) -> Review:
    return reviewed(FakeContents(_files(BEFORE), _files([*BEFORE, *statements])))


def _files(statements: list[dict[str, Any]]) -> dict[str, str]:
    policy = {"role": "app", "policy": json.dumps({"Statement": statements})}
    return {"main.tf.json": json.dumps({"resource": {"aws_iam_role_policy": {"app": policy}}}, indent=1)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_is_told_in_one_thread(case: dict[str, Any]) -> None:
    then, now = _review(case["then"]), _review(case["now"])
    earlier = {key for finding in then.gained for key in finding.thread_keys}
    assert earlier and all(finding.thread_keys for finding in now.gained)
    assert any(earlier & set(finding.thread_keys) for finding in now.gained) == case["same"]
