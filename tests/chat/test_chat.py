"""Commands: who may ask for what, and that asking twice is answered once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.chat.desk import Desk
from bot.chat.grammar import EXAMPLE, Command, NotUnderstood, parse
from bot.chat.handle import HELP, UNKNOWN_FINDING, handle
from bot.forge.event import CommandGiven, ReviewWanted
from bot.forge.port import Role
from bot.render.marker import read_marker
from bot.risk.finding import Review
from bot.risk.settings import Rules
from bot.store.engine import connect
from bot.store.migrate import upgrade
from bot.store.port import Delivery
from bot.store.sql import SqlStore
from bot.store.sql_ledger import SqlLedger
from tests.fakes.forge import REF, FakeForge, change
from tests.fakes.reviews import finding, review

CASES = Path(__file__).parent.parent / "cases" / "commands"
GRAMMAR = yaml.safe_load((CASES / "grammar.yaml").read_text())
DECISIONS: list[dict[str, Any]] = yaml.safe_load((CASES / "decisions.yaml").read_text())
NOW = datetime(2026, 2, 1, tzinfo=UTC)
FOUND = review(finding("abcd" * 4), finding("dcba" * 4), finding("dcbb" * 4, kind="guardrail"))


def words(command: Command) -> str:
    parts = (command.name, command.finding, command.until and command.until.isoformat(), command.reason)
    return " ".join(part for part in parts if part)


@pytest.mark.parametrize(("text", "asks"), GRAMMAR)
def test_grammar(text: str, asks: str | None) -> None:
    asked = parse(text)
    if asks is None:
        assert asked is None
    elif asks.startswith("?"):
        assert isinstance(asked, NotUnderstood)
        assert asks[1:].strip() in asked.why and bool(asks[1:]) == bool(asked.why)
    else:
        assert isinstance(asked, Command)
        assert words(asked) == asks


def test_the_example_in_the_help_is_understood() -> None:
    assert isinstance(parse(EXAMPLE.replace("ID", "abcd")), Command)


@dataclass
class Office:
    """A forge in memory, a ledger on disk, and what a command needs of the rest."""

    directory: Path
    forge: FakeForge = field(default_factory=FakeForge)
    found: Review | None = FOUND
    rules: Rules = Rules(approvers=("carol", "acme/security", "Alice", "pat"))

    def __post_init__(self) -> None:
        engines = connect(f"sqlite:///{self.directory / 'db'}")
        upgrade(engines.write)
        pushed = ReviewWanted(REF, "a" * 40, "synchronize", pusher="pat")
        SqlStore(engines).accept(Delivery("github", "1", "pull_request", NOW, b"{}"), pushed)
        self.ledger = SqlLedger(engines)

    def give(self, text: str, by: str = "bob", comment: str = "issues/comments/5") -> bool:
        desk = Desk(self.forge, self.ledger, lambda: self.found, lambda _: self.rules, lambda: NOW)
        return handle(CommandGiven(REF, comment, by, text), desk)

    def replies(self) -> list[str]:
        return [comment.body for comment in self.forge.comments.get(REF, ())]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


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
        ("/iam pause", "write", "rocket", False, 0),
        ("/iam pause", "read", "-1", False, 0),
        ("/iam resume", "triage", "rocket", True, 0),
        ("/iam explain", "read", "eyes", False, 1),
        ("/iam accept", "none", "-1", False, 0),
        ("/iam accept abcd until=2026-03-01 reason=x", "none", "-1", False, 0),
        ("/iam accept abcd until=2026-03-01 reason=x", "admin", "-1", False, 1),
        ("/iam revoke abcd", "write", "-1", False, 1),
    ],
)
def test_answer(office: Office, text: str, permission: Role, reaction: str, review: bool, replies: int) -> None:
    office.forge.permissions = {"bob": permission}
    for _ in range(2):
        assert office.give(text) == review
    assert office.forge.reactions == [("issues/comments/5", reaction)]
    assert len(office.replies()) == replies


@pytest.mark.parametrize("case", DECISIONS, ids=lambda case: case["about"])
def test_decision(office: Office, case: dict[str, Any]) -> None:
    office.forge.permissions = dict.fromkeys(("alice", "bob", "carol", "dana", "erin", "pat"), "read")
    office.forge.teams = {"acme/security": {"dana", "erin"}}
    office.forge.changes = {REF: change(contributors=("erin",))}
    office.rules = Rules(approvers=tuple(case["approvers"])) if "approvers" in case else office.rules
    for number, (by, text) in enumerate(case["said"]):
        office.give(text, by, f"issues/comments/{number}")
        office.give(text, by, f"issues/comments/{number}")
    assert [reaction for _, reaction in office.forge.reactions] == case["reactions"]
    kept = [[w.fingerprint[:4], w.approver, w.until.isoformat(), w.reason] for w in office.ledger.waivers(REF)]
    assert kept == case.get("kept", [])
    assert len(office.replies()) == len(case["replies"])
    assert all(part in reply for part, reply in zip(case["replies"], office.replies(), strict=True)), office.replies()


def test_what_is_kept_is_bound_to_what_was_found(office: Office) -> None:
    office.forge.permissions["carol"] = "read"
    office.give("/iam accept abcd until=2026-03-01 reason=x", "carol")
    (kept,) = office.ledger.waivers(REF)
    assert (kept.scope, kept.grade, kept.until, kept.given_at) == (("aws_iam_role.ci",), "high", date(2026, 3, 1), NOW)


def test_pause_and_resume(office: Office) -> None:
    office.give("/iam pause", "alice")
    assert office.ledger.paused(REF)
    office.give("/iam resume", "alice")
    assert not office.ledger.paused(REF)


def test_the_author_may_ask_for_a_review(office: Office) -> None:
    office.forge.permissions = {"alice": "read"}
    assert office.give("/iam review", "ALICE")


def test_two_questions_get_two_answers(office: Office) -> None:
    for comment in ("1", "2"):
        office.give("/iam help", "alice", comment)
    assert len(office.replies()) == 2


@pytest.mark.parametrize(("asked", "says"), [("abcd", "s3:DeleteBucket"), ("1234", UNKNOWN_FINDING)])
def test_a_finding_is_explained(office: Office, asked: str, says: str) -> None:
    assert not office.give(f"/iam explain {asked}", "alice")
    (reply,) = office.replies()
    assert says in reply and "dcba" not in reply


def test_without_an_id_all_are_explained(office: Office) -> None:
    office.give("/iam explain", "alice")
    (reply,) = office.replies()
    assert all(f"`{fingerprint * 4}`" in reply for fingerprint in ("abcd", "dcba", "dcbb"))


def test_nothing_to_explain_before_a_review(office: Office) -> None:
    office.found = None
    office.give("/iam explain abcd", "alice")
    assert UNKNOWN_FINDING in office.replies()[0]


def test_help_does_not_call_the_bot(office: Office) -> None:
    office.give("/iam help", "alice")
    (reply,) = office.replies()
    assert HELP in reply
    assert parse(reply) is None and parse(HELP) is None
    marker = read_marker(reply)
    assert marker is not None and marker.what == "reply"


def test_text_that_is_not_a_command_is_not_looked_at(office: Office) -> None:
    assert office.give("thanks", "alice") is False
    assert not office.forge.calls
