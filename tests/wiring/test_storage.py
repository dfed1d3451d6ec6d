"""Places and combinations of settings in which work would be lost are refused, in words that say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.wiring import storage
from bot.wiring.server import build
from bot.wiring.settings import load
from bot.wiring.storage import Role, network_file_system, refuse
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = TESTS / "cases" / "wiring"
SECRETS = {"IAM_REVIEW_GITHUB__TOKEN": "canary-token", "IAM_REVIEW_GITHUB__WEBHOOK_SECRET": "canary-webhook-secret"}
POSTGRESQL = "postgresql+psycopg://bot@127.0.0.1/bot"
RABBITMQ = "amqp://bot@127.0.0.1/"


@pytest.mark.parametrize(
    ("mounts", "folder", "kind"),
    [pytest.param(*case[1:], id=case[0]) for case in read_yaml((CASES / "file_systems.yaml").read_text())],
)
def test_network_file_systems(mounts: str, folder: str, kind: str) -> None:
    assert network_file_system(Path(folder), mounts) == kind


def test_sqlite_on_a_file_server_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nnas:/vol {tmp_path} nfs4 rw 0 0\n")
    monkeypatch.setattr(storage, "MOUNTS", mounts)
    config = load(None, SECRETS | {"IAM_REVIEW_DATABASE": f"sqlite:///{tmp_path / 'db'}"})
    with pytest.raises(ConfigError, match=r"network file system \(nfs4\).*use a local disk, or PostgreSQL"):
        build(config)


@pytest.mark.parametrize(
    ("role", "database", "broker", "says"),
    [
        ("serve", "sqlite:///x.db", "", ""),
        ("serve", POSTGRESQL, "", ""),
        ("serve", POSTGRESQL, RABBITMQ, ""),
        ("web", POSTGRESQL, "redis://127.0.0.1/0", ""),
        ("worker", POSTGRESQL, "rediss://127.0.0.1/0", ""),
        ("serve", "sqlite:///x.db", RABBITMQ, "on SQLite there is only one process"),
        ("web", "sqlite:///x.db", "", "needs database: a PostgreSQL and broker"),
        ("web", "sqlite:///x.db", RABBITMQ, "needs database: a PostgreSQL;"),
        ("worker", POSTGRESQL, "", "needs broker;"),
        ("worker", POSTGRESQL, "kafka://x", "must begin with one of amqp://"),
    ],
)
def test_combinations(role: Role, database: str, broker: str, says: str) -> None:
    config = load(None, SECRETS | {"IAM_REVIEW_DATABASE": database, "IAM_REVIEW_BROKER": broker})
    if not says:
        refuse(config, role)
        return
    with pytest.raises(ConfigError) as caught:
        refuse(config, role)
    assert says in str(caught.value)


def test_passwords_in_addresses_are_secrets() -> None:
    addresses = {
        "IAM_REVIEW_DATABASE": "postgresql+psycopg://bot:canary%2Fdatabase@h/db",
        "IAM_REVIEW_BROKER": "amqp://bot:canary-broker@h/",
    }
    secrets = load(None, SECRETS | addresses).secrets()
    assert {"canary/database", "canary%2Fdatabase", "canary-broker"} <= set(secrets)
