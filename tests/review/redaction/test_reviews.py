"""Whatever is sensitive: a review is made, says the same of the same lines, and shows no long value of it."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.evaluated.source_tree import SourceTree
from bot.fake_forge.repository import folder
from bot.fake_forge.sample import SAMPLES
from bot.render.plain import plain
from bot.review.inventory.model import HolderInventory
from bot.review.inventory.stock import Stock, head_inventory
from bot.review.model import Review
from bot.review.prose import Prose
from bot.review.redaction.fields import FIELDS, Carries
from bot.review.redaction.hide import LONG, without_sensitive_values
from bot.review_config.settings import ReviewConfig
from bot.review_process import child
from bot.review_process.rounds import review_contents
from tests.fakes.contents import FakeContents
from tests.soaking import sample

USE = """
variable "v" {
  default = DEFAULT
  SENSITIVE
}

resource "aws_iam_policy" "conditional" {
  name = "conditional-${var.v}"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["ACTION"]
      Resource  = ["arn:aws:s3:::x${var.v}y/*", "arn:aws:s3:::${var.v}/*"]
      Condition = { StringEquals = { "aws:Referer" = var.v } }
    }]
  })
}

resource "aws_iam_user_policy_attachment" "a" {
  user       = "somebody"
  policy_arn = aws_iam_policy.conditional.arn
}
"""


def policy(action: str, value: str, sensitive: bool) -> dict[str, str]:
    """A policy into which the variable's default goes."""
    default = json.dumps(value).replace("${", "$${").replace("%{", "%%{")
    declared = {"DEFAULT": default, "SENSITIVE": "sensitive = true" if sensitive else "", "ACTION": action}
    text = USE
    for name, given_value in declared.items():
        text = text.replace(name, given_value)
    return {"use.tf": text}


def files(side: str, action: str, value: str, sensitive: bool) -> dict[str, str]:
    """The sample with that policy too."""
    held = {path: content.decode() for path, content in folder(SAMPLES / side).items() if path.endswith(".tf")}
    return held | policy(action, value, sensitive)


def reviewed(value: str, sensitive: bool) -> Review:
    contents = FakeContents(files("base", "s3:GetObject", value, sensitive), files("head", "s3:*", value, sensitive))
    return review_contents(contents, child.answer).review


def tree(value: str) -> SourceTree:
    text = files("head", "s3:*", value, True)
    return SourceTree("head", {path: path for path in text}, {path: one.encode() for path, one in text.items()})


@cache
def told() -> tuple[Review, tuple[HolderInventory, ...]]:
    """The review and the inventory with nothing hidden."""
    stock = head_inventory(tree("placeholder"), ReviewConfig())
    assert isinstance(stock, Stock)
    assert stock.holders
    return reviewed("placeholder", sensitive=False), stock.holders


def texts(value: Any, carries: Carries | None = None) -> Iterator[tuple[Carries, str]]:
    """Every text with what its field carries."""
    if isinstance(value, str | Prose) and carries is not None:
        yield carries, plain(value)
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one, carries)
    elif isinstance(value, dict):
        yield from ((Carries.LEFT, key) for key in value)
        yield from texts(tuple(value.values()), carries)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name), FIELDS[type(value)].get(field.name))


def fixed(value: Any) -> list[object]:
    """What hiding may not change, in order: ids, places, words of lists, numbers."""
    if isinstance(value, tuple):
        return [fixed(one) for one in value]
    if not dataclasses.is_dataclass(value):
        return [] if isinstance(value, str | Prose | dict) else [value]
    found: list[object] = []
    for field in dataclasses.fields(value):
        one, carries = getattr(value, field.name), FIELDS[type(value)].get(field.name)
        if carries is not Carries.CODE:
            found.append([field.name, one if carries is Carries.LEFT else fixed(one)])
    return found


def words_of_lists() -> Iterator[str]:
    for record in FIELDS:
        for hint in typing.get_type_hints(record).values():
            yield from (
                word
                for part in (hint, *typing.get_args(hint))
                for word in typing.get_args(part)
                if isinstance(word, str)
            )


def in_use() -> list[str]:
    """Everything a review says, whole and in words, every word of a list, every file: each could be a default."""
    found = {*words_of_lists(), *tree("x").listing}
    for _, text in texts(told()):
        found |= {text, *text.split()}
    return sorted(one for one in found if "\n" not in one)


def test_no_word_of_a_review_breaks_it_when_it_is_secret() -> None:
    for secret in in_use():
        hidden = without_sensitive_values(told(), tree(secret))
        assert fixed(hidden) == fixed(told()), secret


BROKE = ("high", "none", "head", "grant", "main.tf", "pass", "wildcard-resource", "aws_iam_policy.conditional")


@pytest.mark.parametrize("secret", BROKE)
def test_reviews_of_what_crashed_or_lost_its_lines(secret: str) -> None:
    shown, hidden = reviewed(secret, sensitive=False), reviewed(secret, sensitive=True)
    assert [one.fingerprint for one in hidden.gained] == [one.fingerprint for one in shown.gained]
    assert [one.location for one in hidden.gained if one.location.file != "use.tf"] == [
        one.location for one in shown.gained if one.location.file != "use.tf"
    ]
    assert (hidden.verdict, hidden.grade, hidden.score) == (shown.verdict, shown.grade, shown.score)


LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"))

MARKS = (
    "}",
    "{",
    '"',
    "'",
    "`",
    "\\",
    "\n",
    " ",
    "$",
    "%",
    "${",
    "%{",
    "$${",
    "#",
    "//",
    "/*",
    "<<EOT\n",
    "=",
    ",",
    "*",
    "é",
    "\u2028",
)
"""What means something to those who read the text: Terraform, JSON, Markdown."""


@settings(max_examples=sample(25, 500), deadline=None)
@given(st.text(LETTERS, min_size=LONG, max_size=40) | st.from_regex(r"[a-z0-9/:._-]{12,40}", fullmatch=True))
def test_no_long_secret_is_shown(secret: str) -> None:
    assert_hidden(secret)


@pytest.mark.parametrize("mark", MARKS)
def test_no_secret_is_shown_for_a_mark_in_it(mark: str) -> None:
    assert_hidden(f"{mark}hunter2{mark}canary{mark}")


def assert_hidden(secret: str) -> None:
    contents = FakeContents(policy("s3:GetObject", secret, True), policy("s3:*", secret, True))
    hidden = review_contents(contents, child.answer).review
    known = {text for _, text in texts(told())}
    shown = [text for carries, text in texts(hidden) if carries is not Carries.LEFT and secret in text]
    assert hidden.gained
    assert not shown or secret.strip() in known or len(secret.strip()) < LONG, shown
