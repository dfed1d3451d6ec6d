"""Every form of a change that moves access and is compared nowhere is told on its line; its harmless twins are not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.review.model import Review
from bot.review.planned import PlanFile
from tests.fakes.contents import FakeContents
from tests.places import TESTS
from tests.review.planned.reviews import reviewed
from tests.review.told_at import changed, found, place
from tests.told_both_ways import told_both_ways
from tests.yaml_files import read_yaml

FILES: list[dict[str, Any]] = [
    read_yaml(path.read_text("utf-8")) for path in sorted((TESTS / "cases" / "unjudged").glob("*.yaml"))
]
CASES = [{**case, "with": {**file["common"], **case.get("with", {})}} for file in FILES for case in file["cases"]]
TWINS: dict[str, dict[str, Any]] = {case["name"]: case for case in CASES}


BOTH_WAYS = {
    # what a look-up finds is not what the block of its label made
    "a table that is looked up by another name than the block's that made one",
    "a table that is looked up by its name in another account",
    "a table that is looked up by its name in another region",
    "a table that is looked up by its name in another region by its own argument",
    "a table that is looked up by its name where its provider has gone to another region",
    "a table that is looked up by its name by a provider of the module that looks",
    # nor does a call with other providers make what the one of its name made
    "a call of a module of this repository gets another name, and another account for the one in it",
    # what moves to a label that another leaves is another thing
    "a call moves to the label that another leaves, and the role gets the other's key",
    # nor is a role of another account the one that had its name
    "its block has another label and another account, and no `moved` block says so",
    # what maps make of services is new where the expressions that make them are written anew (known-shortcomings.md)
    "a plan says of its services that they are workers",
    "an entry that kept a default from being taken goes",
    "an entry more, and what can tells of it",
    "a flag that try falls back to beside a table",
    "a comparison that try falls back from",
}
"""The cases in which a grant is told as gained and as lost, though only what a symbol is called seems to change."""

_KEYS = {"name", "with", "change", "told", "found", "planned", "told planned", "found planned", "counts"}


def test_every_case_has_a_name_of_its_own() -> None:
    assert len(TWINS) == len(CASES)
    assert {key for case in TWINS.values() for key in case} <= _KEYS


@pytest.mark.parametrize("planned", [False, True], ids=["written", "planned"])
@pytest.mark.parametrize("name", TWINS)
def test_twin(name: str, planned: bool) -> None:
    case = TWINS[name]
    base = case["with"]
    gone = {path for path, edits in case["change"].items() if edits is None}
    edited = {path: changed(base.get(path, ""), edits) for path, edits in case["change"].items() if path not in gone}
    head = {path: text for path, text in {**base, **edited}.items() if path not in gone}
    review = reviewed(FakeContents(base, head), *((_plan(case),) if planned else ()))
    assert bool(told_both_ways(review)) == (name in BOTH_WAYS)
    sides = {"base": base, "head": head}
    gaps = [gap for gap in review.gaps if gap.changed]
    told = case.get("told planned" if planned and "told planned" in case else "told", [])
    assert [place(gap, sides) for gap in gaps] == told, gaps
    assert all(gap.carries_policy and gap.reason and gap.remedy and gap.grade == "medium" for gap in gaps)
    assert review.complete == (not gaps)
    if "counts" in case and not planned:
        assert _counts(review) == case["counts"], review.dispositions
    assert found(review, sides) == case.get("found planned" if planned and "found planned" in case else "found", [])


def _counts(review: Review) -> dict[str, Any]:
    """What is not open: `judged`, `outside`, and the rules by which the rest is irrelevant; nothing that is none."""
    found = review.dispositions
    numbers = {"judged": found.judged, "outside": found.outside, **found.irrelevant}
    return {key: number for key, number in numbers.items() if number}


def _plan(case: dict[str, Any]) -> PlanFile:
    """What Terraform shows where nothing that is there is to be changed."""
    there = {"aws_iam_role.app": {"name": "app", "id": "app"}, **case.get("planned", {})}
    shown = {"format_version": "1.2", "terraform_version": "1.9.0"}
    changes = [_unchanged(address, values) for address, values in there.items()]
    return PlanFile("plan.json", json.dumps({**shown, "resource_changes": changes}).encode(), "")


def _unchanged(address: str, values: dict[str, str]) -> dict[str, Any]:
    kind, name = address.split(".")
    change = {"actions": ["no-op"], "before": values, "after": values, "after_unknown": {}}
    change |= {"before_sensitive": {}, "after_sensitive": {}}
    return {"address": address, "mode": "managed", "type": kind, "name": name, "change": change}
