"""Every resource type that carries a policy or a grant has a case; those whose policies are no IAM are left alone."""

from __future__ import annotations

from typing import Any

import pytest

from bot.extract import Extracted, extract
from bot.extract.permissions import PERMISSIONS
from bot.extract.readers import FAMILIES
from tests.extract.configs import config
from tests.extract.test_extract import MANAGED, said
from tests.places import TESTS
from tests.yaml_files import read_yaml

TYPES = TESTS / "cases" / "extract" / "types"
CASES: dict[str, dict[str, Any]] = read_yaml((TYPES / "resource_types.yaml").read_text())
CONDITIONS: dict[str, dict[str, Any]] = read_yaml((TYPES / "conditions.yaml").read_text())
NOT_IAM: dict[str, dict[str, Any]] = read_yaml((TYPES / "not_iam.yaml").read_text())


def test_every_listed_type_has_a_case() -> None:
    assert set(FAMILIES) == set(CASES)


@pytest.mark.parametrize("kind", CASES)
def test_type_gives(kind: str) -> None:
    case = CASES[kind]
    others = case.get("beside", {})
    here = _lines(extract(config({**others, f"{kind}.x": case["with"]}), MANAGED.get))
    without = _lines(extract(config(others), MANAGED.get)) if others else []
    assert [line for line in here if line not in without] == case["gives"]


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in CONDITIONS for name in CONDITIONS[kind]["alone"]])
def test_each_argument_limits_alone(kind: str, name: str) -> None:
    written, asked = CONDITIONS[kind]["alone"][name]
    grants = extract(config({f"{kind}.x": {**CONDITIONS[kind]["with"], name: written}}), MANAGED.get).grants
    assert grants
    for grant in grants:
        assert [f"{c.operator} {c.key} {', '.join(map(str, c.values))}" for c in grant.statement.conditions] == [asked]


def test_every_argument_that_limits_has_a_case() -> None:
    limiting = {
        (kind, name.partition(".")[0])
        for kind, rows in PERMISSIONS.items()
        for row in rows
        for name in (row.block, *(argument for _, _, argument in row.conditions))
        if name
    }
    assert limiting == {(kind, name) for kind, case in CONDITIONS.items() for name in case["alone"]}


@pytest.mark.parametrize("kind", NOT_IAM)
def test_other_policies_are_silent(kind: str) -> None:
    assert not _lines(extract(config({f"{kind}.x": NOT_IAM[kind]}), MANAGED.get))


def test_a_type_nobody_listed_is_found_by_its_policy() -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "aoss:APIAccessAll", "Resource": "*"}
    block = {"details": [{"access": {"json": {"Statement": [statement]}}}]}
    lines = _lines(extract(config({"aws_later_thing.x": block}), MANAGED.get))
    assert lines == ["resource aws_later_thing.x (resource): Allow aoss:APIAccessAll on * to * * by aws_later_thing.x"]


def _lines(extracted: Extracted) -> list[str]:
    parts = said(extracted)
    lines = [line for part in ("grants", "edges", "members", "credentials") for line in parts[part]]
    blocks = (block.bucket.address if block.bucket else "every bucket" for block in extracted.public_access_blocks)
    return [*lines, *(f"gap {line}" for line in parts["gaps"]), *(f"public access block on {name}" for name in blocks)]
