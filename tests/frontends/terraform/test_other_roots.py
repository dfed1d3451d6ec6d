from __future__ import annotations

from typing import Any

import pytest

from bot.data_sources import PROVIDER
from bot.evaluated.config import Root
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.value import StringValue
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = read_yaml((TESTS / "cases/terraform/other_roots/backends.yaml").read_text("utf-8"))

THERE = 'terraform {{\n{backend}\n}}\noutput "name" {{\n  value = "known"\n}}\n'
HERE = """variable "unknown" {{}}
locals {{
  bucket = "b"
}}
data "terraform_remote_state" "there" {{
{arguments}
}}
resource "probe" "p" {{
  value = data.terraform_remote_state.there.outputs.name
}}
"""


@pytest.mark.parametrize("case", CASES)
def test_which_root_keeps_the_state(case: dict[str, Any]) -> None:
    files = {
        "there/main.tf": THERE.format(backend=case["there"]).encode(),
        "here/main.tf": HERE.format(arguments=case["here"]).encode(),
    }
    tree = SourceTree("head", {path: path for path in files}, files)
    config = evaluate(tree, Root("here"), PROVIDER, SyntaxCache())
    assert not config.gaps
    (probe,) = (each for each in config.resources if each.type == "probe")
    value = probe.attribute("value")
    assert (isinstance(value, StringValue) and value.known == "known") is case["found"]
