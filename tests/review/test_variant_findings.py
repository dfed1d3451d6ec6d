"""What is said of variants of roots, of modules that others call and their examples, and of values not known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.review.model import Finding, Review
from bot.review.prose import text_of_prose
from tests.fakes.contents import FakeContents
from tests.places import TESTS
from tests.review.planned.reviews import reviewed
from tests.told_both_ways import told_both_ways
from tests.yaml_files import read_yaml

KINDS = ("moved", "variants", "libraries", "switches", "tokens", "values", "terragrunt")
FILES = [TESTS / "cases" / kind / "findings.yaml" for kind in KINDS]


def cases(file: Path) -> list[dict[str, Any]]:
    """Each case with all files of its base."""
    written: dict[str, Any] = read_yaml(file.read_text("utf-8"))
    return [case | {"base": written["common"] | case.get("with", {})} for case in written["cases"]]


CASES = [case for file in FILES for case in cases(file)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_findings(case: dict[str, Any]) -> None:
    base = {path: text for path, text in case["base"].items() if text is not None}
    head = {path: text for path in base | case["change"] if (text := _changed(path, base, case["change"])) is not None}
    review = reviewed(FakeContents(base, head))
    assert bool(told_both_ways(review)) == case.get("both ways", False)
    assert said(review, {"base": base, "head": head}) == case.get("found", [])
    where = [text_of_prose(one.held_where) for one in review.gained]
    assert where == case.get("where", where)
    changed = [gap for gap in review.gaps if gap.changed]
    assert [f"{gap.kind} at {gap.file}:{gap.line}: {gap.reason}" for gap in changed] == case.get("told", [])
    assert list(review.notes) == case.get("notes", [])
    assert [gap.remedy for gap in changed] == case.get("remedies", [gap.remedy for gap in changed])
    assert review.complete == (not changed)
    assert review.stats.roots == case.get("roots", review.stats.roots)


def said(review: Review, sides: dict[str, dict[str, str]]) -> list[str]:
    """What is gained, perhaps gained, or else lost."""
    found = [("", one) for one in review.gained] + [("perhaps ", one) for one in review.undecided]
    found += [("lost ", one) for one in review.lost]
    return [f"{kind}{_said(one, sides)}" for kind, one in found]


def _said(one: Finding, sides: dict[str, dict[str, str]]) -> str:
    place = one.location
    line = sides[place.side][place.file].splitlines()[place.line - 1].strip()
    only = "" if one.may_block else "told only, "
    return (
        f"{only}{one.grade}: {text_of_prose(one.title)} @ {place.file}:{place.side}: {line} [{', '.join(one.variants)}]"
    )


def _changed(path: str, base: dict[str, str], change: dict[str, Any]) -> str | None:
    edits: str | dict[str, str] | None = change.get(path, {})
    if not isinstance(edits, dict):
        return edits
    text = base[path]
    for old, new in edits.items():
        assert old in text
        text = text.replace(old, new)
    return text
