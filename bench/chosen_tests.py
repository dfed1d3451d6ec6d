"""Which tests a mutant is judged by: of those that bench.covering recorded for its line, at most so many.

Where no test runs the line, as where it is a table's, those that run a line of its statement, else those that run what
the statement gives a name to. Of too many, those whose case holds a word that the line holds, then some from
everywhere.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain

from bench.covering import PACKAGES, ROOT
from bench.mutation import Mutant

MOST_TESTS, MOST_CASES = 200, 60
"""So many tests, and so many whole changes, are run for one mutant at most; for one that survives them, again..."""

AGAIN = 4
"""...so many times as many."""

FAR = 3
"""Through so many tables, each named in the next, a test is looked for."""

CHANGES = "tests/changes/test_changes.py"

Covered = Mapping[str, Mapping[int, Sequence[str]]]


def chosen(mutant: Mutant, covered: Covered, times: int = 1) -> frozenset[str]:
    """The names of tests, and of the whole changes the bare names of cases; `times` as many as usual."""
    tests = sorted(set(_running(mutant["file"], mutant["line"], covered, FAR)) or _of_file(mutant["file"], covered))
    words = set(re.findall(r"[\w:*.-]{4,}", " ".join(re.findall(r"[\"']([^\"']+)[\"']", mutant["was"]))))
    cases = [case_of(one) for one in tests if one.startswith(CHANGES)]
    others = [one for one in tests if not one.startswith(CHANGES)]
    near_cases = [one for one in cases if any(word in text_of_case(one) for word in words)]
    near_others = [one for one in others if any(word in one for word in words)]
    return frozenset((*_some(near_others, others, times * MOST_TESTS), *_some(near_cases, cases, times * MOST_CASES)))


def case_of(test: str) -> str:
    """The case of a change, which all of its tests are about."""
    return test.partition("[")[2].removesuffix("]")


def _some(near: Sequence[str], all_of_them: Sequence[str], most: int) -> Iterator[str]:
    """At most so many, of which at most half are the near ones."""
    first = _spread(near, most // 2)
    return chain(first, _spread(all_of_them, most - len(first)))


def _spread(tests: Sequence[str], most: int) -> Sequence[str]:
    """At most so many, from everywhere."""
    return [tests[index * len(tests) // most] for index in range(most)] if len(tests) > most else tests


@cache
def text_of_case(name: str) -> str:
    """All files of a change."""
    folder = ROOT / "tests" / "cases" / "changes" / name
    return "\n".join(path.read_text("utf-8", "replace") for path in sorted(folder.rglob("*")) if path.is_file())


def _of_file(file: str, covered: Covered) -> set[str]:
    return set(chain.from_iterable(covered.get(file, {}).values()))


def _running(file: str, line: int, covered: Covered, far: int) -> set[str]:
    """The tests that run a line, else a line of its statement, else what it gives a name to."""
    lines = covered.get(file, {})
    statement = _statement(file, line)
    if lines.get(line) or statement is None:
        return set(lines.get(line, ()))
    own = set(chain.from_iterable(lines.get(one, ()) for one in range(statement.lineno, _end(statement) + 1)))
    if own or not far:
        return own
    places = chain.from_iterable(map(_places, _names(statement)))
    elsewhere = [place for place in places if not (place[0] == file and _within(place[1], statement))]
    return set(chain.from_iterable(_running(*place, covered, far - 1) for place in elsewhere))


def _within(line: int, statement: ast.stmt) -> bool:
    return statement.lineno <= line <= _end(statement)


def _end(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


@cache
def _texts() -> dict[str, str]:
    paths = chain.from_iterable((ROOT / package).rglob("*.py") for package in PACKAGES)
    return {str(path.relative_to(ROOT)): path.read_text() for path in sorted(paths)}


@cache
def _statement(file: str, line: int) -> ast.stmt | None:
    """The innermost statement at a line."""
    around = [one for one in _statements(file) if _within(line, one)]
    return min(around, key=lambda one: _end(one) - one.lineno, default=None)


@cache
def _statements(file: str) -> list[ast.stmt]:
    return [one for one in ast.walk(ast.parse(_texts()[file])) if isinstance(one, ast.stmt)]


def _names(statement: ast.stmt) -> list[str]:
    """What a statement gives a name to."""
    if isinstance(statement, (ast.ClassDef, ast.FunctionDef)):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    targets = [statement.target] if isinstance(statement, ast.AnnAssign) else targets
    return [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]


@cache
def _places(name: str) -> list[tuple[str, int]]:
    """The lines that use a name."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    return [
        (file, number)
        for file, text in _texts().items()
        if name in text
        for number, line in enumerate(text.split("\n"), 1)
        if word.search(line)
    ]
