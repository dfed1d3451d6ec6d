"""What is read of a plan is all that the extraction asks for: without the rest, every case means the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.extract import extract
from bot.extract.attributes import read_of
from tests.extract.configs import config
from tests.extract.test_extract import MANAGED, said
from tests.extract.test_extract import _cases as whole_cases
from tests.extract.test_types import CASES, CONDITIONS


def _each() -> Iterator[Any]:
    """Resources by address: those of whole cases, each type's, and each argument of a type that limits."""
    yield from (pytest.param(case.values[0]["resources"], id=case.id) for case in whole_cases())
    for kind, case in CASES.items():
        yield pytest.param({**case.get("beside", {}), f"{kind}.x": case["with"]}, id=kind)
    for kind, case in CONDITIONS.items():
        for name, (written, _) in case["alone"].items():
            yield pytest.param({f"{kind}.x": {**case["with"], name: written}}, id=f"{kind} {name}")


def as_planned(whole: EvaluatedConfig) -> EvaluatedConfig:
    """The configuration with no more of each block than is read of a plan; a plan has no calls of modules."""
    return dataclasses.replace(whole, resources=tuple(map(_planned, whole.resources)))


def _planned(one: ResourceInstance) -> ResourceInstance:
    entries = (entry for entry in one.attributes.entries if one.mode == "module" or read_of(one.type, entry[0]))
    return dataclasses.replace(one, attributes=dataclasses.replace(one.attributes, entries=tuple(entries)))


@pytest.mark.parametrize("resources", list(_each()))
def test_what_is_read_of_a_plan_is_all_that_counts(resources: dict[str, Any]) -> None:
    whole = config(resources)
    assert said(extract(as_planned(whole), MANAGED.get)) == said(extract(whole, MANAGED.get))
