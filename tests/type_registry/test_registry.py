"""The registry knows every type of the providers, and says of it what rows, readers and schemas say."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from bot.data_sources import PROVIDER
from bot.extract import extract
from bot.extract.readers import FAMILIES
from bot.resource_types.known import RESOURCE_TYPES
from bot.type_registry import registry
from bot.type_registry.outside import every_row
from bot.type_registry.type_facts import TypeClass, TypeFacts
from tests.extract.configs import config
from tests.places import TESTS
from tests.yaml_files import read_yaml
from tools.provider_schemas.coverage import DOCUMENT, section

CASES = TESTS / "cases" / "type_registry"
KNOWN: dict[str, dict[str, Any]] = read_yaml((CASES / "known.yaml").read_text())
BY_SHAPE: dict[str, dict[str, Any]] = read_yaml((CASES / "by_shape.yaml").read_text())

TYPES = registry.every_type()
NOT_IN_SCHEMAS = ("aws_neptune_cluster_snapshot",)
"""A row of an argument that the provider does not have: what the schema says of the type stands against it."""


@pytest.mark.parametrize("name", KNOWN)
def test_a_type_has_its_class(name: str) -> None:
    case = KNOWN[name]
    facts = registry.known_type(name.removeprefix("data."), "data" if name.startswith("data.") else "managed")
    assert facts is not None
    assert facts.type_class == case["class"]
    assert facts.carries >= set(case.get("carries", ()))
    assert not facts.carries & set(case.get("free", ()))
    assert "replaces" not in case or facts.replaces == frozenset(case["replaces"])


def test_what_no_provider_has_is_not_known() -> None:
    assert registry.known_type("aws_role") is None
    assert registry.known_type("aws_iam_policy_document") is None
    assert registry.known_type("google_project_iam_member") is None


def test_every_row_is_of_a_type_that_exists_and_is_read() -> None:
    for name, row in RESOURCE_TYPES.items():
        if name in registry.of_other_providers():
            continue
        facts = registry.known_type(name)
        assert facts is not None, name
        if registry.reads_access(row):
            assert facts.type_class in (TypeClass.READ, TypeClass.LIMITS), name


def test_what_has_a_reader_is_read() -> None:
    known = FAMILIES.keys() - registry.of_other_providers()
    unread = [name for name in known if _facts(name).type_class not in (TypeClass.READ, TypeClass.LIMITS)]
    assert not unread


def test_no_schema_denies_what_a_row_reads() -> None:
    rows = {name for name, row in RESOURCE_TYPES.items() if registry.reads_access(row)} - registry.of_other_providers()
    assert sorted(name for name in rows if not _facts(name).carries) == list(NOT_IN_SCHEMAS)


def test_what_is_read_without_a_row_is_read_by_shape() -> None:
    shaped = {one.name for one in TYPES if one.mode == "managed" and one.type_class is TypeClass.READ and not _row(one)}
    assert shaped == BY_SHAPE.keys()


@pytest.mark.parametrize("name", BY_SHAPE)
def test_what_is_read_by_shape_runs_as_its_role(name: str) -> None:
    block = read_yaml(yaml.safe_dump(BY_SHAPE[name]).replace(": R\n", ": ${aws_iam_role.r.arn}\n"))
    edges = extract(config({"aws_iam_role.r": {"name": "r"}, f"{name}.x": block}), lambda arn: None).edges
    assert [edge.target for edge in edges] == ["aws_iam_role.r"]


def test_evaluated_data_sources_are_read() -> None:
    read = {one.name for one in TYPES if one.mode == "data" and one.type_class is TypeClass.READ}
    assert read == {name for name in PROVIDER.data_sources if name.startswith("aws_")}


def test_what_is_irrelevant_carries_nothing() -> None:
    assert not [one.name for one in TYPES if one.type_class is TypeClass.IRRELEVANT and one.carries]


def test_both_providers_are_there_with_their_dates() -> None:
    assert [one.name for one in registry.origins()] == ["aws", "awscc"]
    for one in registry.origins():
        assert one.date > "2026-10-01"
        of = [facts.mode for facts in TYPES if facts.name.startswith(f"{one.name}_")]
        assert (of.count("managed"), of.count("data")) == (one.managed, one.data)


@pytest.mark.parametrize(
    ("name", "inert"),
    [
        ("tags", True),
        ("cost_tags", True),
        ("retention_in_days", True),
        ("name", False),
        ("policy", False),
        ("subnet_ids", True),
    ],
)
def test_arguments_of_unread_modules_are_inert_only_if_listed(name: str, inert: bool) -> None:
    assert registry.is_inert(name) is inert


def test_the_counts_are_those_of_the_table() -> None:
    assert DOCUMENT.read_text("utf-8").endswith(section()), "python -m tools.provider_schemas.coverage writes them"


def _facts(name: str) -> TypeFacts:
    facts = registry.known_type(name)
    assert facts is not None, f"{name} is newer than the table: python -m tools.provider_schemas makes it anew"
    return facts


def _row(facts: TypeFacts) -> bool:
    row = RESOURCE_TYPES.get(facts.name)
    return row is not None and registry.reads_access(row)


def test_each_row_of_another_system_has_a_sentence_and_names_what_the_providers_have() -> None:
    for row in every_row():
        assert row.sentence.endswith(".") and row.source
        for name in row.types:
            assert registry.known_type(name) is not None, name
