"""The schema for editors says what the bot says."""

from __future__ import annotations

import dataclasses
import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.review_config.meanings import MEANINGS
from bot.review_config.rules_file import load_review_config
from bot.review_config.settings import ReviewConfig
from tests.yaml_files import read_yaml
from tools.written_files import WRITTEN, rules_schema

jsonschema: Any = importlib.import_module("jsonschema")
CASES: list[dict[str, Any]] = read_yaml(Path("tests/cases/risk/settings.yaml").read_text())


def test_the_file_in_docs_is_current() -> None:
    """`python -m tools.written_files` writes it."""
    file = "docs/iam-review.schema.json"
    assert Path(file).read_text() == WRITTEN[file]()


def test_every_setting_has_a_meaning() -> None:
    assert MEANINGS.keys() == {field.name for field in dataclasses.fields(ReviewConfig)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_the_schema_refuses_what_the_bot_refuses(case: dict[str, Any]) -> None:
    try:
        content = read_yaml(case["text"] or "{}") or {}
    except yaml.YAMLError:
        return
    refused = bool(load_review_config(case["text"], "x").problems)
    valid = jsonschema.Draft202012Validator(rules_schema()).is_valid(content)
    assert valid != refused
