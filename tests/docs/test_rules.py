"""Rules that pages show are rules: of a repository, or of an organisation."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bot.review_config.settings import ReviewConfig
from bot.wiring.rules_files import check
from tests.docs.blocks import Block, blocks
from tests.docs.commands import PAGES
from tests.yaml_files import read_yaml

KEYS = {field.name for field in dataclasses.fields(ReviewConfig)}
BLOCKS = [block for page in PAGES for block in blocks(page) if block.language == "yaml"]
REPOSITORYS = [block for block in BLOCKS if read_yaml(block.text).keys() <= KEYS]
ORGANISATIONS = [block for block in BLOCKS if read_yaml(block.text).keys() <= {"defaults", "enforced"}]


@pytest.mark.parametrize("block", [*REPOSITORYS, *ORGANISATIONS], ids=lambda block: f"{block.file.name}:{block.line}")
def test_they_are_right(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(block.text)
    check([file], organisation=block in ORGANISATIONS)


def test_some_are_shown() -> None:
    assert {block.file.name for block in REPOSITORYS} >= {"rules-file.md"}
    assert {block.file.name for block in ORGANISATIONS} >= {"adopting.md"}
