"""Every case under tests/cases/privilege_diff_match: resources at base and head, and who gained or lost what."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest

from bot.access_diff.delta import Change, HolderDelta, PrivilegeDiff
from bot.access_diff.diff_configs import diff_configs
from bot.evaluated.config import Moved
from bot.evaluated.diagnostic import Span
from bot.evaluated.guard import spelled
from bot.extract import Extracted, extract
from bot.iam.managed import managed_policy
from bot.risk.wording.edges import source_words, target_words
from tests.extract.configs import config
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = TESTS / "cases" / "privilege_diff_match"


def _cases() -> list[Any]:
    loaded = ((path.stem, read_yaml(path.read_text())) for path in sorted(CASES.glob("*.yaml")))
    return [pytest.param(case, id=f"{stem}/{name}") for stem, cases in loaded for name, case in cases.items()]


@pytest.mark.parametrize("case", _cases())
def test_holders_gain_and_lose(case: dict[str, Any]) -> None:
    diff = diff_configs(_side(case["base"]), _side(case["head"], case.get("moved", {})))
    assert _said(diff) == case["says"]


def test_equal_roots_are_not_compared() -> None:
    roots = [
        extract(config({"aws_iam_role_policy.p": {"role": "r", "policy": "{}"}}, f"r{n}"), managed_policy)
        for n in (1, 2)
    ]

    def refuse(*_: object) -> Any:
        raise AssertionError("equal roots must not be compared")

    assert diff_configs(roots, roots, refuse) == PrivilegeDiff()


def _side(written: Mapping[str, Any], moved: Mapping[str, str] | None = None) -> list[Extracted]:
    """One root of resources, or several under `roots`."""
    roots = written.get("roots", {"": written})
    moves = tuple(Moved(source, target, Span("main.tf", 1, 1, 1, 2)) for source, target in (moved or {}).items())
    return [
        extract(dataclasses.replace(config(resources, root), moved=moves), managed_policy)
        for root, resources in roots.items()
    ]


def _said(diff: PrivilegeDiff) -> list[str]:
    said = [line for holder in diff.holders for line in _lines(holder)]
    for change in diff.credentials:
        owner = change.credential.owner.address
        said.append(f"{'replaced' if change.replaces else 'new'} {change.credential.kind} of {owner}")
    for reach in diff.reaches:
        path = " -> ".join((source_words(reach.path[0].source), *(target_words(edge.target) for edge in reach.path)))
        said.extend(f"reach {path}: {_row(change)}" for change in reach.delta.gained)
    return said


def _lines(delta: HolderDelta) -> list[str]:
    holder = delta.head or delta.base
    assert holder is not None
    guards = f" if {' and '.join(map(spelled, delta.guards))}" if delta.guards else ""
    who = f"{holder.kind} {holder.root and holder.root + ': '}{holder.address}{guards}"
    parts = (("gained", delta.delta.gained), ("lost", delta.delta.lost), ("undecided", delta.delta.undecided))
    return [f"{who} {part} {_row(change)}" for part, changes in parts for change in changes]


def _row(change: Change) -> str:
    row = change.row
    excepted = f" except {', '.join(row.except_resources)}" if row.except_resources else ""
    who = f" to {', '.join(one.printed for one in row.principals)}" if row.principals else ""
    return f"{', '.join(row.actions)} on {', '.join(row.resources)}{excepted}{who}"
