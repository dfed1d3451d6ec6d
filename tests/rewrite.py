"""Writes what reviews say today into the case files, what follows from the rules' pages, and the tables of the jobs'
inputs, for whoever changed it on purpose: read the difference.

python -m tests.rewrite [WORD...]    only files whose path holds one of the words
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from tests.changes import test_changes
from tests.docs import job_inputs
from tests.places import PROJECT, TESTS
from tests.risk import rule_pages, test_advice, test_clusters, test_findings, test_guardrails, test_rules
from tests.yaml_files import read_yaml

Said = Mapping[str, list[str]]
"""The keys of a case that hold sentences; one without any is left out of the file."""

Case = dict[str, Any]


def files() -> Iterator[tuple[Path, Callable[[Case], Said]]]:
    """The files that hold sentences, with what says them anew of a case."""
    risk = TESTS / "cases" / "risk"
    yield risk / "rules.yaml", test_rules.says
    yield risk / "no_ops.yaml", test_rules.says
    yield risk / "advice.yaml", test_advice.says
    yield risk / "findings.yaml", test_findings.says
    yield risk / "guardrails.yaml", test_guardrails.says
    yield risk / "clusters.yaml", test_clusters.says
    for name in test_changes.NAMES:
        yield test_changes.CASES / name / "expect.yaml", partial(_of_change, name)


def _of_change(name: str, case: Case) -> Said:
    return test_changes.says(name)


def rewritten(text: str, said: Callable[[Case], Said]) -> str:
    """A file of one case or a list of them, with what each says; nothing else of the text changes."""
    top = yaml.compose(text)
    nodes = top.value if isinstance(top, yaml.SequenceNode) else [top]
    cases = read_yaml(text)
    lines = text.splitlines()
    pairs = list(zip(nodes, cases if isinstance(cases, list) else [cases], strict=True))
    for node, case in reversed(pairs):
        _write(lines, node, said(case))
    return "\n".join(lines) + "\n"


def _write(lines: list[str], case: yaml.MappingNode, said: Said) -> None:
    """Put the sentences where they stood, else behind the case's last line."""
    indent = " " * case.value[0][0].start_mark.column
    spans = {key.value: (key.start_mark.line, _last_line(value)) for key, value in case.value}
    behind = max(last for _, last in spans.values()) + 1
    for key, sentences in sorted(said.items(), key=lambda one: -spans.get(one[0], (behind, 0))[0]):
        first, last = spans.get(key, (behind, behind - 1))
        quoted = [json.dumps(one, ensure_ascii=False) for one in sentences]
        lines[first : last + 1] = [f"{indent}{key}:", *(f"{indent}- {one}" for one in quoted)] if quoted else []


def _last_line(node: yaml.Node) -> int:
    if not isinstance(node, yaml.CollectionNode):
        return int(node.end_mark.line) - (isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"))
    if node.flow_style or not node.value:
        return int(node.end_mark.line)
    last = node.value[-1]
    return _last_line(last[1] if isinstance(last, tuple) else last)


def main() -> int:
    """Rewrite; the names of files that differ are printed."""
    words = sys.argv[1:]
    for path, said in files():
        if words and not any(word in str(path) for word in words):
            continue
        before = path.read_text()
        after = rewritten(before, said)
        if after != before:
            _replace(path, after)
    for path, text in (*rule_pages.derived(), *job_inputs.derived()):
        if not path.exists() or path.read_text() != text:
            _replace(path, text)
    return 0


def _replace(path: Path, text: str) -> None:
    path.write_text(text)
    sys.stdout.write(f"{path.relative_to(PROJECT)}\n")


if __name__ == "__main__":
    sys.exit(main())
