"""What is in ignored files is left out, and said to be."""

from __future__ import annotations

import dataclasses

from bot.review.model import Gap, Location
from bot.review_config.settings import ReviewConfig
from bot.risk.ignored import without_ignored
from bot.risk.verdict import with_verdict
from tests.fakes.reviews import finding, review

IGNORING = ReviewConfig(ignored_paths=("examples/**",))
THERE = Location("examples/a/main.tf", 1, 1, "head")
GAP = Gap("g", "not known", "x", "examples/a/main.tf", 1, "head", changed=True, carries_policy=True, grade="none")


def test_findings_and_gaps_of_ignored_files_do_not_count() -> None:
    found = review(finding("0" * 16, location=THERE), gaps=(GAP,), complete=False)
    left = with_verdict(without_ignored(found, IGNORING), IGNORING)
    assert (left.verdict, left.gained, left.gaps, left.complete) == ("pass", (), (), True)
    assert left.notes == ("Left out, in files that the rules ignore: new privileges 1, not analysed 1.",)


def test_others_do() -> None:
    found = review(finding("0" * 16), finding("1" * 16, location=THERE))
    left = with_verdict(without_ignored(found, IGNORING), IGNORING)
    assert (left.verdict, [one.fingerprint for one in left.gained]) == ("fail", ["0" * 16])


def test_neither_guardrails_nor_the_rules_themselves_are_ignored() -> None:
    kinds = ("guardrail", "config")
    found = review(*(finding(kind[:1] * 16, kind=kind, location=THERE) for kind in kinds))
    everything = dataclasses.replace(IGNORING, ignored_paths=("**",))
    assert len(without_ignored(found, everything).gained) == 2
