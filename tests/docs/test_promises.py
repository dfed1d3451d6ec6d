"""Every clause of what SECURITY.md and docs/limits.md promise has its tests, and they are there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.places import PROJECT
from tests.yaml_files import read_yaml

PROMISES: dict[str, dict[str, dict[str, list[str]]]] = read_yaml(
    (PROJECT / "tests/cases/docs/promises.yaml").read_text("utf-8")
)
NAMED = [
    (f"{row}: {clause}", test)
    for rows in PROMISES.values()
    for row, clauses in rows.items()
    for clause, tests in clauses.items()
    for test in tests or ("no test",)
]

_FILLER = re.compile(r"(?:[\s,;:.]|\band\b)*")
"""What may be left of a promise when its clauses are taken out."""


def promised() -> Iterator[tuple[str, str, str]]:
    """The document, the row and the text of each promise: a row's first or second cell, or a section's sentences."""
    security = (PROJECT / "SECURITY.md").read_text("utf-8")
    promises, threats = security.split("## Threats")[0], security.split("## Threats")[1].split("## Not covered")[0]
    for cell, table in ((1, promises), (2, threats)):
        for row in (line.split("|") for line in table.splitlines() if line.startswith("|")):
            if row[cell].strip() not in ("promise", "answer", "---"):
                yield "SECURITY.md", row[1].strip(), row[cell].strip()
    limits = (PROJECT / "docs/limits.md").read_text("utf-8")
    heading = "What is never done"
    yield "docs/limits.md", heading, " ".join(limits.split(f"## {heading}\n")[1].split("\n## ")[0].split())


@pytest.mark.parametrize(("document", "row", "text"), list(promised()))
def test_a_promise_is_made_of_the_clauses_that_are_listed(document: str, row: str, text: str) -> None:
    """Longer clauses are taken out first, as one may be a part of another."""
    left = text
    for clause in sorted(PROMISES[document].get(row, {}), key=len, reverse=True):
        assert clause in left, f"{document} does not promise under {row!r}: {clause}"
        left = left.replace(clause, "")
    assert _FILLER.fullmatch(left), f"{document} promises what tests/cases/docs/promises.yaml does not list: {left}"


def test_each_row_that_is_listed_is_one_of_the_documents() -> None:
    listed = {(document, row) for document, rows in PROMISES.items() for row in rows}
    assert listed == {(document, row) for document, row, _ in promised()}


def test_what_shows_each_clause_is_there() -> None:
    assert [one for one in NAMED if not _is_there(one[1])] == []


def _is_there(test: str) -> bool:
    """A test function, a case of a data file by its name, or a file as a whole."""
    path, _, name = test.partition("::")
    file = PROJECT / path
    if not file.is_file():
        return False
    if path.endswith(".py"):
        return f"def {name}(" in file.read_text("utf-8")
    return not name or name in names_in(file)


@cache
def names_in(file: Path) -> frozenset[str]:
    """What the cases of a data file are called: keys, and what stands under `name`, `story` or `about`."""
    text = file.read_text("utf-8")
    return frozenset(_names(tomllib.loads(text) if file.suffix == ".toml" else read_yaml(text)))


def _names(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        yield from map(str, data)
        yield from (str(data[key]) for key in ("name", "story", "about") if key in data)
    if isinstance(data, dict | list):
        for one in data.values() if isinstance(data, dict) else data:
            yield from _names(one)


def test_what_a_row_of_the_table_names_is_there() -> None:
    """Folders, files and patterns in the last cell, as readers look them up."""
    named = set(re.findall(r"`((?:tests|tools)/[^`]+)`", (PROJECT / "SECURITY.md").read_text("utf-8")))
    assert [one for one in sorted(named) if not list(PROJECT.glob(one))] == []
