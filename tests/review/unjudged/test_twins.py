"""Every form of a change that moves access and is compared nowhere is told on its line; its harmless twins are not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.contents.folders import FolderContents
from bot.review.model import Gap, Review
from bot.review.planned import PlanFile
from tests.places import TESTS
from tests.review.planned.reviews import reviewed

CASES = TESTS / "cases" / "unjudged" / "twins.yaml"
LOADED: dict[str, Any] = yaml.safe_load(CASES.read_text("utf-8"))
TWINS: dict[str, dict[str, Any]] = {case["name"]: case for case in LOADED["cases"]}


_KEYS = {"name", "with", "change", "told", "found", "planned", "told planned"}


def test_every_case_has_a_name_of_its_own() -> None:
    assert len(TWINS) == len(LOADED["cases"])
    assert {key for case in TWINS.values() for key in case} <= _KEYS


@pytest.mark.parametrize("planned", [False, True], ids=["written", "planned"])
@pytest.mark.parametrize("name", TWINS)
def test_twin(name: str, planned: bool, tmp_path: Path) -> None:
    case = TWINS[name]
    base = {**LOADED["common"], **case.get("with", {})}
    head = {**base, **{path: _changed(base.get(path, ""), edits) for path, edits in case["change"].items()}}
    for side, files in (("base", base), ("head", head)):
        for path, text in files.items():
            (tmp_path / side / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / side / path).write_text(text, "utf-8")
    review = reviewed(FolderContents(tmp_path / "base", tmp_path / "head"), *((_plan(case),) if planned else ()))
    sides = {"base": base, "head": head}
    changed = [gap for gap in review.gaps if gap.changed]
    told = case.get("told planned" if planned and "told planned" in case else "told", [])
    assert [_place(gap, sides) for gap in changed] == told, changed
    assert all(gap.carries_policy and gap.reason and gap.remedy and gap.grade == "medium" for gap in changed)
    assert review.complete == (not changed)
    assert _found(review) == case.get("found", 0), review


def _found(review: Review) -> int:
    return len((*review.gained, *review.undecided, *review.lost))


def _changed(text: str, edits: str | dict[str, str]) -> str:
    if isinstance(edits, str):
        return edits
    for old, new in edits.items():
        assert old in text
        text = text.replace(old, new)
    return text


def _place(gap: Gap, sides: dict[str, dict[str, str]]) -> str:
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
