"""What a public module's switch leaves off gives nothing, and what it switches on does."""

from __future__ import annotations

from typing import Any

import pytest

from bot.extract import extract
from bot.extract.remote_table import MODULES, row_of
from tests.extract.configs import config
from tests.extract.test_extract import MANAGED
from tests.places import TESTS
from tests.yaml_files import read_yaml

SWITCHES: dict[str, Any] = read_yaml((TESTS / "cases" / "extract" / "types" / "module_switches.yaml").read_text())
BY_ARN: dict[str, list[str]] = SWITCHES.pop("by_arn")
CASES = [(module, by, name) for module, all_ in SWITCHES.items() for by, names in all_.items() for name in names]
STATEMENT = {"actions": ["x:Do"], "resources": ["*"], "principals": [{"type": "Service", "identifiers": ["x.y"]}]}
DOCUMENT = {"json": {"Statement": {"Effect": "Allow", "Action": "x:Do", "Resource": "*", "Principal": "*"}}}


def given(module: str, name: str) -> Any:
    """What gives something where it counts."""
    if name in BY_ARN.get(module, ()):
        return list(MANAGED) if name == "policies" else next(iter(MANAGED))
    return {"one": STATEMENT} if name.endswith(("statements", "permissions")) else [DOCUMENT]


@pytest.mark.parametrize(("module", "switch", "name"), CASES)
def test_the_switch_decides(module: str, switch: str, name: str) -> None:
    call = {"_type": module, name: given(module, name)}
    for more, gives in (({}, False), ({switch: False}, False), ({switch: True}, True)):
        found = extract(config({"module.m": {**call, **more}}), dict.fromkeys(MANAGED, DOCUMENT["json"]).get)
        assert bool(found.grants) == gives, more


def test_every_switch_stands_here() -> None:
    known = {(row.source, name) for row in MODULES for name in row.gates if name}
    told = {(row.source, name) for module, _, name in CASES if (row := row_of(module)) is not None}
    assert told == known
