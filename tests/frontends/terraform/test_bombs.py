"""Configurations written to hang or crash an evaluator: each ends soon, in a gap."""

from __future__ import annotations

import os

import pytest

from bot.evaluated import value_size
from bot.evaluated.config import EvaluatedConfig, Provider, Root
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.policy_text import policy_node
from bot.frontends.terraform.evaluate import run
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.functions import BUILT_IN
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from tests.frontends.terraform.trees import tree
from tests.soaking import sample

LIMIT = 20.0  # seconds of CPU: twice what a bomb may take alone, as the suite runs on every core at once
"""Seconds of processor time."""


PART = sample(10, 1)
"""They have this part of the steps, and of the time; what they repeat is as much shorter."""

DOUBLED = sample(11, 14)
"""So often is a list doubled that is worked on in a loop."""


def seconds() -> float:
    """Time in Python itself: at unlucky depths of calls Python 3.11 asks the kernel for memory at each call."""
    return os.times().user


def resource(value: str) -> str:
    return f'resource "x" "y" {{\n  v = {value}\n}}\n'


def chain(length: int, first: str, following: str) -> str:
    """Locals l0, l1, ... each made of the one before it, and a resource that asks for the last."""
    lines = [f"  l{i} = {following.replace('PREVIOUS', f'local.l{i - 1}') if i else first}\n" for i in range(length)]
    return "locals {\n" + "".join(lines) + "}\n" + resource(f"local.l{length - 1}")


def shared(value: str, length: int = 60) -> str:
    """Two chains of lists that each hold the one before it twice; `value` speaks of the LAST and the OTHER's."""
    lines = ['variable "v" {}\nlocals {\n  a0 = [1, 2]\n  b0 = [1, 2]\n']
    for i in range(1, length):
        lines.append(f"  a{i} = [local.a{i - 1}, local.a{i - 1}]\n  b{i} = [local.b{i - 1}, local.b{i - 1}]\n")
    written = value.replace("LAST", f"local.a{length - 1}").replace("OTHER", f"local.b{length - 2}")
    return "".join(lines) + "}\n" + resource(written)


def typed(kind: str, before: str) -> str:
    """A module that is given the last of `shared`."""
    return before + f'module "m" {{\n  source = "./m"\n  v = local.a59 # {kind}\n}}\n'


def typed_module(kind: str) -> str:
    return f'variable "v" {{\n  type = {kind}\n}}\n' + resource("var.v")


def deep(length: int, value: str) -> str:
    """A list in a list and so on, which is evaluated bit by bit, and a resource that speaks of the LAST."""
    lines = [f"  a{i} = [local.a{i - 1}]\n" for i in range(1, length)]
    links = "".join(f'resource "x" "y{i}" {{\n  v = local.a{i}\n}}\n' for i in range(0, length, 50))
    return (
        "locals {\n  a0 = []\n"
        + "".join(lines)
        + "}\n"
        + links
        + resource(value.replace("LAST", f"local.a{length - 1}"))
    )


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
    "shared lists, chosen between": {"main.tf": shared("var.v ? LAST : OTHER")},
    "shared lists in an argument": {"main.tf": shared("LAST", 40)},
    "shared lists, named": {"main.tf": shared("upper(LAST)")},
    "shared lists, joined": {"main.tf": shared("join(LAST, [])")},
    "shared lists, counted": {"main.tf": shared("length(LAST) + LAST")},
    "shared lists as text": {"main.tf": shared('"a${LAST}"')},
    "shared lists as a key": {"main.tf": shared("{ (LAST) = 1 }")},
    "shared lists as an index": {"main.tf": shared("[1, 2][LAST]")},
    "shared lists as a set": {"main.tf": shared("toset([LAST])")},
    "shared lists, converted": {"main.tf": typed("list(any)", shared("1")), "m/main.tf": typed_module("list(string)")},
    "shared lists of any type": {"main.tf": typed("any", shared("no()")), "m/main.tf": typed_module("any")},
    "shared lists, encoded in a loop": {"main.tf": shared("[for i in BIG : jsonencode([i, LAST])]", DOUBLED)},
    "shared lists, flattened in loops": {"main.tf": shared("[for i in BIG : flatten(LAST)]", DOUBLED - 2)},
    "long text in a loop": {"main.tf": shared("[for i in BIG : upper(jsonencode([i, LAST]))]", DOUBLED)},
    "merged maps in a loop": {"main.tf": resource("[for a in BIG : merge({ for k, i in BIG : k => i }, {})]")},
    "lists put together in a loop": {
        "main.tf": "locals {\n  l = BIG\n}\n" + resource("[for a in local.l : concat(local.l, local.l)]")
    },
    "entries looked up in a large map": {
        "main.tf": 'locals {\n  m = { for k, i in BIG : "k${k}" => i }\n}\n'
        + resource(f"[for a in BIG : [for b in BIG : local.m.k{20_000 // PART - 1}]]")
    },
    "text of many pieces in a loop": {
        "main.tf": 'variable "v" {}\nlocals {\n  t = join("", [for i in BIG : "${i}/${var.v}"])\n}\n'
        + resource('[for a in BIG : "${local.t}${local.t}"]')
    },
    "templates in templates": {"main.tf": chain(40, '"x"', '"%{for i in range(9)}${PREVIOUS}%{endfor}"')},
    "splats of splats": {"main.tf": shared("[for i in BIG : LAST[*][*][*]]", DOUBLED)},
    "a deep value, named": {"main.tf": deep(4000, "upper(LAST)")},
    "a deep value, encoded": {"main.tf": deep(4000, "jsonencode(LAST)")},
    "deep values, compared": {"main.tf": deep(4000, "LAST == [LAST] ? no() : no()")},
}
BIG = f"flatten([for i in range(20) : range({1000 // PART})])"


RULES = "".join(
    f'    r{i} = {{ port = {i}, cidrs = ["10.0.0.0/8", "10.{i}.0.0/16"], of = {{ a = {i}, b = "b{i}" }} }}\n'
    for i in range(400)
)
RULES = f'variable "rules" {{\n  default = {{\n{RULES}  }}\n}}\n'

ENDS = {
    "the place of each in a block": {
        "main.tf": RULES
        + 'resource "x" "y" {\n  dynamic "rule" {\n    for_each = var.rules\n'
        + "    content {\n      number = index(keys(var.rules), rule.key) + 100\n    }\n  }\n}\n"
    },
    "the place of each in a for": {"main.tf": RULES + resource("[for k, r in var.rules : index(keys(var.rules), k)]")},
    "the place of each instance": {
        "main.tf": RULES + 'resource "x" "y" {\n  for_each = var.rules\n  v = index(keys(var.rules), each.key)\n}\n'
    },
    "a text read again for each": {
        "main.tf": RULES
        + resource("{ for k in sort(keys(jsondecode(TEXT))) : k => jsondecode(TEXT)[k] }").replace(
            "TEXT", 'templatefile("${path.module}/a.tftpl", { all = var.rules })'
        ),
        "a.tftpl": "${jsonencode(all)}",
    },
    "shared lists, compared": {"main.tf": shared("LAST == [OTHER, OTHER]")},
    "shared lists, found": {"main.tf": shared("contains([LAST], OTHER)", 14)},
    "stars in a pattern for files": {"main.tf": resource('fileset(".", "*a*a*a*a*a*a*a*c")'), "a" * 240 + "b": ""},
}
"""What ends as soon, in a value."""


LEFT_BY = {
    "a number of many digits": DiagnosticKind.PARSE_ERROR,
    "shared lists, counted": DiagnosticKind.WRONG_TYPE,
    "shared lists as text": DiagnosticKind.WRONG_TYPE,
    "shared lists as a key": DiagnosticKind.WRONG_TYPE,
    "shared lists as an index": DiagnosticKind.WRONG_TYPE,
    "shared lists, converted": DiagnosticKind.WRONG_TYPE,
    "shared lists of any type": DiagnosticKind.UNSUPPORTED_FUNCTION,
}
"""The kind of gap of those that come to no bound of ours: what they do to a large value is refused before."""


def evaluated(files: dict[str, str]) -> EvaluatedConfig:
    files = {path: text.replace("BIG", BIG) for path, text in files.items()}
    return evaluate(tree(files), Root(""), Provider(), SyntaxCache())


@pytest.mark.parametrize("name", BOMBS)
def test_bomb(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "MAX_STEPS", run.MAX_STEPS // PART)
    monkeypatch.setattr(run, "MAX_STEPS_EACH", run.MAX_STEPS_EACH // PART)
    evaluated(resource_once())
    begun = seconds()
    config = evaluated(BOMBS[name])
    assert LEFT_BY.get(name, DiagnosticKind.OVER_BUDGET) in {gap.diagnostic.kind for gap in config.gaps}
    assert seconds() - begun < LIMIT / PART


@pytest.mark.parametrize("name", ENDS)
def test_ends(name: str) -> None:
    begun = seconds()
    config = evaluated(ENDS[name])
    for each in config.resources:
        policy_node(each.attributes)
    kinds = [gap.diagnostic.kind for gap in config.gaps]
    assert not kinds
    assert seconds() - begun < LIMIT


CALLS = (
    "{}(LAST)",
    "{}(LAST, OTHER)",
    "{}(LAST...)",
    '{}("a", LAST)',
    '{}(LAST, "a", "b")',
    "[LAST, {}(LAST, OTHER, 1)]",
)
"""Ways to call any function with shared lists, most of which are refused: what a refusal tells must end too."""


@pytest.fixture(scope="module")
def parsed() -> SyntaxCache:
    return SyntaxCache()


@pytest.mark.parametrize("leaf", ["2", "var.v"], ids=["known", "unknown"])
@pytest.mark.parametrize("name", BUILT_IN)
def test_shared_lists_end_in_every_function(
    name: str, leaf: str, parsed: SyntaxCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(value_size, "MAX_WEIGHT", value_size.MAX_WEIGHT // 100)
    lists = shared("1", 40).replace("[1, 2]", f"[1, {leaf}]")
    calls = [
        f'resource "x" "r{i}" {{\n  v = {call.format(name)}\n}}\n'.replace("LAST", "local.a39").replace(
            "OTHER", "local.b38"
        )
        for i, call in enumerate(CALLS)
    ]
    begun = seconds()
    config = evaluate(tree({"lists.tf": lists, "main.tf": "".join(calls)}), Root(""), Provider(), parsed)
    for each in config.resources:
        policy_node(each.attributes)
    assert seconds() - begun < LIMIT


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
    assert [gap.diagnostic.kind for gap in config.gaps] == ["unresolved-path"]
    assert not config.needs
