from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import pytest

from bot.data_sources import PROVIDER
from bot.evaluated.config import EvaluatedConfig, Root
from bot.evaluated.source_tree import SourceTree
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = read_yaml((TESTS / "cases/functions/bombs/expressions.yaml").read_text("utf-8"))
SECONDS = 10


def evaluated(case: dict[str, Any]) -> EvaluatedConfig:
    expression = case["expression"].replace("LONG", "a" * 20_000).replace("DEEP", "[" * 50_000)
    names = [f"link{index}" for index in range(case.get("chain", 0) + 1)]
    lines = [f"  {names[0]} = {case.get('first', 'null')}\n"]
    for before, name in pairwise(names):
        lines.append(f"  {name} = {expression.replace('local.before', f'local.{before}')}\n")
    last = f"local.{names[-1]}" if "chain" in case else expression
    blob = f'locals {{\n{"".join(lines)}}}\nresource "probe" "p" {{\n  value = {last}\n}}\n'.encode()
    return evaluate(SourceTree("head", {"main.tf": "m"}, {"m": blob}), Root(""), PROVIDER, SyntaxCache())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_ends_in_time(case: dict[str, Any]) -> None:
    started = time.process_time()
    config = evaluated(case)
    assert time.process_time() - started < SECONDS
    kinds = {gap.diagnostic.kind for gap in config.gaps}
    assert case["fault"] in kinds if "fault" in case else not kinds
