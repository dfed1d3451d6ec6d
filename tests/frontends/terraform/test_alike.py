from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.frontends.terraform.modules.affected_roots import affected_roots
from tests.frontends.terraform.trees import tree
from tests.yaml_files import read_yaml

ALIKE = read_yaml(Path("tests/cases/terraform/roots/alike.yaml").read_text())


@pytest.mark.parametrize("case", ALIKE, ids=lambda case: case["name"])
def test_roots_that_say_the_same(case: dict[str, Any]) -> None:
    base = tree({**case["files"], **case.get("base", {})}, "base")
    head = tree({**case["files"], **case.get("head", {})})
    changed = frozenset(path for path in {*base.listing, *head.listing} if base.blob(path) != head.blob(path))

    answer = affected_roots(base, head, changed)

    assert sorted(root.directory for root in answer.alike) == case["alike"]
    assert answer.alike <= {*answer.roots}
    assert answer.roots
