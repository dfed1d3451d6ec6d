"""A resource type is known by one row: no other module has a table of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from bot.extract.readers import READERS
from bot.resource_types import cluster_objects, compute, data, organization, principals, services, stores
from bot.resource_types.known import RESOURCE_TYPES
from bot.resource_types.row import Reading, ResourceType
from tests.places import PROJECT
from tests.sources import nodes

FAMILIES = {
    module.__name__.rpartition(".")[2]: module.ROWS
    for module in (compute, data, principals, services, organization, stores, cluster_objects)
}

NO_TABLES = {
    "bot/extract/attributes.py": "the two credentials that hold a secret",
    "bot/extract/arn_names.py": "which things are the same to their users under another name",
    "bot/extract/s3.py": "a reader of several types tells two of them from the others",
    "bot/extract/cloudformation.py": "what holds a template, and what puts one into accounts",
    "bot/frontends/terraform/own_accounts.py": "names of variables",
    "bot/data_sources/__init__.py": "what yields each data source's attributes",
    "bot/extract/elsewhere.py": "words for what is given a role",
    "bot/extract/sso.py": "data sources that know people and groups",
    "bot/risk/escalation/code_places.py": "readers of where code is kept, each of a shape of its own",
    "bot/review/unjudged/api_methods.py": "what two types call one thing, to read both alike",
    "bot/review/unjudged/code_origins.py": "readers of whose place code comes from, each of a shape of its own",
    "bot/review/unjudged/changed_blocks.py": "the six blocks that Terraform takes with a policy alone",
    "bot/review/unjudged/handed_values.py": "what sends logs on, and what an API asks with: no access of its own",
    "bot/review/unjudged/read_back.py": "pairs of what is kept and the data source that finds it: no access of its own",
    "bot/risk/wording/words.py": "what people call those of other services that their types call a user or a profile",
    "bot/review/unjudged/asked_for.py": "by which arguments a condition's key asks for a block: no access of its own",
    "bot/frontends/terraform/made_by_name.py": "what other roots make that is known by its name",
    "bot/review/unjudged/same_elsewhere.py": "what is called by a name that another block may take",
    "bot/data_sources/looked_up.py": "data sources that look nothing up, and beginnings of types that are in no region",
}
"""Where names that look like types stand together without saying what a resource type is."""


def test_a_type_has_one_row() -> None:
    rows = [row for family in FAMILIES.values() for row in family]
    assert sorted(row.name for row in rows) == sorted(RESOURCE_TYPES)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_in_order(family: str) -> None:
    names = [row.name for row in FAMILIES[family]]
    assert names == sorted(names)


@pytest.mark.parametrize("name", sorted(RESOURCE_TYPES))
def test_a_row_says_something(name: str) -> None:
    row = RESOURCE_TYPES[name]
    assert row != ResourceType(name)
    assert not (row.permissions and row.reading)


def test_every_reading_has_a_reader_and_a_row() -> None:
    assert set(READERS) == set(Reading) == {row.reading for row in RESOURCE_TYPES.values()} - {None}


def test_nobody_else_has_a_table() -> None:
    found = {path for path, _ in _tables()}
    assert found == NO_TABLES.keys()


def _tables() -> Iterator[tuple[str, list[str]]]:
    """The literals outside bot/resource_types that have two or more types in them."""
    for path in (PROJECT / "bot").rglob("*.py"):
        name = str(path.relative_to(PROJECT))
        if not name.startswith("bot/resource_types/"):
            for node in nodes(path.read_text("utf-8")):
                types = [one for one in _constants(node) if one.startswith("aws_") and one.count("_") > 1]
                if len(types) > 1:
                    yield name, types


def _constants(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Dict(keys=parts) | ast.Set(elts=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            yield from (part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))
