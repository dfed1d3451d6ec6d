"""What became of earlier findings: "refused" only where nothing at head allows what proved them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.render.plain import plain
from bot.review.model import Review
from bot.review.redaction.hide import HIDDEN
from bot.review_process import child
from bot.review_process.rounds import Options, ReviewedChange, review_contents
from bot.risk import recheck
from bot.risk.earlier import Earlier
from tests.fakes.contents import FakeContents
from tests.yaml_files import read_yaml

CASES: dict[str, dict[str, Any]] = read_yaml(Path("tests/cases/recheck/earlier.yaml").read_text())

ROLE = """resource "aws_iam_role" "NAME" {
  name = "NAME"
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}
"""
POLICY = """resource "aws_iam_role_policy" "NAME" {
  role   = aws_iam_role.ROLE.id
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "ACTION", Resource = "RESOURCE" }]
  })
}
"""
COUNTED = POLICY.replace("{\n", '{\n  count  = var.on == "yes" ? 1 : 0\n', 1)

Files = dict[str, str]


def written(text: str) -> str:
    """A text with roles and policies spelled out."""
    text = re.sub(r"\{role(?: (\w+))?\}", lambda role: ROLE.replace("NAME", role[1] or "r"), text)

    def policy(found: re.Match[str]) -> str:
        what = COUNTED if found[1] == "counted" else POLICY
        for name, value in (
            ("NAME", found[2]),
            ("ACTION", found[3]),
            ("RESOURCE", found[4]),
            ("ROLE", found[5] or "r"),
        ):
            what = what.replace(name, value)
        return what

    text = re.sub(r"\{(policy|counted) (\w+) (\S+) (\S+?)(?: (\w+))?\}", policy, text)
    return text if text.endswith("\n") else f"{text}\n"


def changed(files: Files, change: Mapping[str, str | None]) -> Files:
    after = dict(files)
    for what, value in change.items():
        if what.endswith(".tf"):
            after.pop(what, None)
            if value is not None:
                after[what] = written(value)
            continue
        assert any(what in text for text in after.values()), what
        assert value is not None
        new = written(value) if value.startswith(("{role", "{policy")) else value
        after = {path: text.replace(what, new, 1) for path, text in after.items()}
    return after


def heads(case: Mapping[str, Any]) -> tuple[Files, Files, Files, Files]:
    """The base, the head of then, the base of now and the head of now."""
    given = case["base"] if isinstance(case["base"], dict) else {"main.tf": case["base"]}
    base = {path: written(text) for path, text in given.items()}
    if "everywhere" in case:
        base["every.tf"] = written(case["everywhere"])
    meanwhile = changed(base, case.get("meanwhile", {}))
    return base, changed(base, case["then"]), meanwhile, changed(base, case["now"])


def asked(base: Files, head: Files, earlier: tuple[Earlier, ...] = ()) -> ReviewedChange:
    return review_contents(FakeContents(base, head), child.answer, Options(earlier=earlier))


def found(base: Files, head: Files) -> tuple[Review, tuple[Earlier, ...]]:
    review = asked(base, head).review
    beside = tuple(finding.identity.newest.thread for finding in (*review.gained, *review.undecided))
    return review, tuple(Earlier(finding.identity.newest.thread, finding.proofs, beside) for finding in review.gained)


@pytest.mark.parametrize("name", CASES)
def test_an_earlier_finding_becomes(name: str) -> None:
    case = CASES[name]
    base, then, meanwhile, now = heads(case)
    review, earlier = found(base, then)
    index = next(i for i, one in enumerate(review.gained) if plain(one.title).startswith(case.get("of", "")))
    assert earlier[index].proofs, review.gained[index]
    answer = asked(meanwhile, now, earlier)
    one = next((each for each in answer.rechecks if each.thread == earlier[index].thread), None)
    still = [finding.identity.newest.thread for finding in answer.review.gained]
    if one is None:
        assert earlier[index].thread in still and case["becomes"] == "allowed", "it is not asked about"
        return
    assert f"{one.standing}{' at base' if one.at_base else ''}" == case["becomes"], one
    assert one.why or one.standing != "unknown"
    if "by" in case:
        naming = [finding for finding in answer.review.gained if finding.identity.newest.thread == one.by]
        assert [plain(finding.title) for finding in naming] == [case["by"]]


def test_the_first_request_of_a_finding_is_its_witness() -> None:
    for case in CASES.values():
        base, then, _, _ = heads(case)
        for finding in found(base, then)[0].gained:
            asks = {(proof.action, proof.resource) for proof in finding.proofs}
            assert finding.witness is not None and (finding.witness.action, finding.witness.resource) in asks


def test_what_is_hidden_is_known_when_it_is_seen() -> None:
    assert recheck.HIDDEN == HIDDEN
