"""What deliveries are signed with cannot be tried out, and is not what people think of."""

from __future__ import annotations

import dataclasses

import pytest
from pydantic import SecretStr

from bot.config import delivery_keys, guessable
from bot.wiring import doctor
from bot.wiring.settings import load
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES: dict[str, str] = read_yaml((TESTS / "cases" / "config" / "guessable.yaml").read_text())
GOOD = "9f2c1b7a4e6d8053"
SETTINGS = {
    "GITHUB__TOKEN": "t",
    "GITHUB__WEBHOOK_SECRET": GOOD,
    "GITHUB__PREVIOUS_WEBHOOK_SECRET": "old",
    "GITLAB__TOKEN": "my-webhook-secret",
    "GITLAB__WEBHOOK_TOKEN": "my-webhook-secret",
    "GITLAB__SIGNING_TOKEN": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
}


@pytest.mark.parametrize("key", CASES)
def test_guessable(key: str) -> None:
    assert guessable(key) == CASES[key]


def test_every_key_is_found_and_nothing_else() -> None:
    config = load(None, {f"IAM_REVIEW_{name}": value for name, value in SETTINGS.items()})
    found = {f"{forge}.{name}" for forge, section in config.forges().items() for name, _ in delivery_keys(section)}
    assert found == {
        "github.webhook_secret",
        "github.previous_webhook_secret",
        "gitlab.webhook_token",
        "gitlab.signing_token",
    }
    for section in config.forges().values():
        secrets = {name for name, value in section if isinstance(value, SecretStr)}
        assert secrets - {name for name, _ in delivery_keys(section)} == {"token"}


def test_doctor_names_them_and_shows_none() -> None:
    config = load(None, {f"IAM_REVIEW_{name}": value for name, value in SETTINGS.items()})
    (check,) = (check for check in doctor.health_checks(config) if check.about == "secrets")
    results = {result.about: result for result in check.probe()}
    assert {about: result.state for about, result in results.items()} == {
        "github.webhook_secret": "ok",
        "github.previous_webhook_secret": "warn",
        "gitlab.webhook_token": "warn",
        "gitlab.signing_token": "ok",
    }
    shown = [dataclasses.astuple(result) for result in results.values()]
    assert not [value for value in SETTINGS.values() if len(value) > 3 and value in str(shown)]
