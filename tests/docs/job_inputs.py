"""What action.yml and the GitLab component declare, as the tables of docs/ci.md show it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.forges.ci.runners import ACTION, COMPONENT
from tests.places import PROJECT
from tests.yaml_files import read_all_yaml, read_yaml

PAGE = PROJECT / "docs" / "ci.md"

Declared = Mapping[str, Mapping[str, Any]]


def steps() -> list[str]:
    """The names of the action's steps."""
    return [step["name"] for step in read_yaml(ACTION.read_text())["runs"]["steps"]]


def derived() -> Iterator[tuple[Path, str]]:
    """The page with its tables as the two files declare them."""
    action = read_yaml(ACTION.read_text())
    spec = next(iter(read_all_yaml(COMPONENT.read_text())))["spec"]
    text = _with_table(PAGE.read_text(), "## GitHub Actions", "input", _inputs(action["inputs"]))
    text = _with_table(text, "## GitHub Actions", "output", _outputs(action["outputs"]))
    yield PAGE, _with_table(text, "## GitLab CI", "input", _inputs(spec["inputs"]))


def _inputs(declared: Declared) -> list[str]:
    return ["| input | meaning | default |", "|---|---|---|", *(
        f"| `{name}` | {_cell(one['description'])} | {_default(one.get('default', ''))} |"
        for name, one in declared.items()
    )]  # fmt: skip


def _outputs(declared: Declared) -> list[str]:
    return ["| output | meaning |", "|---|---|",
            *(f"| `{name}` | {_cell(one['description'])} |" for name, one in declared.items())]  # fmt: skip


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _default(value: str) -> str:
    return f"`{value}`" if value else "none"


def _with_table(text: str, heading: str, first: str, rows: list[str]) -> str:
    """The page with those rows in place of the first table below the heading whose first column is called so."""
    above, found, below = text.partition(f"{heading}\n")
    assert found, heading
    table = re.compile(rf"^\| {first} \|.*\n(?:\|.*\n)+", re.MULTILINE)
    assert table.search(below), (heading, first)
    return above + found + table.sub(lambda _: "".join(f"{row}\n" for row in rows), below, count=1)
