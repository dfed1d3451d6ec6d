"""A rule is known by its own file and by the line in RULES: nothing else names it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.risk.rules import RULES
from tests.sources import nodes

FOLDER = Path("bot/risk/rules")
SLUGS = {rule.name: f"{rule.name.replace('-', '_')}" for rule in RULES}
ELSEWHERE = sorted(path for path in Path("bot/risk").rglob("*.py") if path.parent != FOLDER)
EVERY = sorted(path for path in Path("bot").rglob("*.py") if path.parent != FOLDER)


def slugs_in(source: str) -> Iterator[str]:
    for node in nodes(source):
        if isinstance(node, ast.Constant) and node.value in SLUGS:
            yield node.value


def modules_in(source: str) -> Iterator[str]:
    """The rules' modules that a source imports."""
    for node in nodes(source):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bot.risk.rules"):
            yield from {*(node.module or "").split("."), *(one.name for one in node.names)} & set(SLUGS.values())


def test_it_would_be_seen() -> None:
    assert list(slugs_in('KINDS = {"public-access": "resource"}')) == ["public-access"]
    assert list(modules_in("from bot.risk.rules.public_access import RULE")) == ["public_access"]
    assert list(modules_in("from bot.risk.rules import public_access, RULES")) == ["public_access"]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_rule_stands_in_the_file_of_its_name(slug: str) -> None:
    naming = [path.stem for path in FOLDER.glob("*.py") if slug in slugs_in(path.read_text())]
    assert naming == [SLUGS[slug]]


def test_what_judges_and_composes_names_no_rule() -> None:
    assert [(str(path), slug) for path in ELSEWHERE for slug in slugs_in(path.read_text())] == []


def test_nothing_imports_one_rule() -> None:
    assert [(str(path), name) for path in EVERY for name in modules_in(path.read_text())] == []
