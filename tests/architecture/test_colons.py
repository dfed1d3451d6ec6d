"""ARNs, actions and principals are taken apart in `bot/iam/arn.py` and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.architecture.colons import splits
from tests.places import PROJECT, TESTS
from tests.yaml_files import read_yaml

CASES: dict[str, Any] = read_yaml((TESTS / "cases" / "architecture" / "colons.yaml").read_text())
ARNS = "bot/iam/arn.py"
MOST_ALLOWED = 58
"""Places that split something else; one that is rewritten makes this smaller."""

ALLOWED = [(module, name) for group in CASES["allowed"] for module, names in group["places"].items() for name in names]


def test_text_is_split_at_colons_in_one_module() -> None:
    found = {
        (module, place.name): place.line
        for path in (PROJECT / "bot").rglob("*.py")
        if (module := path.relative_to(PROJECT).as_posix()) != ARNS
        for place in splits(path.read_text())
    }
    others = sorted(
        f"{module}:{line} {name}" for (module, name), line in found.items() if (module, name) not in ALLOWED
    )
    assert not others, "ask bot/iam/arn.py for the parts of ARNs, actions and principals"
    assert sorted(set(ALLOWED) - found.keys()) == [], "allowed and not needed"


def test_what_is_allowed_is_little_and_has_reasons() -> None:
    assert len(ALLOWED) == len(set(ALLOWED)) <= MOST_ALLOWED
    assert all(len(group["reason"].split()) > 3 for group in CASES["allowed"])


@pytest.mark.parametrize(("source", "expected"), CASES["planted"])
def test_planted_source_is_found(source: str, expected: list[str]) -> None:
    assert [place.name for place in splits(source)] == expected
