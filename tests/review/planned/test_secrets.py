"""Nothing that a plan marks as sensitive, and nothing that does not bear on access, gets out of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.errors import UsageError
from bot.render.formats import written
from bot.review.planned import PlanFile, read_plans
from bot.review_config.settings import ReviewConfig
from tests.review.planned.reviews import NOTHING, judged_module, plan_of, reviewed

CANARY = "CANARY"
FORMATS = ("terminal", "json", "markdown", "sarif", "html")


def planted() -> dict[str, Any]:
    """The recorded plan with secrets in every section and every attribute that has nothing to do with access."""
    plan: dict[str, Any] = json.loads(plan_of("secrets").content)
    plan["variables"] = {"token": {"value": f"{CANARY}-variable"}}
    plan["prior_state"] = {"values": {"outputs": {"x": {"sensitive": True, "value": f"{CANARY}-state"}}}}
    plan["output_changes"] = {"x": {"before": f"{CANARY}-output", "after_sensitive": True}}
    for change in plan["resource_changes"]:
        for side in ("before", "after"):
            (change["change"][side] or {}).update(user_data=f"{CANARY}-user-data", tags={"note": f"{CANARY}-tag"})
    user = next(one for one in plan["resource_changes"] if one["address"] == "aws_iam_user.u")
    user["change"]["after_sensitive"]["permissions_boundary"] = True
    user["change"]["after"]["permissions_boundary"] = f"arn:aws:iam::1:policy/{CANARY}-changed"
    return plan


@pytest.mark.parametrize("output", FORMATS)
def test_alone(output: str) -> None:
    review = reviewed(NOTHING, PlanFile("plan.json", json.dumps(planted()).encode()))
    text = written(review, ReviewConfig(), output, lambda file, line, side: None)
    assert review.gained and CANARY not in text


@pytest.mark.parametrize("output", FORMATS)
def test_beside_the_source(output: str) -> None:
    """The source's own texts are the source's; of the plan there is no more than without it."""
    by_plan, by_source = (
        written(judged_module("secrets", how), ReviewConfig(), output, lambda file, line, side: None)
        for how in ("both", "written")
    )
    assert by_plan.count(CANARY) <= by_source.count(CANARY)


def test_not_even_in_memory() -> None:
    (plan,) = read_plans([PlanFile("plan.json", json.dumps(planted()).encode())])
    assert CANARY not in repr(plan)


def test_a_refusal_quotes_nothing() -> None:
    wrong = planted()
    wrong["resource_changes"][0]["change"]["actions"] = f"{CANARY}-actions"
    with pytest.raises(UsageError) as caught:
        reviewed(NOTHING, PlanFile("plan.json", json.dumps(wrong).encode()))
    assert "resource_changes" in str(caught.value) and CANARY not in str(caught.value)
