"""What waivers cover, from tests/cases/waive, and what becomes of verdict, grade and score."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.review.identity import read_accepted
from bot.review.model import Gap
from bot.review_config.declared_waivers import declared, unchecked_approver
from bot.review_config.settings import ReviewConfig
from bot.review_config.waivers import Waiver, of_commit, waive
from tests.fakes.reviews import finding, review
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml(Path("tests/cases/waive/waive.yaml").read_text())
GAPS: list[dict[str, Any]] = read_yaml(Path("tests/cases/waive/not_reviewed.yaml").read_text())
RULES = ReviewConfig()
TODAY = date(2026, 2, 1)
A, B = "a" * 16, "b" * 16


def waiver(**other: Any) -> Waiver:
    scope = other.pop("scope", ["aws_iam_role.ci"])
    values: dict[str, Any] = {
        "of": read_accepted(other.pop("fingerprint", A), scope or ()),
        "until": date(2026, 3, 1),
        "reason": "why",
        "approver": "carol",
        "grade": "high",
    }
    return Waiver(**values | {"source": "here", "scope": scope and frozenset(scope)} | other)


def fields(given: dict[str, Any]) -> dict[str, Any]:
    """As a finding has them."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_waiver(case: dict[str, Any]) -> None:
    found = finding(**{"fingerprint": A} | fields(case.get("finding", {})))
    kept = (finding(A, **fields(case["kept"])),) if "kept" in case else ()
    given = waiver(findings=kept, **case.get("waiver", {}))
    done = waive(review(found), [given], RULES, case.get("today", TODAY)).review
    accepted = case.get("accepted", False)
    assert (done.gained[0].waiver is not None) == accepted
    assert (done.verdict, done.blocked_by) == (("pass", ()) if accepted else ("fail", ("gained",)))
    assert case.get("says", "") in "".join(done.notes)
    assert bool(done.notes) == ("says" in case)


def test_what_is_accepted_is_not_counted_in_grade_and_score() -> None:
    found = review(finding(A, grade="critical", points=40), finding(B, grade="low", points=1))
    done = waive(found, [waiver(grade="critical")], RULES, TODAY)
    assert (done.review.grade, done.review.score, done.review.verdict) == ("low", 1, "pass")
    assert done.until == date(2026, 3, 1)


def test_the_earliest_day_counts_and_only_of_those_applied() -> None:
    found = review(finding(A), finding(B))
    days = [waiver(), waiver(fingerprint=B, until=date(2026, 2, 9)), waiver(fingerprint="c" * 16, until=TODAY)]
    assert waive(found, days, RULES, TODAY).until == date(2026, 2, 9)
    assert waive(found, [], RULES, TODAY).until is None


def test_an_undecided_finding_can_be_accepted_where_it_would_block() -> None:
    found = review(undecided=(finding(A),))
    rules = ReviewConfig(fail_closed="changed")
    assert waive(found, [], rules, TODAY).review.blocked_by == ("gaps",)
    assert waive(found, [waiver()], rules, TODAY).review.blocked_by == ()


def test_a_gap_cannot_be_accepted() -> None:
    gap = Gap("g", "not known", "x", "main.tf", 1, "head", changed=True, carries_policy=True, grade="none")
    assert waive(review(gaps=(gap,)), [waiver()], ReviewConfig(fail_closed="changed"), TODAY).review.verdict == "fail"


FAULT = Gap(
    A, "an internal error", "envs", "envs", 0, "head", changed=True, carries_policy=True, grade="medium", kind="fault",
    cause="fault", roots=("envs",),
)  # fmt: skip
HEAD = of_commit("a" * 40)


@pytest.mark.parametrize("case", GAPS, ids=lambda case: case["about"])
def test_roots_that_are_not_reviewed(case: dict[str, Any]) -> None:
    gaps = tuple(msgspec.convert(msgspec.to_builtins(FAULT) | each, Gap) for each in case["gaps"])
    scope = case.get("scope", [HEAD])
    waivers = [waiver(scope=scope, **case.get("waiver", {}))]
    done = waive(review(gaps=gaps), waivers, ReviewConfig(fail_closed="changed"), TODAY)
    assert [gap.waiver is not None for gap in done.review.gaps] == case["accepted"]
    blocks = not all(case["accepted"])
    ours = any(gap.ours and gap.waiver is None for gap in done.review.gaps)
    assert done.review.blocked_by == (("fault", "gaps") if ours else ("gaps",) if blocks else ())
    assert case.get("says", "") in "".join(done.review.notes)


DECLARED: list[dict[str, Any]] = read_yaml(Path("tests/cases/waive/declared.yaml").read_text())


@pytest.mark.parametrize("case", DECLARED, ids=lambda case: case["about"])
def test_declared(case: dict[str, Any]) -> None:
    given = {"fingerprint": A, "until": "2026-05-02", "reason": "why", **case.get("waiver", {})}
    rules = msgspec.convert({"waivers": [given], "approvers": case.get("approvers", [])}, ReviewConfig)
    (one,) = declared(rules, TODAY)
    assert (one.source, one.scope) == (".iam-review.yaml", None)
    void = case.get("void", "")
    assert one.objection(TODAY) == void
    done = waive(review(finding(A)), [one], rules, TODAY).review
    assert done.verdict == ("pass" if case.get("covers", not void) else "fail")
    assert case.get("note", "") in "".join(done.notes) and bool(done.notes) == bool(case.get("note"))
    assert unchecked_approver(one.approver, rules) == case.get("unchecked", "") or void
