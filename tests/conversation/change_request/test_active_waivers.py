"""Whose acceptance counts now: approvers lose it, and in a merge queue it goes by the change it was given on."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.change_request.active_waivers import WaiverPlaces, active_waivers
from bot.forges.event import ReviewWanted
from bot.forges.port import Approval
from bot.review.model import Review
from bot.review_config.settings import ReviewConfig
from bot.review_config.waivers import waive
from bot.store.ledger import GivenWaiver
from bot.store.port import Delivery
from bot.store.sql import SqlStore
from bot.store.sql_ledger import SqlLedger
from tests.fakes.forge import REF, FakeForge, change
from tests.fakes.reviews import finding, review
from tests.places import TESTS
from tests.store.databases import with_tables
from tests.yaml_files import read_yaml

CASES: dict[str, dict[str, Any]] = read_yaml((TESTS / "cases" / "change_request" / "waivers.yaml").read_text())
NOW = datetime(2026, 2, 1, tzinfo=UTC)
GROUP = dataclasses.replace(REF, number=9, group="c" * 40)
FOUND = finding("abcd" * 4)
GIVEN = GivenWaiver(
    ref=REF,
    of=FOUND.identity.newest,
    scope=("aws_iam_role.ci",),
    grade="high",
    title="role ci",
    reason="known",
    approver="carol",
    until=date(2026, 3, 1),
    comment="issues/comments/1",
    given_at=NOW,
)


def ledger_of(directory: Path, pushers: list[str], given: GivenWaiver = GIVEN) -> SqlLedger:
    engines = with_tables(directory / "db")
    for number, login in enumerate(["ada", *pushers]):
        pushed = ReviewWanted(REF, "a" * 40, "synchronize", pusher=login)
        SqlStore(engines).accept(Delivery("github", str(number), "pull_request", NOW, b"{}"), pushed)
    ledger = SqlLedger(engines)
    ledger.accept(given)
    return ledger


def _tuples(given: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}


def judged(case: dict[str, Any], directory: Path, found: Review) -> tuple[Review, FakeForge]:
    request = change(**_tuples(case.get("request", {})))
    group = change(ref=GROUP, head="c" * 40, **{"members": (7, 9), **_tuples(case.get("group", {}))})
    forge = FakeForge(changes={REF: request, GROUP: group}, permissions={"carol": "read"})
    forge.teams = {team: set(people) for team, people in case.get("teams", {}).items()}
    given = dataclasses.replace(
        GIVEN, approved={"head": "a" * 40, "earlier": "d" * 40, "": ""}[case.get("approved", "")]
    )
    if given.approved and not case.get("withdrawn"):
        forge.approved[REF] = [Approval(given.comment, "carol", given.approved, NOW)]
    by_approval = case.get("by_approval", bool(given.approved))
    approvers = tuple(case.get("approvers", ["carol"]))
    rules = ReviewConfig(mode="enforce", approvers=approvers, accept_by_approval=by_approval)
    places = WaiverPlaces(forge, ledger_of(directory, case.get("pushers", []), given), lambda ref: ())
    reviewed = group if case.get("review") == "group" else request
    today = NOW.date()
    active = active_waivers(reviewed, found, rules, places, today)
    return waive(found, active.every, rules, today).review, forge


@pytest.mark.parametrize("name", CASES)
def test_waiver(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    said, _ = judged(case, tmp_path, review(FOUND))
    assert (said.gained[0].waiver is not None) == (not case["says"])
    assert said.verdict == ("fail" if case["says"] else "pass")
    expected = [f"the waiver of {'abcd' * 4} by carol does not count: {case['says']}"] if case["says"] else []
    assert list(said.notes) == expected


def test_nobody_is_asked_about_what_is_not_found(tmp_path: Path) -> None:
    """A repository may have hundreds of waivers, and every question is a request to the forge."""
    _, forge = judged({"review": "group"}, tmp_path, review(finding("1234" * 4)))
    assert not forge.calls


def test_each_is_asked_about_once(tmp_path: Path) -> None:
    case = {"review": "group", "approvers": ["acme/security"], "teams": {"acme/security": ["carol"]}}
    _, forge = judged(case, tmp_path, review(FOUND, FOUND))
    assert forge.calls == {"change_request": 1, "permission": 1}


@pytest.mark.parametrize(("of", "times"), [("request", 0), ("group", 1)])
def test_approvals_are_asked_for_of_what_is_queued_alone(of: str, times: int, tmp_path: Path) -> None:
    """Those of the change request that is reviewed were settled just before."""
    said, forge = judged({"review": of, "approved": "head"}, tmp_path, review(FOUND, FOUND))
    assert said.verdict == "pass" and forge.calls["approvals"] == times
