"""Which rules count, from tests/cases/risk/layers.yaml; and that nothing enforced is ever loosened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.review_config.layers import layered
from bot.review_config.rules_file import load_review_config
from bot.review_config.scales import CLOSED, MODES, THRESHOLDS
from bot.review_config.settings import LoadedReviewConfig, ReviewConfig
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/layers.yaml").read_text())


def layer(content: dict[str, Any] | None) -> LoadedReviewConfig:
    return load_review_config(None if content is None else yaml.safe_dump(content), ".iam-review.yaml")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_layers(case: dict[str, Any]) -> None:
    found = layered(*(layer(case.get(name)) for name in ("repository", "defaults", "enforced")))
    wanted = msgspec.convert({**msgspec.to_builtins(found.rules), **case["counts"]}, ReviewConfig)
    assert found.rules == wanted
    assert {name: found.sources[name] for name in case.get("source", {})} == case.get("source", {})
    assert case.get("problem", "") in "".join(each.reason for each in found.problems)
    assert bool(found.problems) == ("problem" in case)


ORDERS = {
    "mode": MODES,
    "fail_at": THRESHOLDS,
    "comment_at": THRESHOLDS,
    "fail_closed": CLOSED,
}


@given(
    st.fixed_dictionaries({}, optional={name: st.sampled_from(order) for name, order in ORDERS.items()}),
    st.fixed_dictionaries({}, optional={name: st.sampled_from(order) for name, order in ORDERS.items()}),
)
def test_nothing_enforced_is_loosened(repository: dict[str, str], enforced: dict[str, str]) -> None:
    rules = layered(layer(repository), enforced=layer(enforced)).rules
    for name, value in enforced.items():
        order = ORDERS[name]
        assert order.index(getattr(rules, name)) >= order.index(value)
