"""A finding of several grants tells each with its place, wherever it is shown."""

from __future__ import annotations

import dataclasses
import io

from rich.console import Console

from bot.render import terminal
from bot.render.comment import comment_body
from bot.render.exact import exact_lines
from bot.render.grant_list import MAX_FURTHER, further_lines
from bot.review.model import FindingGrant, Location
from bot.review.prose import Prose
from bot.review_config.settings import ReviewConfig
from tests.fakes.reviews import finding, review


def _grant(said: str, line: int, file: str = "roles.tf") -> FindingGrant:
    return FindingGrant("low", Prose(said), (), (), (), (), (), Location(file, line, line, "head"), None)


NAMED = _grant("s3:* on *", 1)
OF_TWO = dataclasses.replace(finding("1" * 16), grants=(NAMED, _grant("sqs:SendMessage on @mallory*", 7)))
OF_ONE = dataclasses.replace(OF_TWO, grants=(NAMED,))
OF_MANY = dataclasses.replace(
    OF_TWO,
    grants=(
        *(_grant(f"s3:Get{n} on *", n) for n in range(1, MAX_FURTHER + 2)),
        *(_grant(f"s3:Get{n} on *", 9, "more.tf") for n in range(MAX_FURTHER + 2, 30)),
    ),
)


def test_in_a_comment_as_words_that_do_nothing() -> None:
    assert "New with it:\n\n- `sqs:SendMessage` on `@mallory*` (`roles.tf:7`)" in comment_body(OF_TWO, "a" * 40)
    assert "New with it" not in comment_body(OF_ONE, "a" * 40)


def test_those_that_are_not_listed_are_counted() -> None:
    shown = comment_body(OF_MANY, "a" * 40)
    assert f"`roles.tf:{MAX_FURTHER + 1}`" in shown and f"s3:Get{MAX_FURTHER + 2}" not in shown
    assert f"- and {28 - MAX_FURTHER} more: `more.tf:9 (16 times)`" in shown


def test_what_reads_alike_at_one_place_is_told_once() -> None:
    other = dataclasses.replace(_grant("sqs:* on a", 7), actions=("sqs:*",))
    grants = (NAMED, NAMED, _grant("sqs:* on a", 7), other, _grant("sqs:* on a", 9))
    assert further_lines(dataclasses.replace(OF_TWO, grants=grants)) == [
        "- `sqs:*` on a (`roles.tf:7`)",
        "- `sqs:*` on a (`roles.tf:9`)",
    ]


def test_in_the_folded_part_of_the_summary() -> None:
    assert "- `sqs:SendMessage` on `@mallory*` (`roles.tf:7`)" in exact_lines(OF_TWO)


def test_at_a_terminal() -> None:
    shown = terminal.write(review(OF_TWO), ReviewConfig(), lambda *_: None, Console(file=io.StringIO()))
    assert "with it  sqs:SendMessage on @mallory*  roles.tf:7" in shown
    many = terminal.write(review(OF_MANY), ReviewConfig(), lambda *_: None, Console(file=io.StringIO()))
    assert f"and {28 - MAX_FURTHER} more  more.tf:9 (16 times)" in many
