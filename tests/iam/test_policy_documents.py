"""Documents read into statements and problems; single requests judged by the evaluator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.iam.evaluator import is_allowed
from bot.iam.policy import parse_policy
from bot.iam.request import Request
from bot.iam.statement import PolicyKind
from tests.privilege_diff.policy_cases import node, policy

FOLDER = Path(__file__).parent.parent / "cases" / "iam"
DOCUMENTS = yaml.safe_load((FOLDER / "documents.yaml").read_text())
REQUESTS = yaml.safe_load((FOLDER / "requests.yaml").read_text())


@pytest.mark.parametrize("case", DOCUMENTS, ids=[case["case"] for case in DOCUMENTS])
def test_document(case: dict[str, Any]) -> None:
    read = parse_policy(node(case["document"]), PolicyKind(case.get("kind", "identity")))
    problems = [f"{problem.kind}{' blind' if problem.blind else ''}" for problem in read.problems]
    assert len(read.statements) == case["statements"]
    assert problems == case["problems"]
    assert read.complete == (not any("blind" in problem for problem in problems))


@pytest.mark.parametrize("case", REQUESTS, ids=[str(number) for number in range(len(REQUESTS))])
@pytest.mark.parametrize("answer", ["allowed", "denied"])
def test_request(case: dict[str, Any], answer: str) -> None:
    kind = PolicyKind(case.get("kind", "identity"))
    statements = policy(case["policy"], kind).statements
    caps = [policy(cap, PolicyKind.CAP).statements for cap in case.get("caps", ())]
    for request in case[answer]:
        context = {key: tuple(values) for key, values in request.get("context", {}).items()}
        asked = Request(request.get("principal", "AWS:me"), request["action"], request.get("resource", "*"), context)
        assert is_allowed(statements, caps, asked) == (answer == "allowed"), request
