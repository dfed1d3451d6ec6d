"""What becomes of waivers of earlier versions of fingerprints, from tests/cases/waive/bound.yaml."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.review.codec import from_plain, to_plain
from bot.review.identity import Fingerprint, Identity, read_accepted
from bot.review.model import Finding
from bot.review_config.settings import ReviewConfig
from bot.review_config.waivers import CUT, Waiver, waive, wider
from tests.fakes.reviews import finding, review
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml((TESTS / "cases" / "waive" / "bound.yaml").read_text())
OLD, NEW = Fingerprint(1, "a" * 64), Fingerprint(2, "b" * 64)


def changed(one: Finding, changes: dict[str, Any]) -> Finding:
    """As JSON has it, changed."""
    return from_plain(to_plain(one) | changes, Finding)


def found() -> Finding:
    return finding("").known_as(Identity(NEW, (OLD,)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_waiver_of_another_version(case: dict[str, Any]) -> None:
    known = case.get("accepted", {})
    given = Waiver(
        of=read_accepted(case["of"], ()),
        until=date(2026, 3, 1),
        reason="why",
        approver="carol",
        source=case.get("source", "acme/infra#7"),
        scope=frozenset({"aws_iam_role.ci"}),
        grade="high",
        findings=() if known is None else (changed(finding("").known_as(Identity(OLD)), known),),
    )
    done = waive(review(changed(found(), case.get("finding", {}))), [given], ReviewConfig(), date(2026, 2, 1))
    [one] = done.review.gained
    counts, bound = case.get("counts", False), case.get("bound", False)
    assert (one.waiver is not None) == (counts or bound), done.review.notes
    assert [(each.waiver, each.finding.identity.newest) for each in done.bound] == [(given, NEW)] * bound
    if bound:
        assert one.waiver is not None and one.waiver.given_for == case["of"]
    assert case.get("says", "") in "".join(done.review.notes)
    assert bool(done.review.notes) == ("says" in case)


def test_of_two_that_it_may_have_been_given_for_it_must_exceed_neither() -> None:
    narrow, wide = (changed(found(), {"actions": actions}) for actions in (["s3:GetObject"], ["s3:GetObject", "s3:*"]))
    given = Waiver(OLD, date(2026, 3, 1), "why", "carol", "acme/infra#7", findings=(wide, narrow))
    for one, counts in ((narrow, True), (wide, False)):
        done = waive(review(one), [given], ReviewConfig(), date(2026, 2, 1))
        assert (done.review.gained[0].waiver is not None) == counts


def test_what_is_cut_off_is_not_taken_for_the_same() -> None:
    many = [f"s3:Get{number}" for number in range(CUT)]
    one, other = changed(found(), {"actions": many}), changed(found(), {"actions": [*many, "s3:*"]})
    assert wider(one, one) == "" and "too many actions" in wider(one, other)
