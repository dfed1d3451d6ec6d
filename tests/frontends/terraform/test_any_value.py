"""Values of every kind through everything that orders, compares or keys them: a whole review, never an exception."""

from __future__ import annotations

import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.evaluated.touched import FileChange, Touched
from bot.review.engine import Examined, ProposedChange, review
from bot.review_config.settings import ReviewConfig
from tests.frontends.terraform.trees import tree
from tests.soaking import sample

sys.setrecursionlimit(12_000)  # as evaluate() does: Hypothesis does not like it while an example runs

NAMES = """\
variable "on" { type = bool }
variable "off" { type = bool }
variable "any" {}
variable "empty" {
  default = {}
}
variable "no" {
  default = false
}
data "aws_vpc" "a" {}
data "aws_vpc" "b" {}
resource "aws_sqs_queue" "many" {
  for_each = toset(var.on ? [data.aws_vpc.a.id] : [data.aws_vpc.a.id, data.aws_vpc.b.id, "x"])
  name     = each.key
}
resource "aws_sqs_queue" "some" {
  for_each = var.any
  name     = each.value
}
resource "aws_sqs_queue" "counted" {
  count = var.off ? 2 : var.any
}
locals {
  twice = [for name in ["a", "a", data.aws_vpc.a.id, data.aws_vpc.a.id] : { name = name, n = var.any }]
}
"""
BODY = """\
resource "aws_iam_role" "r" {
  for_each           = EACH
  name               = try(each.value.name, each.value)
  assume_role_policy = VALUE
}
resource "aws_iam_role" "again" {
  for_each           = aws_iam_role.r
  name               = each.key
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Principal = VALUE }] })
}
data "aws_iam_policy_document" "d" {
  dynamic "statement" {
    for_each = EACH
    content {
      sid       = statement.key
      actions   = VALUE
      resources = [statement.value]
      dynamic "condition" {
        for_each = VALUE
        content {
          test     = "StringEquals"
          variable = condition.key
          values   = EACH
        }
      }
    }
  }
}
resource "aws_iam_role_policy" "p" {
  for_each = EACH
  role     = aws_iam_role.r[each.key].id
  policy   = data.aws_iam_policy_document.d.json
}
resource "aws_iam_role_policy" "q" {
  count  = VALUE
  role   = VALUE
  policy = jsonencode({ Statement = [for k, v in EACH : { Effect = "Allow", Action = v, Resource = k }] })
}
resource "aws_iam_role_policy_attachment" "t" {
  for_each   = merge(aws_iam_role.r, aws_iam_role.again)
  role       = each.key
  policy_arn = VALUE
}
module "m" {
  source   = "./m"
  for_each = EACH
  value    = VALUE
}
output "all" {
  value = [module.m, aws_iam_role.r, sort(keys(module.m)), values(aws_iam_role.again)]
}
"""
MODULE = """\
variable "value" { type = any }
resource "aws_iam_user" "u" {
  for_each = var.value
  name     = each.key
}
output "users" { value = aws_iam_user.u }
"""
ATOMS = st.sampled_from(
    [
        *(
            "1",
            "-1.5",
            "1e300",
            f'"{"9" * 400}"',
            "true",
            "null",
            '"a"',
            '"b"',
            '"*"',
            "[]",
            "{}",
            "{ a = 1 }",
            '["b", "a"]',
        ),
        *("var.any", "var.any.x", "var.any[0]", "var.empty", "local.nothing", "local.twice", "data.aws_vpc.a.id"),
        *("data.aws_vpc.a", "aws_sqs_queue.many", "aws_sqs_queue.some", "aws_sqs_queue.counted", "each.value"),
        *('(var.on ? "a" : "b")', '(var.off ? ["a"] : [data.aws_vpc.b.id])', "(var.no ? { z = 1 } : {})"),
        *('"${data.aws_vpc.a.id}"', '"x-${var.any}"', "aws_sqs_queue.counted[*].arn", "{ (var.any) = 1, a = 2 }"),
        'jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })',
    ]
)
CALLS = st.sampled_from(
    [
        *("sort", "distinct", "toset", "tolist", "merge", "keys", "values", "flatten", "setproduct", "setunion"),
        *("setsubtract", "concat", "reverse", "compact", "zipmap", "transpose", "chunklist", "lookup", "contains"),
        *("index", "element", "one", "coalesce", "jsonencode", "yamlencode", "min", "max", "sum", "length", "join"),
        *("format", "tomap", "range", "slice", "matchkeys", "try"),
    ]
)
SHAPES = (
    "[for k, v in {} : {}]", "[for k, v in {} : v if {}]", "{{ for k, v in {} : k => {} }}", "[{}, {}]",
    "{{ for k, v in {} : v => {}... }}", "{{ for v in {} : ({}) => v }}", "(var.on ? {} : {})", "{{ ({}) = {} }}",
    "(var.off ? {} : {})", "{}[{}]", "{}[*].{}", "{} == {}", "({} < {})", "({} * {})", "({} - {})", "({} / {})",
    '"${{{}}}-${{{}}}"', "{{ a = {}, (each.key) = {} }}", "[{}, {}...]", "({} % {})",
)  # fmt: skip


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(CALLS, st.lists(inner, max_size=3)).map(lambda each: f"{each[0]}({', '.join(each[1])})"),
        st.tuples(st.sampled_from(SHAPES), inner, inner).map(lambda each: each[0].format(*each[1:])),
    )


EXPRESSIONS = st.recursive(ATOMS, _larger, max_leaves=6)


def _files(each: str, value: str) -> dict[str, str | bytes | None]:
    return {
        "names.tf": NAMES,
        "main.tf": BODY.replace("EACH", each).replace("VALUE", value),
        "m/main.tf": MODULE,
    }


LINES = frozenset(range(1, 70))
TOUCHED = Touched((FileChange("main.tf", "main.tf", LINES, LINES, ((1, 70, 1, 70),)),))


@given(st.tuples(EXPRESSIONS, EXPRESSIONS), st.tuples(EXPRESSIONS, EXPRESSIONS))
@settings(max_examples=sample(20, 1000), deadline=None)
def test_is_reviewed(base: tuple[str, str], head: tuple[str, str]) -> None:
    found = review(ProposedChange(tree(_files(*base), "base"), tree(_files(*head)), TOUCHED), ReviewConfig())
    assert isinstance(found, Examined)
    assert not [gap for gap in found.review.gaps if gap.cause == "fault"]
