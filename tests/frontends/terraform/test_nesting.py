"""What is nested too deeply, through the real command: a gap for its file or block, soon, beside what there is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.frontends.terraform.nesting import MAX_DEPTH
from bot.frontends.terraform.syntax.nodes import SyntaxFault
from bot.frontends.terraform.syntax.parse import parse_file, parse_template
from tests.soaking import sample

LIMIT = 20.0
"""Seconds of processor time for all files of a kind together, which take a quarter of it alone in the soak."""

MANY, SOME = sample(20_000, 200_000), sample(5_000, 50_000)
"""Far more than the depth that is allowed, and than Python's own."""

GRANT = """\
resource "aws_iam_role" "admin" {
  name               = "admin"
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = "*" }] })
}
resource "aws_iam_role_policy" "admin" {
  role   = aws_iam_role.admin.name
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
variable "x" {
  default = 1
}
"""
EXPRESSIONS = {
    "not": "!" * MANY + "true",
    "minus": "-" * MANY + "1",
    "parentheses": "(" * MANY + "1" + ")" * MANY,
    "index": "local.x" + "[0]" * MANY,
    "attribute": "a" + ".b" * MANY,
    "legacy-index": "a" + ".0" * SOME,
    "splat": "a" + "[*].b" * SOME,
    "attribute-splat": "a" + ".*.b" * SOME,
    "keys": "a[" * SOME + "1" + "]" * SOME,
    "list": "[" * SOME + "]" * SOME,
    "object": "{a=" * SOME + "1" + "}" * SOME,
    "sum": "1" + " + 1" * SOME,
    "and": "true" + " && true" * SOME,
    "conditional": "true ? 1 : " * SOME + "1",
    "call": "f(" * SOME + "1" + ")" * SOME,
    "for": "[for x in [] : " * SOME + "1" + "]" * SOME,
    "if": '"' + "%{ if true }" * SOME + "x" + "%{ endif }" * SOME + '"',
    "heredoc": "<<E\n" + "%{ for x in [] }" * SOME + "x" + "%{ endfor }" * SOME + "\nE\n",
    "interpolations": '"${' * SOME + "1" + '}"' * SOME,
    "mixed": "!(-[" * SOME + "1" + "])" * SOME,
}


def resource(name: str, value: str) -> str:
    return f'resource "aws_iam_role_policy" "{name}" {{\n  role   = "x"\n  policy = {value}\n}}\n'


def reviewed(tmp_path: Path, files: dict[str, str]) -> dict[str, Any]:
    for side, contents in (("base", {}), ("head", {"grant.tf": GRANT, **files})):
        (tmp_path / side).mkdir()
        for name, text in contents.items():
            (tmp_path / side / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / side / name).write_text(text)
    sides = ("--base-dir", str(tmp_path / "base"), "--head-dir", str(tmp_path / "head"))
    before = os.times().children_user
    done = subprocess.run([sys.executable, "-m", "bot", "diff", *sides, "--format", "json"], capture_output=True)
    assert os.times().children_user - before < LIMIT
    assert done.returncode == 1, done.stderr.decode()[-1000:]
    found: dict[str, Any] = json.loads(done.stdout)
    assert any("*" in finding["actions"] for finding in found["gained"]), "what is beside it is told"
    return found


def deep(found: dict[str, Any]) -> set[str]:
    """The files with a gap that says so."""
    return {gap["file"] for gap in found["gaps"] if "nested" in gap["reason"]}


def test_a_block_is_a_gap(tmp_path: Path) -> None:
    files = {f"{name}.tf": resource(name, value) for name, value in EXPRESSIONS.items()}
    files["blocks.tf"] = 'resource "aws_iam_role" "r" {\n' + "a {\n" * SOME + "}\n" * SOME + "}\n"
    files["top.tf"] = "a {\n" * SOME + "}\n" * SOME
    files["beside.tf"] = resource("beside", "var.x") + resource("deep", "!" * MANY + "true")
    assert deep(reviewed(tmp_path, files)) == set(files)


def test_a_json_file_is_a_gap(tmp_path: Path) -> None:
    written = '{"resource": {"aws_iam_role_policy": {"p": {"role": "r", "policy": VALUE}}}}'
    files = {
        "a.tf.json": written.replace("VALUE", "[" * MANY + "]" * MANY),
        "b.tf.json": written.replace("VALUE", '{"a": ' * SOME + "1" + "}" * SOME),
        "c.tf.json": written.replace("VALUE", '"${' + "!" * MANY + 'true}"'),
        "d.tf.json": written.replace("VALUE", '"${a' + ".b" * MANY + '}"'),
    }
    assert deep(reviewed(tmp_path, files)) == set(files)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("terraform.tfvars", "x = " + "!" * MANY + "true\n"),
        ("a.auto.tfvars", "x = " + "[" * MANY + "]" * MANY + "\n"),
        ("a.auto.tfvars.json", '{"x": ' + "[" * MANY + "]" * MANY + "}"),
    ],
)
def test_a_var_file_is_a_gap(name: str, text: str, tmp_path: Path) -> None:
    assert deep(reviewed(tmp_path, {name: text})) == {name}


def test_what_becomes_a_policy_is_a_gap(tmp_path: Path) -> None:
    texts = {
        "not.tftpl": "${" + "!" * MANY + "true}",
        "if.tftpl": "%{ if true }" * SOME + "x" + "%{ endif }" * SOME,
        "list.json": "[" * MANY + "]" * MANY,
        "object.json": '{"Statement": ' * SOME + "1" + "}" * SOME,
    }
    calls = {name: f'templatefile("${{path.module}}/{name}", {{}})' for name in texts}
    blocks = [resource(name.replace(".", "-"), call) for name, call in calls.items()]
    blocks += [resource("heredoc", "<<E\n" + "[" * MANY + "]" * MANY + "\nE\n")]
    blocks += [resource("text", 'templatestring("$${' + "!" * MANY + 'true}", {})')]
    found = reviewed(tmp_path, {**texts, "main.tf": "".join(blocks)})
    names = {*(f"aws_iam_role_policy.{name.replace('.', '-')}" for name in texts)}
    names |= {"aws_iam_role_policy.heredoc", "aws_iam_role_policy.text"}
    assert names <= {gap["address"] for gap in found["gaps"]}


def test_a_list_of_modules_that_is_no_list(tmp_path: Path) -> None:
    """What `terraform init` left is read from a folder."""
    files = {"main.tf": 'module "m" {\n  source = "x/y/z"\n}\n', ".terraform/modules/modules.json": "[" * MANY}
    assert "module x/y/z is not in the repository" in [gap["reason"] for gap in reviewed(tmp_path, files)["gaps"]]


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "!" * (MAX_DEPTH - 2) + "b",
        "a = b" + ".c" * (MAX_DEPTH - 2),
        "a = (" + "\n+ ".join(["b.c[0]"] * 90) + ")",
        "a = [" + ", ".join(["-b.c.d"] * 2_000) + "]",
        'a = "' + "${b.c}" * 2_000 + '"',
        'a = "' + "%{ if b }x%{ endif }" * 2_000 + '"',
        "".join("b {\n  c = {}\n  d = [1]\n}\n" for _ in range(2_000)),
        "a = {\n" + "".join(f'  "k{i}" : [-1]\n' for i in range(250)) + "}\n",
    ],
)
def test_what_people_write_is_not_deep(text: str) -> None:
    parse_file(text)


def test_directives_are_counted_where_they_end() -> None:
    parse_template("%{ if true }x%{ endif }" * 1_000)
    with pytest.raises(SyntaxFault, match=f"more than {MAX_DEPTH}"):
        parse_template("%{ if true }" * 400 + "%{ endif }" * 400)
