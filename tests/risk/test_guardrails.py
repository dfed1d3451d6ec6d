"""What the base branch's configuration says of a change: guardrails, reference policies, thresholds, single rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.evaluated.source_tree import SourceTree
from bot.evaluated.touched import FileChange, Touched
from bot.review.engine import Examined, ProposedChange, review
from bot.review.model import Finding, Need, Review
from bot.review.prose import text_of_prose
from bot.review_config.settings import ReviewConfig
from bot.review_config.thresholds import path_glob, threshold
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/guardrails.yaml").read_text())
ROLE = 'resource "aws_iam_role" "ci" {\n  name = "ci"\n}\n'


def policy(statements: list[dict[str, Any]], **usual: str) -> str:
    written = [{"Effect": "Allow", **usual, **one} for one in statements]
    return f"jsonencode({json.dumps({'Version': '2012-10-17', 'Statement': written})})"


def terraform(case: dict[str, Any], side: int) -> str:
    statements = case[("base", "head")[side]]
    text = ROLE
    if statements:
        own = policy(statements, Resource="*")
        text += f'resource "aws_iam_role_policy" "p" {{\n  role   = aws_iam_role.ci.name\n  policy = {own}\n}}\n'
    if "queue" in case:
        queue = policy(case["queue"][side], Resource="*")
        text += 'resource "aws_sqs_queue" "q" {\n  name = "q"\n}\n'
        text += f'resource "aws_sqs_queue_policy" "q" {{\n  queue_url = aws_sqs_queue.q.id\n  policy = {queue}\n}}\n'
    return text


def tree(name: str, files: Mapping[str, str]) -> SourceTree:
    return SourceTree(name, dict(files), {text: text.encode() for text in files.values()})


def reviewed(case: dict[str, Any]) -> Review:
    more = {path: raw if isinstance(raw, str) else json.dumps(raw) for path, raw in case.get("files", {}).items()}
    base, head = (tree(("base", "head")[side], {"main.tf": terraform(case, side), **more}) for side in (0, 1))
    lines = frozenset(range(1, 30))
    touched = Touched((FileChange("main.tf", "main.tf", lines, lines, ((1, 29, 1, 29),)),))
    result = review(ProposedChange(base, head, touched), msgspec.convert(case["rules"], ReviewConfig))
    assert isinstance(result, Examined)
    return result.review


def says(case: dict[str, Any]) -> dict[str, list[str]]:
    """The titles, as `python -m tests.rewrite` writes them."""
    return {"says": [text_of_prose(finding.title) for finding in reviewed(case).gained]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_guardrail(case: dict[str, Any]) -> None:
    found = reviewed(case)
    assert list(found.blocked_by) == case["blocked_by"], [text_of_prose(one.title) for one in found.gained]
    assert (found.verdict == "fail") == bool(case["blocked_by"])
    assert [text_of_prose(one.title) for one in found.gained] == case.get("says", [])
    if "findings" in case:
        assert len(found.gained) == len(case["findings"]), [text_of_prose(one.title) for one in found.gained]
        for finding, expected in zip(found.gained, case["findings"], strict=True):
            assert differing(finding, expected) == {}
    for said, words in (
        ("notes", found.notes),
        ("gaps", [f"{gap.kind} at {gap.file}: {gap.reason}" for gap in found.gaps]),
    ):
        assert all(any(part in one for one in words) for part in case.get(said, ())), words


def differing(finding: Finding, expected: dict[str, Any]) -> dict[str, Any]:
    told = {
        **{name: getattr(finding, name) for name in ("rule", "kind", "grade", "points", "help")},
        "also": expected.get("also") if set(expected.get("also", ())) <= set(finding.also) else finding.also,
        "says": expected.get("says")
        if expected.get("says", "") in text_of_prose(finding.title)
        else text_of_prose(finding.title),
        "witness": finding.witness.action if finding.witness else None,
    }
    return {name: told[name] for name in expected if told[name] != expected[name]}


def test_a_reference_policy_that_is_not_here_is_asked_for() -> None:
    rules = msgspec.convert({"guardrails": {"reference_policies": [{"file": "most.json"}]}}, ReviewConfig)
    base = SourceTree("base", {"main.tf": "1", "most.json": "2"}, {"1": ROLE.encode()})
    more = f'{ROLE}resource "aws_iam_user" "more" {{}}\n'
    head = SourceTree("head", {"main.tf": "3"}, {"3": more.encode()})
    touched = Touched((FileChange("main.tf", "main.tf", frozenset(), frozenset({4}), ((4, 0, 4, 1),)),))
    assert review(ProposedChange(base, head, touched), rules) == Need(("most.json",))


def test_each_threshold_of_a_path_is_inherited_alone() -> None:
    rules = msgspec.convert({"fail_at": "high", "paths": [{"path": "envs/prod", "comment_at": "low"}]}, ReviewConfig)
    assert threshold(rules, "envs/prod/iam.tf", "comment_at") == "low"
    assert threshold(rules, "envs/prod/iam.tf", "fail_at") == "high"
    assert threshold(rules, "envs/dev/iam.tf", "comment_at") == "medium"


@pytest.mark.parametrize(
    ("glob", "inside", "outside"),
    [
        ("envs/prod/**", "envs/prod/a/b.tf", "envs/dev/a.tf"),
        ("envs/prod", "envs/prod/a/b.tf", "envs/production/a.tf"),
        ("**/prod/*.tf", "a/b/prod/x.tf", "a/prod/b/x.tf"),
        ("*.tf", "main.tf", "envs/main.tf"),
        ("envs/*/iam.tf", "envs/a/iam.tf", "envs/a/b/iam.tf"),
    ],
)
def test_a_path_is_matched_as_people_write_it(glob: str, inside: str, outside: str) -> None:
    assert path_glob(glob).fullmatch(inside)
    assert not path_glob(glob).fullmatch(outside)
