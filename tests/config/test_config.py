"""The configuration: who wins, what is said about mistakes, and that the example is current."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.config import PREFIX, fields, network_environment
from bot.errors import ConfigError
from bot.forges.github.section import GitHubConfig
from bot.wiring.settings import SERVER_CONFIG, load, secret_variables
from tests.places import PROJECT
from tests.yaml_files import read_yaml
from tools.written_files import config_example

ROOT = PROJECT
WRONG: dict[str, dict[str, Any]] = read_yaml((ROOT / "tests" / "cases" / "config" / "wrong.yaml").read_text())
SECRETS = {"IAM_REVIEW_GITHUB__WEBHOOK_SECRET": "canary-webhook-secret", "IAM_REVIEW_GITHUB__TOKEN": "canary-token"}


def written(directory: Path, text: str) -> Path:
    path = directory / "config.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", WRONG)
def test_mistakes_are_named_with_their_place(name: str, tmp_path: Path) -> None:
    case = WRONG[name]
    path = written(tmp_path, case["file"]) if "file" in case else None
    environment = {PREFIX + key: value for key, value in case.get("environment", {}).items()}
    with pytest.raises(ConfigError) as caught:
        load(path, environment)
    says = case["says"].replace("FILE", str(path)).replace(f"_{path}", "_FILE")
    message = str(caught.value)
    assert message.startswith(says) if says.endswith(" ") else says in message.split("\n") or message == says


def test_environment_over_files_over_yaml_over_default(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("3\n")
    (tmp_path / "host").write_text("from-file\n")
    path = written(tmp_path, "port: 2\nhost: from-yaml\non_error: neutral\ngithub: {token: from-yaml}\n")
    files = {"IAM_REVIEW_PORT_FILE": str(tmp_path / "port"), "IAM_REVIEW_HOST_FILE": str(tmp_path / "host")}
    config = load(path, {**SECRETS, **files, "IAM_REVIEW_PORT": "4", "IAM_REVIEW_LOG_LEVEL": ""})
    assert (config.port, config.host, config.on_error, config.log_level) == (4, "from-file", "neutral", "info")
    assert config.secrets() == ("canary-webhook-secret", "canary-token")


def test_yaml_may_point_to_files(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("-----BEGIN PRIVATE KEY-----\ncanary-key\n-----END PRIVATE KEY-----\n")
    path = written(
        tmp_path,
        f"github: {{app_id: 7, private_key_file: {tmp_path / 'key.pem'}, webhook_secret: a-canary-of-16-or-more}}\n",
    )
    config = load(None, {"IAM_REVIEW_CONFIG": str(path)})
    github = config.forges()["github"]
    assert isinstance(github, GitHubConfig) and github.private_key is not None
    assert "canary-key" in github.private_key.get_secret_value()


def test_either_forge_or_both() -> None:
    gitlab = {"IAM_REVIEW_GITLAB__TOKEN": "canary-gitlab", "IAM_REVIEW_GITLAB__SIGNING_TOKEN": "canary-signing-token"}
    assert load(None, gitlab).secrets() == ("canary-gitlab", "canary-signing-token")
    assert load(None, SECRETS | gitlab).secrets() == (
        "canary-webhook-secret",
        "canary-token",
        "canary-gitlab",
        "canary-signing-token",
    )


def test_secrets_do_not_show() -> None:
    config = load(None, SECRETS)
    assert "canary" not in repr(config) + str(config) + str(config.model_dump())


def test_a_mistake_does_not_show_a_secret() -> None:
    with pytest.raises(ConfigError) as caught:
        load(None, {**SECRETS, "IAM_REVIEW_GITHUB__APP_ID": "canary-id", "IAM_REVIEW_PORT": "x"})
    assert "canary" not in str(caught.value) and "IAM_REVIEW_PORT" in str(caught.value)


def test_example_is_current() -> None:
    assert (ROOT / "config.example.yaml").read_text() == config_example(), "python -m tools.written_files writes it"


def test_example_loads_and_changes_nothing() -> None:
    assert load(ROOT / "config.example.yaml", SECRETS) == load(None, SECRETS)


def test_example_names_every_setting() -> None:
    for path, _ in fields(SERVER_CONFIG):
        assert f"{path[-1]}:" in config_example()


def test_only_network_settings_are_handed_on() -> None:
    assert network_environment({"https_proxy": "p", "NO_PROXY": "n", "AWS_SECRET_ACCESS_KEY": "k"}) == {
        "https_proxy": "p",
        "NO_PROXY": "n",
    }


def test_variables_that_hold_secrets_are_known() -> None:
    names = secret_variables()
    assert {"IAM_REVIEW_GITHUB__PRIVATE_KEY", "IAM_REVIEW_GITLAB__TOKEN", "IAM_REVIEW_DATABASE"} <= set(names)
    assert "IAM_REVIEW_GITHUB__APP_ID" not in names
