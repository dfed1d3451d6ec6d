from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.frontends.terraform.syntax import grammar_table
from bot.frontends.terraform.syntax.nodes import Body, SyntaxFault, line_starts, span
from bot.frontends.terraform.syntax.parse import parse_file, parse_template
from tests.yaml_files import read_yaml

CASES = read_yaml(Path("tests/cases/terraform/parse/files.yaml").read_text())


@pytest.mark.parametrize("case", [case for case in CASES if "shape" in case], ids=lambda case: case["name"])
def test_shape(case: dict[str, Any]) -> None:
    assert list(_shape(parse_file(case["text"]).body, case["text"])) == case["shape"]


@pytest.mark.parametrize("case", [case for case in CASES if "error" in case], ids=lambda case: case["name"])
def test_error(case: dict[str, Any]) -> None:
    line, reason = case["error"]
    with pytest.raises(SyntaxFault) as caught:
        parse_file(case["text"])
    assert reason in caught.value.reason
    assert span("f.tf", line_starts(case["text"]), caught.value.start, caught.value.start).line == line


def test_deep_nesting_is_refused_not_a_crash() -> None:
    with pytest.raises(SyntaxFault, match="nested too deeply"):
        parse_file('a = "' + '${"' * 500 + '"}' * 500 + '"')


def test_a_template_that_does_not_parse() -> None:
    with pytest.raises(SyntaxFault, match="not expected"):
        parse_template("a ${b c} d")


def test_the_compiled_grammar_is_told_from_a_stale_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = tmp_path / "grammar.bin"
    monkeypatch.setattr(grammar_table, "COMPILED", stored)
    monkeypatch.setattr(grammar_table, "_built", cache(grammar_table._built))  # it takes a second
    stored.write_bytes(grammar_table.compiled())
    assert grammar_table.load()[1]
    monkeypatch.setattr(grammar_table, "fingerprint", lambda: "another")
    assert not grammar_table.load()[1]


def _shape(body: Body, text: str) -> Iterator[str]:
    for argument in body.arguments:
        yield f"{argument.name} = {text[argument.value.start : argument.value.end]}"
    for block in body.blocks:
        yield f"{' '.join((block.type, *block.labels))} {{{', '.join(_shape(block.body, text))}}}"
