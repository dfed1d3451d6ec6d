"""What became of each changed argument is said in words, and counted."""

from __future__ import annotations

from typing import get_args

from bot.render.explain_lines import RULES, WORDS, explained
from bot.render.other_systems import SYSTEMS
from bot.review.changed_arguments import ChangedArgument, Dispositions, SystemName
from bot.review.model import SCHEMA, Review, Stats
from bot.review.unjudged.disposition import ArgumentOutcome, Irrelevance
from bot.type_registry.outside import every_row


def test_every_outcome_and_rule_has_words() -> None:
    assert set(WORDS) == {one.value for one in ArgumentOutcome}
    assert set(RULES) == {one.value for one in Irrelevance}


def test_every_kind_of_other_system_has_words() -> None:
    assert set(SYSTEMS) == set(get_args(SystemName))
    assert {row.kind for row in every_row()} <= set(get_args(SystemName))


def test_lines_in_order_of_place_then_the_counts() -> None:
    arguments = (
        ChangedArgument("aws_db_instance.b", "port", "irrelevant", "argument", "b.tf", 4, "head"),
        ChangedArgument("aws_iam_role.a", "", "judged", "", "a.tf", 2, "base"),
    )
    review = Review(
        SCHEMA, "b", "h", "pass", (), True, "none", 0, (), (), (), (), (), Stats(),
        dispositions=Dispositions(1, {"argument": 1}, 3, ("id",), arguments),
    )  # fmt: skip
    assert list(explained(review)) == [
        "a.tf:2 (removed): aws_iam_role.a: judged",
        "b.tf:4: aws_db_instance.b port: irrelevant: it holds and names nothing that could carry access",
        "1 judged, 1 irrelevant, 3 of other systems, 1 not analysed",
    ]
