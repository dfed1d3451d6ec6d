"""Where a sensitive value is hidden, text by text, and that every field of a review says what it carries."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Iterator
from typing import Any, Literal

import pytest

from bot.evaluated.source_tree import SourceTree
from bot.review.inventory.access_query import who_can
from bot.review.inventory.model import HeldStatement, HolderInventory
from bot.review.model import Lint, Location, Review
from bot.review.prose import Prose
from bot.review.redaction.fields import FIELDS, Carries
from bot.review.redaction.hide import HIDDEN, without_sensitive_values
from bot.risk.earlier import Recheck
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES: list[dict[str, str]] = read_yaml((TESTS / "cases" / "secrecy" / "texts.yaml").read_text())


def tree(secret: str) -> SourceTree:
    """A repository in which a variable has that sensitive default."""
    default = json.dumps(secret) if "\n" not in secret else f"<<EOT\n{secret}\nEOT"
    files = {
        "live/main.tf": f'resource "aws_iam_role" "checkout" {{\n}}\nvariable "v" {{\n  default = {default}\n  '
        "sensitive = true\n}\n"
    }
    return SourceTree("head", {path: path for path in files}, {path: text.encode() for path, text in files.items()})


def held(*resources: str) -> HolderInventory:
    """A role with a statement on the resources."""
    statement = HeldStatement("Allow", ("s3:*",), (), resources, (), (), (), (), "aws_iam_role.r", "main.tf:1")
    return HolderInventory("role", "", "aws_iam_role.r", "r", False, (statement,))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_hidden(case: dict[str, str]) -> None:
    lint = Lint("rule", case["text"], Location("main.tf", 1, 1, "head"))
    assert without_sensitive_values(lint, tree(case["secret"])).title == case["words"]
    holder = without_sensitive_values(held(case["text"]), tree(case["secret"]))
    assert holder.statements[0].resources == (case["value"],)


def test_what_is_hidden_may_be_anything_to_a_search() -> None:
    holder = without_sensitive_values(held("arn:aws:s3:::hunter2-canary/*"), tree("hunter2-canary"))
    assert HIDDEN in holder.statements[0].resources[0]
    assert [way.access for way in who_can([holder], "s3:GetObject", "arn:aws:s3:::any/x")] == ["perhaps"]
    assert not list(who_can([holder], "sqs:SendMessage", "arn:aws:s3:::any/x"))


def records(of: Any) -> Iterator[type]:
    """Every dataclass that a value of the type can hold."""
    if dataclasses.is_dataclass(of) and isinstance(of, type):
        yield of
        for hint in typing.get_type_hints(of).values():
            yield from records(hint)
    elif typing.get_origin(of) is not Literal:
        for part in typing.get_args(of):
            yield from records(part)


def holds(of: Any, what: Any) -> bool:
    """Whether text (`str`), prose, or a word of a list (`Literal`), can be in a value of the type."""
    return of is what or typing.get_origin(of) is what or any(holds(part, what) for part in typing.get_args(of))


TEXTS = (str, Prose, Literal)
ALL = sorted({*records(Review), *records(HolderInventory), *records(Recheck)}, key=lambda record: record.__name__)


@pytest.mark.parametrize("record", ALL, ids=lambda record: record.__name__)
def test_every_text_says_what_it_carries(record: type) -> None:
    hints = typing.get_type_hints(record)
    assert set(FIELDS[record]) == {name for name, hint in hints.items() if any(holds(hint, one) for one in TEXTS)}
    words_of_lists = [name for name, hint in hints.items() if holds(hint, Literal)]
    assert {name: FIELDS[record][name] for name in words_of_lists} == dict.fromkeys(words_of_lists, Carries.LEFT)


def test_no_other_records_are_named() -> None:
    assert set(FIELDS) == set(ALL)
