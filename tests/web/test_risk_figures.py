"""What became of findings, counted: the words of the page about risk mean what it says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.store.finding_outcomes import FindingOutcome
from bot.web.pages.risk_figures import by_path, by_team, figures
from bot.web.pages.weeks import monday_before

TODAY = date(2026, 3, 4)
SINCE = monday_before(TODAY, 4)
PLACE = ("github", "acme/infra")


def outcome(opened: date, **other: Any) -> FindingOutcome:
    values: dict[str, Any] = {"gone": None, "fixed": False, "accepted": None, "until": None, "merged": None}
    return FindingOutcome(PLACE, **{"file": "envs/prod/main.tf", "owners": (), "opened": opened, **values, **other})


OLD, NEW = date(2026, 1, 5), date(2026, 3, 2)


@pytest.mark.parametrize(
    ("one", "counted"),
    [
        (outcome(NEW), {"opened", "open"}),
        (outcome(OLD), {"open"}),
        (outcome(OLD, gone=NEW, fixed=True), {"fixed"}),
        (outcome(OLD, gone=NEW), set()),
        (outcome(OLD, accepted=NEW, until=TODAY), {"accepted", "in_force"}),
        (outcome(OLD, accepted=OLD, until=TODAY, merged=NEW), {"in_force"}),
        (outcome(OLD, accepted=OLD, until=date(2026, 3, 3), merged=OLD), {"run_out"}),
        (outcome(NEW, merged=TODAY), {"opened", "merged"}),
        (outcome(OLD, merged=NEW, gone=TODAY, fixed=True), {"merged", "fixed"}),
        (outcome(OLD, merged=TODAY, gone=NEW, fixed=True), {"fixed"}),
    ],
)
def test_words(one: FindingOutcome, counted: set[str]) -> None:
    total = figures([one], by_team, SINCE, TODAY).total
    names = ("opened", "fixed", "accepted", "merged", "open", "in_force", "run_out")
    assert {name for name in names if getattr(total, name)} == counted


def test_ages_groups_and_weeks() -> None:
    ones = [
        outcome(NEW, owners=("acme/iam", "ada")),
        outcome(OLD, owners=("acme/iam",), accepted=date(2026, 2, 28), until=TODAY),
        outcome(OLD, accepted=date(2026, 3, 1), until=TODAY),
        outcome(OLD, gone=OLD, owners=("acme/gone",)),
    ]
    found = figures(ones, by_team, SINCE, TODAY)
    assert [(one.name, one.standing, one.oldest) for one in found.groups] == [
        ("acme/iam", 2, 4),
        ("ada", 1, None),
        ("(no owner)", 1, 3),
    ]
    assert (found.total.oldest, found.total.median, found.total.standing) == (4, 4, 3)
    weeks = [(one.name, one.opened, one.accepted) for one in found.weeks]
    assert weeks == [("2026-W07", 0, 0), ("2026-W08", 0, 0), ("2026-W09", 0, 2), ("2026-W10", 1, 0)]


@pytest.mark.parametrize(
    ("depth", "file", "name"),
    [
        (0, "envs/prod/main.tf", "acme/infra"),
        (1, "envs/prod/main.tf", "acme/infra: envs"),
        (3, "envs/prod/main.tf", "acme/infra: envs/prod"),
        (2, "main.tf", "acme/infra"),
    ],
)
def test_paths(depth: int, file: str, name: str) -> None:
    assert by_path(depth)(outcome(NEW, file=file)) == (name,)
