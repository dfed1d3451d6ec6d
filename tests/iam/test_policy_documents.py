"""Documents read into statements and problems; single requests judged by the evaluator."""

from __future__ import annotations

from typing import Any

import pytest

from bot.iam.evaluator import StatementSet, is_allowed, resolved
from bot.iam.policy import PolicyProblem, parse_policy
from bot.iam.request import Request
from bot.iam.statement import PolicyKind
from tests.access_diff.policy_cases import node, policy
from tests.places import TESTS
from tests.yaml_files import read_yaml

FOLDER = TESTS / "cases" / "iam"
DOCUMENTS = read_yaml((FOLDER / "documents.yaml").read_text())
REQUESTS = read_yaml((FOLDER / "requests.yaml").read_text())
ANSWERS = ("allowed", "denied", "void", "valid")


@pytest.mark.parametrize("case", DOCUMENTS, ids=[case["case"] for case in DOCUMENTS])
def test_document(case: dict[str, Any]) -> None:
    read = parse_policy(node(case["document"]), PolicyKind(case.get("kind", "identity")))
    problems = [_words(problem) for problem in read.problems]
    assert len(read.statements) == case["statements"]
    assert problems == case.get("problems", [])
    assert read.complete == (not any(problem.blind for problem in read.problems))


def _words(problem: PolicyProblem) -> str:
    told = problem.diagnostic
    return f"{told.kind}{' blind' if problem.blind else ''}: {told.reason}"


@pytest.mark.parametrize("case", REQUESTS, ids=[str(number) for number in range(len(REQUESTS))])
@pytest.mark.parametrize("answer", ANSWERS)
def test_request(case: dict[str, Any], answer: str) -> None:
    kind = PolicyKind(case.get("kind", "identity"))
    statements = policy(case["policy"], kind).statements
    limits = [policy(limit, PolicyKind.LIMIT).statements for limit in case.get("caps", ())]
    for request in case.get(answer, ()):
        context = {key: tuple(values) for key, values in request.get("context", {}).items()}
        asked = Request(request.get("principal", "AWS:me"), request["action"], request.get("resource", "*"), context)
        assert _answers(statements, limits, asked)[answer], request


def _answers(statements: StatementSet, limits: list[StatementSet], asked: Request) -> dict[str, bool]:
    """`void`: by the other reading no statement counts, as a variable of each has no value; `valid`: all of them do."""
    allowed, kept = is_allowed(statements, limits, asked), resolved(statements, asked)
    return {"allowed": allowed, "denied": not allowed, "void": not kept, "valid": kept == statements}
