"""Every clause of what SECURITY.md and docs/limits.md promise has its tests, and they are there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.places import PROJECT
from tests.yaml_files import read_yaml

PROMISES: dict[str, dict[str, list[str]]] = read_yaml((PROJECT / "tests/cases/docs/promises.yaml").read_text("utf-8"))

_FILLER = re.compile(r"(?:[\s,;:.]|\band\b)*")
"""What may be left of a promise when its clauses are taken out."""


def promised() -> Iterator[tuple[str, str]]:
    """The document and the text of each promise: a row's first or second cell, or a section's sentences."""
    security = (PROJECT / "SECURITY.md").read_text("utf-8")
    promises, threats = security.split("## Threats")[0], security.split("## Threats")[1].split("## Not covered")[0]
    for cell, table in ((1, promises), (2, threats)):
        for row in (line.split("|") for line in table.splitlines() if line.startswith("|")):
            if row[cell].strip() not in ("promise", "answer", "---"):
                yield "SECURITY.md", row[cell].strip()
    limits = (PROJECT / "docs/limits.md").read_text("utf-8")
    yield "docs/limits.md", " ".join(limits.split("## What is never done\n")[1].split("\n## ")[0].split())


@pytest.mark.parametrize(("document", "text"), list(promised()))
def test_each_clause_is_listed(document: str, text: str) -> None:
    """Longer clauses are taken out first, as one may be a part of another."""
    left = text
    for clause in sorted(PROMISES[document], key=len, reverse=True):
        left = left.replace(clause, "")
    assert _FILLER.fullmatch(left), f"{document} promises what tests/cases/docs/promises.yaml does not list: {left}"


def test_what_is_listed_is_promised() -> None:
    texts = list(promised())
    gone = [
        clause for document, clauses in PROMISES.items() for clause in clauses if not _is_in(clause, document, texts)
    ]
    assert gone == []


def _is_in(clause: str, document: str, texts: list[tuple[str, str]]) -> bool:
    return any(document == one and clause in text for one, text in texts)


def test_each_has_tests_that_are_there() -> None:
    named = [(clause, test) for clauses in PROMISES.values() for clause, tests in clauses.items() for test in tests]
    assert [one for one in named if not _is_there(one[1])] == []
    assert all(tests for clauses in PROMISES.values() for tests in clauses.values())


def _is_there(test: str) -> bool:
    """A test function, the name of a case in a data file, or a file as a whole."""
    path, _, name = test.partition("::")
    file = PROJECT / path
    wanted = f"def {name}(" if name and path.endswith(".py") else name
    return file.is_file() and wanted in file.read_text("utf-8")


def test_what_a_row_of_the_table_names_is_there() -> None:
    """Folders, files and patterns in the last cell, as readers look them up."""
    named = set(re.findall(r"`((?:tests|tools)/[^`]+)`", (PROJECT / "SECURITY.md").read_text("utf-8")))
    assert [one for one in sorted(named) if not list(PROJECT.glob(one))] == []
