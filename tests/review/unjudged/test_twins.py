"""Every form of a change that moves access and is compared nowhere is told on its line; its harmless twins are not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.review.model import Gap, Location, Review
from bot.review.planned import PlanFile
from bot.review.prose import text_of_prose
from tests.fakes.contents import FakeContents
from tests.places import TESTS
from tests.review.planned.reviews import reviewed
from tests.yaml_files import read_yaml

FILES: list[dict[str, Any]] = [
    read_yaml(path.read_text("utf-8")) for path in sorted((TESTS / "cases" / "unjudged").glob("*.yaml"))
]
CASES = [{**case, "with": {**file["common"], **case.get("with", {})}} for file in FILES for case in file["cases"]]
TWINS: dict[str, dict[str, Any]] = {case["name"]: case for case in CASES}


_KEYS = {"name", "with", "change", "told", "found", "planned", "told planned", "found planned", "counts"}


def test_every_case_has_a_name_of_its_own() -> None:
    assert len(TWINS) == len(CASES)
    assert {key for case in TWINS.values() for key in case} <= _KEYS


@pytest.mark.parametrize("planned", [False, True], ids=["written", "planned"])
@pytest.mark.parametrize("name", TWINS)
def test_twin(name: str, planned: bool) -> None:
    case = TWINS[name]
    base = case["with"]
    head = {**base, **{path: _changed(base.get(path, ""), edits) for path, edits in case["change"].items()}}
    review = reviewed(FakeContents(base, head), *((_plan(case),) if planned else ()))
    sides = {"base": base, "head": head}
    changed = [gap for gap in review.gaps if gap.changed]
    told = case.get("told planned" if planned and "told planned" in case else "told", [])
    assert [_place(gap, sides) for gap in changed] == told, changed
    assert all(gap.carries_policy and gap.reason and gap.remedy and gap.grade == "medium" for gap in changed)
    assert review.complete == (not changed)
    if "counts" in case and not planned:
        assert _counts(review) == case["counts"], review.dispositions
    assert _found(review, sides) == case.get("found planned" if planned and "found planned" in case else "found", [])


def _counts(review: Review) -> dict[str, Any]:
    """What is not open: `judged`, `outside`, and the rules by which the rest is irrelevant; nothing that is none."""
    found = review.dispositions
    numbers = {"judged": found.judged, "outside": found.outside, **found.irrelevant}
    return {key: number for key, number in numbers.items() if number}


def _found(review: Review, sides: dict[str, dict[str, str]]) -> list[str]:
    """What is told of access, with the line that it stands on; what is lost besides is told of nothing else."""
    told = [(one, "") for one in review.gained] + [(one, "perhaps ") for one in review.undecided]
    told += [] if told else [(one, "lost ") for one in review.lost]
    return [f"{kind}{one.grade}: {text_of_prose(one.title)} @ {_place(one.location, sides)}" for one, kind in told]


def _changed(text: str, edits: str | dict[str, str]) -> str:
    if isinstance(edits, str):
        return edits
    for old, new in edits.items():
        assert old in text
        text = text.replace(old, new)
    return text


def _place(gap: Gap | Location, sides: dict[str, dict[str, str]]) -> str:
    return f"{gap.file}:{gap.side}: {sides[gap.side][gap.file].splitlines()[gap.line - 1].strip()}"


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
