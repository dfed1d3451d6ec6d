"""Commands: who may ask for what, and that asking twice is answered once."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.chat.grammar import Command, NotUnderstood, parse
from bot.chat.handle import HELP, UNKNOWN_FINDING, handle
from bot.forge.event import CommandGiven
from bot.render.marker import read_marker
from tests.fakes.forge import REF, FakeForge
from tests.fakes.reviews import finding, review

GRAMMAR = yaml.safe_load((Path(__file__).parent.parent / "cases" / "commands" / "grammar.yaml").read_text())


@pytest.mark.parametrize(("text", "asks"), GRAMMAR)
def test_grammar(text: str, asks: str | None) -> None:
    if asks is None or asks == "?":
        assert parse(text) == (asks and NotUnderstood())
    else:
        name, _, argument = asks.partition(" ")
        assert parse(text) == Command(name, argument)  # type: ignore[arg-type]


def no_review() -> None:
    return None


@pytest.mark.parametrize(
    ("text", "permission", "reaction", "review", "replies"),
    [
        ("/iam review", "write", "eyes", True, 0),
        ("/iam review", "triage", "eyes", True, 0),
        ("/iam review", "read", "-1", False, 0),
        ("/iam review", "none", "-1", False, 0),
        ("/iam help", "read", "eyes", False, 1),
        ("/iam help", "none", "-1", False, 0),
        ("/iam frobnicate", "read", "confused", False, 1),
        ("/iam frobnicate", "none", "-1", False, 0),
    ],
)
def test_answer(text: str, permission: str, reaction: str, review: bool, replies: int) -> None:
    forge = FakeForge(permissions={"bob": permission})
    for _ in range(2):
        assert handle(CommandGiven(REF, "issues/comments/5", "bob", text), forge, no_review) == review
    assert forge.reactions == [("issues/comments/5", reaction)]
    assert len(forge.comments.get(REF, ())) == replies


def test_the_author_may_ask_for_a_review() -> None:
    forge = FakeForge(permissions={"alice": "read"})
    assert handle(CommandGiven(REF, "5", "alice", "/iam review"), forge, no_review)


def test_two_questions_get_two_answers() -> None:
    forge = FakeForge()
    for comment in ("1", "2"):
        handle(CommandGiven(REF, comment, "alice", "/iam help"), forge, no_review)
    assert len(forge.comments[REF]) == 2


@pytest.mark.parametrize(("asked", "says"), [("abcd", "s3:DeleteBucket"), ("1234", UNKNOWN_FINDING)])
def test_a_finding_is_explained(asked: str, says: str) -> None:
    forge = FakeForge(permissions={"alice": "read"})
    found = review(finding("abcd" * 4), finding("dcba" * 4))
    assert not handle(CommandGiven(REF, "5", "alice", f"/iam explain {asked}"), forge, lambda: found)
    (reply,) = forge.comments[REF]
    assert says in reply.body and "dcba" not in reply.body


def test_nothing_to_explain_before_a_review() -> None:
    forge = FakeForge()
    handle(CommandGiven(REF, "5", "alice", "/iam explain abcd"), forge, no_review)
    assert UNKNOWN_FINDING in forge.comments[REF][0].body


def test_help_does_not_call_the_bot() -> None:
    forge = FakeForge()
    handle(CommandGiven(REF, "5", "alice", "/iam help"), forge, no_review)
    (reply,) = forge.comments[REF]
    assert HELP in reply.body
    assert parse(reply.body) is None and parse(HELP) is None
    marker = read_marker(reply.body)
    assert marker is not None and marker.what == "reply"


def test_text_that_is_not_a_command_is_not_looked_at() -> None:
    forge = FakeForge()
    assert handle(CommandGiven(REF, "5", "alice", "thanks"), forge, no_review) is False
    assert not forge.calls
