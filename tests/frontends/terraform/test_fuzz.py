"""Expressions and files that nobody would write: each is a value, a gap or a SyntaxFault, and soon."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.data_sources import PROVIDER
from bot.evaluated.config import EvaluatedConfig, Root
from bot.evaluated.policy_text import policy_node
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.functions import FUNCTIONS
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from tests.frontends.terraform.trees import tree

sys.setrecursionlimit(12_000)  # as evaluate() does: Hypothesis does not like it while an example runs

NAMES = Path("tests/cases/terraform/expressions/names.tf").read_text()
FILES = [path.read_bytes() for path in sorted(Path("tests/cases/changes").rglob("*.tf"))[:60]]
BLOCKS = """\
resource "t" "it" {
  value = EXPRESSION
}
resource "t" "many" {
  for_each = EXPRESSION
}
data "aws_iam_policy_document" "d" {
  dynamic "statement" {
    for_each = EXPRESSION
    content {
      actions = EXPRESSION
    }
  }
}
"""
ATOMS = st.sampled_from(
    [
        *[
            "1",
            "-1.5",
            "true",
            "null",
            '"a"',
            "[]",
            "{}",
            "var.unset",
            "local.none",
            "path.module",
            "data.a.b.c",
            "each.key",
            "x.y.z",
        ],
        '"${var.unset}-x"',
        '"%{ for x in [1] }${x}%{ endfor }"',
        '["b", "a"]',
        "{ a = 1 }",
        "<<E\n${1}\nE\n",
    ]
)
CALLS = st.sampled_from([*sorted(FUNCTIONS), "try", "can", "nosuch"])
OPERATORS = st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", "<", "&&", "||"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    shapes = ("{}[{}]", "[for k, v in {} : {}]", "{{for k, v in {} : k => {}...}}", "(var.unset ? {} : {})")
    more = ("(1 == 1 ? {} : {})", "{}[*].a == {}", '"<${{{}}}>${{{}}}"', "[{}, {}...]", "{{ ({}) = {} }}")
    return st.one_of(
        st.tuples(CALLS, st.lists(inner, max_size=3)).map(lambda each: f"{each[0]}({', '.join(each[1])})"),
        st.tuples(inner, OPERATORS, inner).map(lambda each: f"({' '.join(each)})"),
        st.tuples(st.sampled_from([*shapes, *more]), inner, inner).map(lambda each: each[0].format(*each[1:])),
    )


EXPRESSIONS = st.recursive(ATOMS, _larger, max_leaves=8)


def evaluated(files: dict[str, str | bytes | None]) -> EvaluatedConfig:
    config = evaluate(tree(files), Root(""), PROVIDER, SyntaxCache())
    for each in (*config.resources, *config.latent):
        policy_node(each.attributes)
    return config


@given(EXPRESSIONS)
@settings(max_examples=200, deadline=None)
def test_an_expression_is_a_value_or_a_gap(expression: str) -> None:
    config = evaluated({"names.tf": NAMES, "main.tf": BLOCKS.replace("EXPRESSION", expression)})
    assert config.resources or config.gaps


@given(st.sampled_from(FILES), st.lists(st.tuples(st.integers(0, 5_000), st.binary(max_size=3)), max_size=4))
@settings(max_examples=100, deadline=None)
def test_a_damaged_file_is_read_as_far_as_it_goes(content: bytes, damage: list[tuple[int, bytes]]) -> None:
    for place, text in damage:
        content = content[:place] + text + content[place + 1 :]
    evaluated({"main.tf": content})
    evaluated({"main.tf.json": content, "terraform.tfvars": content, "a.auto.tfvars.json": content})
