"""Each claim about IAM has cases that exist."""

from __future__ import annotations

from typing import Any

import pytest

from tests.access_diff.policy_cases import load_cases
from tests.places import PROJECT
from tests.yaml_files import read_yaml

ROOT = PROJECT
SECTIONS = read_yaml((ROOT / "tests" / "cases" / "iam" / "semantics.yaml").read_text())
CLAIMS = [claim for claims in SECTIONS.values() for claim in claims]
KNOWN = frozenset(name for name, _ in load_cases())


@pytest.mark.parametrize("claim", CLAIMS, ids=[claim["claim"] for claim in CLAIMS])
def test_a_claim_is_shown_by_cases(claim: dict[str, Any]) -> None:
    assert claim["shown_by"]
    missing = [name for name in claim["shown_by"] if name not in KNOWN and not (ROOT / name).is_file()]
    assert not missing
