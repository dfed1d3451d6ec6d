"""ARNs, actions and principals taken apart, from a table."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from bot.iam.arn import (
    Arn,
    account_of,
    identifier_of,
    is_everything,
    matches_star,
    name_after,
    service_of,
    split_action,
    split_principal,
    whole_account,
)
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES: dict[str, Any] = read_yaml((TESTS / "cases" / "iam" / "arn.yaml").read_text())


def parts(arn: Arn | None) -> list[str] | None:
    return None if arn is None else list(dataclasses.astuple(arn))


def arn_of(text: str) -> Arn:
    found = Arn.parse(text)
    assert found is not None
    return found


@pytest.mark.parametrize(("text", "expected"), CASES["arns"])
def test_printed_text_has_its_parts(text: str, expected: list[str] | None) -> None:
    arn = Arn.parse(text)
    assert parts(arn) == expected
    assert arn is None or str(arn) == text


@pytest.mark.parametrize(("pattern", "expected"), CASES["patterns"])
def test_every_colon_of_a_pattern_separates(pattern: str, expected: list[str] | None) -> None:
    assert parts(Arn.of_pattern(pattern)) == expected


@pytest.mark.parametrize(("text", "expected"), CASES["roots"])
def test_root_stands_for_its_account(text: str, expected: bool) -> None:
    assert arn_of(text).is_root == expected


@pytest.mark.parametrize(("text", "expected"), CASES["roles"])
def test_sessions_of_a_role_leave_out_its_path(text: str, expected: str | None) -> None:
    arn = arn_of(text)
    assert (arn.sessions if arn.is_named("role") else None) == expected


@pytest.mark.parametrize(("text", "expected"), CASES["sessions"])
def test_session_names_its_role(text: str, expected: str) -> None:
    assert arn_of(text).session_of == expected


@pytest.mark.parametrize(("text", "begins", "expected"), CASES["names"])
def test_name_stands_behind_the_beginning(text: str, begins: str, expected: str | None) -> None:
    assert name_after(text, begins) == expected


@pytest.mark.parametrize(("principal", "expected"), CASES["accounts"])
def test_principal_is_of_an_account(principal: str, expected: str) -> None:
    assert account_of(principal) == expected


@pytest.mark.parametrize(("action", "expected"), CASES["actions"])
def test_action_has_service_and_name(action: str, expected: list[str] | None) -> None:
    split = split_action(action)
    assert (None if split is None else list(split)) == expected
    assert service_of(action) == (action if expected is None else expected[0])


@pytest.mark.parametrize(("principal", "expected", "identifier"), CASES["principals"])
def test_principal_has_type_and_identifier(principal: str, expected: list[str], identifier: str) -> None:
    assert list(split_principal(principal)) == expected
    assert identifier_of(principal) == identifier


@pytest.mark.parametrize(("pattern", "expected"), CASES["everything"])
def test_everything_has_one_spelling(pattern: str, expected: bool) -> None:
    assert is_everything(pattern) == expected


@pytest.mark.parametrize(("pattern", "other", "expected"), CASES["covers"])
def test_pattern_covers_an_arn(pattern: str, other: str, expected: bool) -> None:
    assert arn_of(pattern).covers(arn_of(other)) == expected


@pytest.mark.parametrize(("principal", "expected"), CASES["whole"])
def test_principal_stands_for_a_whole_account(principal: str, expected: str) -> None:
    assert whole_account(principal) == expected


@pytest.mark.parametrize(("resource", "expected"), CASES["stars"])
def test_only_stars_match_a_star(resource: str, expected: bool) -> None:
    assert matches_star(resource) == expected
