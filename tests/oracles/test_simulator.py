"""The simulator itself, where it is installed: it runs, and it is wrong where we say that it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bench.engine_checks import as_request, policy_set
from bot.iam.evaluator import is_allowed
from bot.iam.statement import PolicyKind
from tests.oracles.iam_simulate import IamSimulate, Json, Judged, Probe, missing
from tests.places import TESTS
from tests.yaml_files import read_yaml

KNOWN = read_yaml((TESTS / "cases" / "oracles" / "known_errors.yaml").read_text())
ROLE = "arn:aws:iam::111122223333:role/app"


@pytest.fixture(scope="module")
def simulator() -> Iterator[IamSimulate]:
    reason = missing()
    if reason:
        pytest.skip(reason)
    with IamSimulate() as running:
        yield running


def policy(case: dict[str, Any]) -> Json:
    return {"Version": case.get("version", "2012-10-17"), "Statement": [{"Effect": "Allow", **case["statement"]}]}


def probe(case: dict[str, Any]) -> Probe:
    request = case["request"]
    return Probe(ROLE, request["action"], request["resource"], "111122223333", request.get("context", {}))


def test_it_allows_and_denies(simulator: IamSimulate) -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
    asked = [Probe(ROLE, action, "arn:aws:s3:::b/x", "111122223333") for action in ("s3:GetObject", "s3:PutObject")]
    assert simulator.ask(Judged(identity=(document,)), asked) == ["allowed", "denied"]


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case["case"])
def test_a_known_error_is_still_one(simulator: IamSimulate, case: dict[str, Any]) -> None:
    (answer,) = simulator.ask(Judged(identity=(policy(case),)), [probe(case)])
    assert answer.split(":")[0] == case["simulator"]


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case["case"])
def test_the_evaluator_is_right_there(case: dict[str, Any]) -> None:
    policies = policy_set(policy(case), PolicyKind.IDENTITY)
    assert is_allowed(policies.statements, policies.limits, as_request(probe(case))) == (case["right"] == "allowed")
