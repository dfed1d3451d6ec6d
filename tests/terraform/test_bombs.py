"""Configurations written to hang or crash an evaluator: each ends soon, in a gap."""

from __future__ import annotations

import time

import pytest

from bot.terraform.config import EvaluatedConfig, Provider, Root
from bot.terraform.evaluate import evaluate
from bot.terraform.sources import SyntaxCache
from tests.terraform.trees import tree

LIMIT = 10.0
"""Seconds of processor time."""


def resource(value: str) -> str:
    return f'resource "x" "y" {{\n  v = {value}\n}}\n'


def chain(length: int, first: str, following: str) -> str:
    """Locals l0, l1, ... each made of the one before it, and a resource that asks for the last."""
    lines = [f"  l{i} = {following.replace('PREVIOUS', f'local.l{i - 1}') if i else first}\n" for i in range(length)]
    return "locals {\n" + "".join(lines) + "}\n" + resource(f"local.l{length - 1}")


def fan(calls: int, depth: int) -> dict[str, str]:
    """Modules that each call the next several times."""
    text = "".join(f'module "m{i}" {{\n  source = "./a"\n}}\n' for i in range(calls))
    return {f"{'a/' * level}main.tf": text for level in range(depth)} | {f"{'a/' * depth}main.tf": resource("1")}


BOMBS = {
    "doubling strings": {"main.tf": chain(60, '"ha"', '"${PREVIOUS}${PREVIOUS}"')},
    "doubling lists": {"main.tf": chain(40, "[1, 2]", "concat(PREVIOUS, PREVIOUS)")},
    "squaring numbers": {"main.tf": chain(60, "9999999", "PREVIOUS * PREVIOUS")},
    "a long chain of references": {"main.tf": chain(3000, "1", "PREVIOUS + 1")},
    "parentheses": {"main.tf": resource("(" * 5000 + "1" + ")" * 5000)},
    "nested lists": {"main.tf": resource("[" * 5000 + "]" * 5000)},
    "loops in loops": {"main.tf": resource(f"[for a in range(900) : [for b in range(900) : {'a + b + ' * 9} 1]]")},
    "a large count": {"main.tf": 'resource "x" "y" {\n  count = 1000000000\n}'},
    "a module that calls itself": {"main.tf": 'module "m" {\n  source = "./"\n}\n'},
    "modules that fan out": fan(9, 8),
    "nested JSON": {"main.tf": resource('jsondecode(file("a.json"))'), "a.json": "[" * 100_000},
    "an open interpolation in itself": {"main.tf": 'a = "' + '${"' * 3000},
    "a number of many digits": {"main.tf": resource("9" * 100_000)},
}


def evaluated(files: dict[str, str]) -> EvaluatedConfig:
    return evaluate(tree(files), Root(""), Provider(), SyntaxCache())


@pytest.mark.parametrize("name", BOMBS)
def test_bomb(name: str) -> None:
    evaluated(resource_once())
    begun = time.process_time()
    config = evaluated(BOMBS[name])
    assert config.gaps
    assert time.process_time() - begun < LIMIT


def resource_once() -> dict[str, str]:
    """Something small first, so that building the grammar does not count."""
    return {"main.tf": resource("1")}


def test_many_undecided_conditions_are_one_unknown_value() -> None:
    variables = "".join(f'variable "v{i}" {{}}\n' for i in range(40))
    text = "".join(f"${{var.v{i} ? 1 : 2}}" for i in range(40))
    config = evaluated({"main.tf": variables + resource(f'"{text}"')})
    assert [each.address for each in config.resources] == ["x.y"]


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "~/.ssh/id_rsa", "a/../../../b"])
def test_no_file_outside_the_tree_is_read(path: str) -> None:
    config = evaluated({"main.tf": resource(f'file("{path}")')})
    assert [gap.kind for gap in config.gaps] == ["unresolved-path"]
    assert not config.needs
