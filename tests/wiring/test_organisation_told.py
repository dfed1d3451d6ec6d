"""`doctor` says what an organisation's rules let through though they enforce."""

from __future__ import annotations

import pytest

from bot.wiring import doctor
from tests.wiring.test_confinement_told import configured

ORGANISATION = [
    ({}, {}),
    ({"enforced": {"mode": "enforce"}}, {"organisation.enforced": "warn"}),
    ({"enforced": {"mode": "enforce", "fail_closed": "changed"}}, {"organisation.enforced": "ok"}),
    (
        {"defaults": {"mode": "enforce"}, "enforced": {"fail_at": "high"}},
        {"organisation.defaults": "warn", "organisation.enforced": "ok"},
    ),
    ({"enforced": {"mode": "enfroce"}}, {"organisation.enforced": "fail"}),
]


@pytest.mark.parametrize(("given", "states"), ORGANISATION)
def test_doctor_says_what_an_organisation_lets_through(given: dict[str, object], states: dict[str, str]) -> None:
    config = configured("best")
    config = config.model_copy(update={"organisation": config.organisation.model_copy(update=given)})
    (check,) = (check for check in doctor.health_checks(config) if check.about == "organisation")
    assert {result.about: result.state for result in check.probe()} == states
