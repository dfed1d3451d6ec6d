"""The child's work in this process: overrides, files that are asked for, and files that will not come."""

from __future__ import annotations

import dataclasses

from bot import isolate
from bot.isolate import ReviewAnswer, ReviewRequest
from bot.reviewer import Options, first_request, review_contents
from bot.risk.settings import RootRule
from tests.fakes.contents import FakeContents

READS = """resource "aws_iam_policy" "p" {
  name   = "p"
  policy = file("${path.module}/p.json")
}
"""
NARROW = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}\n'
WIDE = NARROW.replace("GetObject", "*")


def contents(rules: str = "") -> FakeContents:
    shared = {"main.tf": READS} | ({".iam-review.yaml": rules} if rules else {})
    return FakeContents(shared | {"p.json": NARROW}, shared | {"p.json": WIDE})


def request(rules: str = "", **options: object) -> ReviewRequest:
    return first_request(contents(rules).revisions(), Options(**options))  # type: ignore[arg-type]


def test_a_file_that_is_read_is_asked_for_and_then_judged() -> None:
    asked = contents()
    reviewed = review_contents(asked, isolate.answer)
    assert isolate.answer(request()).need == ("p.json",)
    assert len(asked.asked) == 2
    assert [found.location.file for found in reviewed.review.gained] == ["p.json"]


def test_a_file_that_will_not_come_is_a_gap() -> None:
    asked = request()
    blobs = tuple({asked.base_listing["p.json"], asked.head_listing["p.json"]})
    for final in ({"refused": blobs}, {"last_round": True}):
        reply = isolate.answer(dataclasses.replace(asked, **final))
        assert reply.need == () and reply.review is not None
        assert reply.review.gaps and not reply.review.gained


def answer(asked: ReviewRequest) -> ReviewAnswer:
    return isolate.answer(dataclasses.replace(asked, last_round=True))


def test_the_threshold_can_be_overridden() -> None:
    assert answer(request("fail_at: low\n")).rules.fail_at == "low"
    assert answer(request("fail_at: low\n", fail_at="never")).rules.fail_at == "never"
    one_path = "paths: [{path: '**', fail_at: low}]\n"
    assert answer(request(one_path)).rules.paths[0].fail_at == "low"
    assert answer(request(one_path, fail_at="never")).rules.paths[0].fail_at is None


def test_var_files_are_for_every_root() -> None:
    rules = "roots: [{path: envs/prod, account_id: '1'}]\n"
    found = answer(request(rules, var_files=("x.tfvars",))).rules.roots
    assert found == (
        RootRule("envs/prod", account_id="1", var_files=("x.tfvars",)),
        RootRule("**", var_files=("x.tfvars",)),
    )


def test_a_wrong_rules_file_is_said_and_judged_by_the_defaults() -> None:
    reply = answer(request("fail_ta: low\n"))
    assert reply.review is not None and reply.rules.fail_at == "high"
    assert any(".iam-review.yaml:1" in note for note in reply.review.notes)


def test_rules_of_the_head_judge_nothing_yet() -> None:
    strict, loose = {".iam-review.yaml": "fail_at: low\n"}, {".iam-review.yaml": "fail_at: never\n"}
    sides = FakeContents({"main.tf": READS, "p.json": NARROW} | strict, {"main.tf": READS, "p.json": WIDE} | loose)
    reviewed = review_contents(sides, isolate.answer)
    assert reviewed.rules.fail_at == "low" and reviewed.review.verdict == "fail"
    assert {found.kind for found in reviewed.review.gained} > {"config"}
